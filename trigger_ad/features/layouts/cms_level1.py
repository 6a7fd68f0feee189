"""The objects of an event as the CMS Level-1 global trigger has them.

Widths and LSBs: transverse momenta in 0.5 GeV, calorimeter angles in 0.0870/2 and 2 pi/144, muon
angles in 0.0870/8 and 2 pi/576. A muon's momentum code is its momentum in LSB plus one, so that
code 0 is left for an empty slot.
"""

from __future__ import annotations

import math

from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.settings import Features

__all__ = ["SLOTS", "cms_level1"]

#: Slots in order, each with its kind.
SLOTS: tuple[tuple[str, str], ...] = (
    ("met", "met"),
    *((f"egamma{i}", "egamma") for i in range(4)),
    *((f"muon{i}", "muon") for i in range(4)),
    *((f"jet{i}", "jet") for i in range(10)),
)

#: Bits of the transverse momentum of each kind.
_PT_BITS = {"met": 12, "egamma": 9, "muon": 9, "jet": 11}


def cms_level1(settings: Features) -> Layout:
    """Ports of MET, four e/gamma, four muons and ten jets, each pt, eta and phi.

    After scaling, by default, 2 GeV and about 0.087 in every slot.

    Parameters
    ----------
    settings : Features

    Examples
    --------
    >>> layout = cms_level1(Features())
    >>> layout.fields[3 * 9 + 1].name, layout.fields[3 * 9 + 1].width
    ('jet0_eta', 8)
    >>> print(layout.input)
    ap_fixed<9,5>
    """
    fields: list[Field] = []
    for slot, kind in SLOTS:
        fields += _slot(slot, kind, len(fields), settings)
    return Layout("cms_level1", tuple(fields), settings.input_bits, settings.input_fraction)


def _slot(slot: str, kind: str, first: int, settings: Features) -> tuple[Field, Field, Field]:
    muon = kind == "muon"
    steps = 8 if muon else 2  # LSBs in one calorimeter tower of 0.087
    shift = steps.bit_length() - 1 + settings.angle_shift
    turn = 72 * steps
    bits = _PT_BITS[kind]
    eta_bits = 0 if kind == "met" else 9 if muon else 8
    pt = Field(
        f"{slot}_pt",
        kind,
        "pt",
        bits,
        lsb=0.5,
        saturation=(1 << bits) - 1,
        offset=int(muon),
        shift=settings.pt_shift,
        presence=first,
    )
    eta = Field(
        f"{slot}_eta",
        kind,
        "eta",
        eta_bits,
        signed=True,
        lsb=0.0870 / steps,
        shift=shift,
        presence=first,
    )
    phi = Field(
        f"{slot}_phi",
        kind,
        "phi",
        (turn - 1).bit_length(),
        lsb=2 * math.pi / turn,
        offset=turn // 2,
        shift=shift,
        period=turn,
        presence=first,
    )
    return pt, eta, phi
