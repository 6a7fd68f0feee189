"""Which branches of CMS Level-1 NanoAOD are read, and in which order of preference.

docs/events.md has every choice with its source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from trigger_ad.events.particles import SLOTS

__all__ = ["COLLECTIONS", "IDENTITY", "MISSING_ET", "NEEDED", "PILEUP", "Chosen", "choose", "names"]

#: ``kMissingEt`` of ``l1t::EtSum::EtSumType`` (DataFormats/L1Trigger/interface/EtSum.h in
#: CMSSW): missing ET of the calorimeters without the forward one, whose sum has type 8.
MISSING_ET = 2

#: Collections by kind, and what each must have.
COLLECTIONS = {"met": "L1EtSum", "egamma": "L1EG", "muon": "L1Mu", "jet": "L1Jet"}
NEEDED: Mapping[str, tuple[str, ...]] = dict.fromkeys(SLOTS, ("pt", "eta", "phi", "bx")) | {
    "met": ("pt", "phi", "etSumType", "bx")
}
#: Branches that give the pile-up, the first that is there.
PILEUP = ("Pileup_nTrueInt", "PV_npvs")
#: Branches that identify a crossing.
IDENTITY = ("run", "event")

#: Eta, if the kind has one, and phi.
Direction = tuple[str | None, str]

#: Real values, and integers of the hardware, of the direction of an object; the first of which a
#: file has both is taken. Since 2017 the global trigger is sent muons as they are at the vertex.
_REAL: Mapping[str, tuple[Direction, ...]] = dict.fromkeys(SLOTS, (("eta", "phi"),)) | {
    "met": ((None, "phi"),),
    "muon": (("etaAtVtx", "phiAtVtx"), ("eta", "phi")),
}
_HARDWARE: Mapping[str, tuple[Direction, ...]] = dict.fromkeys(SLOTS, (("hwEta", "hwPhi"),)) | {
    "met": ((None, "hwPhi"),),
    "muon": (("hwEtaAtVtx", "hwPhiAtVtx"), ("hwEta", "hwPhi")),
}


@dataclass(frozen=True)
class Chosen:
    """Fields of a kind that are read, in the order pT, eta, phi; None where there is no field.

    Attributes
    ----------
    real : tuple of (str or None)
        In GeV and radians.
    hardware : tuple of (str or None), or None
        Integers, where the file has all of them.
    at_vertex : bool
        Whether the direction that becomes words is that at the vertex.
    """

    real: tuple[str | None, ...]
    hardware: tuple[str | None, ...] | None
    at_vertex: bool


def choose(kind: str, found: Collection[str]) -> Chosen:
    """Fields of a kind in a file with these branches.

    Integers at the muon stations are left alone if there are real values at the vertex: these
    give the words of the global trigger.
    """
    real = _present(_REAL[kind], kind, found) or _REAL[kind][-1]
    codes = _present(_HARDWARE[kind], kind, found)
    if not names(kind, ("hwPt",)) <= set(found) or _worse(kind, codes, real):
        codes = None
    direction = codes or real
    hardware = None if codes is None else ("hwPt", *codes)
    return Chosen(("pt", *real), hardware, "AtVtx" in direction[1])


def _worse(kind: str, codes: Direction | None, real: Direction) -> bool:
    """Whether the real values are of an earlier choice than the integers."""
    return codes is not None and _HARDWARE[kind].index(codes) > _REAL[kind].index(real)


def _present(choices: tuple[Direction, ...], kind: str, found: Collection[str]) -> Direction | None:
    return next((pair for pair in choices if names(kind, pair) <= set(found)), None)


def names(kind: str, fields: Collection[str | None]) -> set[str]:
    """Branches of some fields of a kind."""
    return {f"{COLLECTIONS[kind]}_{field}" for field in fields if field is not None}
