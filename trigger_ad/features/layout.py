"""The 57 input ports of the trigger: slots, widths, units, and how the chip scales them.

Widths and LSBs are those of the CMS Level-1 global trigger: transverse momenta in 0.5 GeV,
calorimeter angles in 0.0870/2 and 2 pi/144, muon angles in 0.0870/8 and 2 pi/576. A muon's
momentum code is its momentum in LSB plus one, so that code 0 is left for an empty slot.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.features.settings import Features, LayoutSettings
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.sections.named import Choices

__all__ = ["CHOICES", "LAYOUTS", "SLOTS", "Field", "Kind", "Layout", "layout"]

SCHEMA = "layout/1"

#: Slots in order, each with its kind.
SLOTS: tuple[tuple[str, str], ...] = (
    ("met", "met"),
    *((f"egamma{i}", "egamma") for i in range(4)),
    *((f"muon{i}", "muon") for i in range(4)),
    *((f"jet{i}", "jet") for i in range(10)),
)


@dataclass(frozen=True)
class Field:
    """One input port.

    On the chip it is scaled to ``(word - offset) >> shift``.

    Parameters
    ----------
    name : str
        Slot and quantity, ``jet3_eta``.
    kind : str
        ``met``, ``egamma``, ``muon`` or ``jet``.
    quantity : str
        ``pt``, ``eta`` or ``phi``.
    width : int
        Bits of the port. 0 means that the port has no wires and its word is always 0.
    signed : bool
        Two's complement if true.
    lsb : float
        GeV for pt, radians for phi, pseudorapidity for eta.
    saturation : int or None
        Code that stands for everything from its value upwards; None where there is none.
    offset : int
        Subtracted on the chip: the code of pT = 0, or of the middle of the phi range.
    shift : int
        Low bits dropped on the chip.
    period : int
        Codes in a full turn of phi; 0 for other quantities.
    """

    name: str
    kind: str
    quantity: str
    width: int
    signed: bool
    lsb: float
    saturation: int | None
    offset: int
    shift: int
    period: int

    @property
    def minimum(self) -> int:
        """Smallest word that the port can carry."""
        return -(1 << (self.width - 1)) if self.signed and self.width else 0

    @property
    def maximum(self) -> int:
        """Largest word that the port can carry."""
        return (1 << (self.width - int(self.signed))) - 1 if self.width else 0


@dataclass(frozen=True)
class Layout:
    """All ports in order, and the type of a scaled input.

    Parameters
    ----------
    name : str
        A key of `LAYOUTS`.
    fields : tuple of Field
        Three for each slot of `SLOTS`: pt, eta, phi.
    input_bits : int
        Width at which scaled inputs saturate, the sign included.
    input_fraction : int
        A scaled integer ``r`` is the number ``r * 2**-input_fraction`` to the networks.

    Examples
    --------
    >>> cms = layout(Features())
    >>> cms.fields[3 * 9 + 1].name, cms.fields[3 * 9 + 1].width
    ('jet0_eta', 8)
    >>> print(cms.input)
    ap_fixed<9,5>
    """

    name: str
    fields: tuple[Field, ...]
    input_bits: int
    input_fraction: int

    @property
    def input(self) -> FixedPoint:
        """Type of a scaled input."""
        return FixedPoint(self.input_bits, self.input_bits - self.input_fraction)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def minimum(self) -> NDArray[np.int32]:
        """Smallest word of every port, (57,) int32."""
        return self._column("minimum")

    @cached_property
    def maximum(self) -> NDArray[np.int32]:
        """Largest word of every port, (57,) int32."""
        return self._column("maximum")

    @cached_property
    def offset(self) -> NDArray[np.int32]:
        """Offset of every port, (57,) int32."""
        return self._column("offset")

    @cached_property
    def shift(self) -> NDArray[np.int32]:
        """Shift of every port, (57,) int32."""
        return self._column("shift")

    def _column(self, attribute: str) -> NDArray[np.int32]:
        column = np.array([getattr(field, attribute) for field in self.fields], dtype=np.int32)
        column.flags.writeable = False
        return column

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "input_bits": self.input_bits,
            "input_fraction": self.input_fraction,
            "fields": [asdict(field) for field in self.fields],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Layout:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If the record has another schema.
        """
        if record.get("schema") != SCHEMA:
            raise SchemaError(
                "a layout",
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "freeze the words again with this version",
            )
        fields = tuple(Field(**field) for field in record["fields"])
        return cls(record["name"], fields, record["input_bits"], record["input_fraction"])


#: Bits of the transverse momentum of each kind.
_PT_BITS = {"met": 12, "egamma": 9, "muon": 9, "jet": 11}


def _cms_level1(settings: Features) -> Layout:
    """CMS Level-1 scales; after scaling, by default, 2 GeV and about 0.087 in every slot."""
    fields: list[Field] = []
    for slot, kind in SLOTS:
        muon = kind == "muon"
        steps = 8 if muon else 2  # LSBs in one calorimeter tower of 0.087
        shift = steps.bit_length() - 1 + settings.angle_shift
        turn = 72 * steps
        bits = _PT_BITS[kind]
        eta_bits = 0 if kind == "met" else 9 if muon else 8
        fields += [
            Field(
                f"{slot}_pt",
                kind,
                "pt",
                bits,
                False,
                0.5,
                (1 << bits) - 1,
                int(muon),
                settings.pt_shift,
                0,
            ),
            Field(f"{slot}_eta", kind, "eta", eta_bits, True, 0.0870 / steps, None, 0, shift, 0),
            Field(
                f"{slot}_phi",
                kind,
                "phi",
                (turn - 1).bit_length(),
                False,
                2 * math.pi / turn,
                None,
                turn // 2,
                shift,
                turn,
            ),
        ]
    return Layout("cms_level1", tuple(fields), settings.input_bits, settings.input_fraction)


@dataclass(frozen=True)
class Kind:
    """How a layout is made.

    Parameters
    ----------
    settings : type
        Section of its keys.
    make : callable
        Layout of such a section.
    """

    settings: type[LayoutSettings]
    make: Callable[[Any], Layout]


#: Every layout by the name it has in the configuration, one line each.
LAYOUTS: dict[str, Kind] = {"cms_level1": Kind(Features, _cms_level1)}

#: Their sections, for the configuration.
CHOICES = Choices.of("layout", {name: kind.settings for name, kind in LAYOUTS.items()})


def layout(settings: LayoutSettings) -> Layout:
    """Layout that a configuration asks for.

    Raises
    ------
    ConfigError
        If its name is not in `LAYOUTS`.
    """
    if settings.layout not in LAYOUTS:
        raise ConfigError(
            "key 'features.layout'",
            "must name a layout",
            repr(settings.layout),
            "choose from " + ", ".join(LAYOUTS),
        )
    return LAYOUTS[settings.layout].make(settings)
