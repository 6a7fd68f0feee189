"""The kinds of proton collisions, and how Pythia 8 is asked for each of them.

===========  =========================================================================
bin          Pythia 8, 13.6 TeV
===========  =========================================================================
``soft``     ``SoftQCD:inelastic`` (non-diffractive, single, double and central
             diffractive) without its non-diffractive events of pT-hat >= 20 GeV
``jets_20``  ``HardQCD:all`` and ``PromptPhoton:all``, 20 <= pT-hat < 30 GeV; so are
...          the bins from 30, 50, 80, 120 and 200 GeV, the last one without end
``w, z``     ``WeakSingleBoson:ffbar2W`` and ``ffbar2gmZ`` (mass above 15 GeV), all
             decays
``top``      ``Top:gg2ttbar`` and ``qqbar2ttbar``, all decays
===========  =========================================================================

``soft_muon``, ``jets_20_muon`` and ``jets_30_muon`` are the collisions of these bins with a muon of
at least 3, 12 and 12 GeV as the trigger measures it, and the bins have the rest. One in a thousand
has such a muon, and these make most of the rate of a muon. So each collision of partons is made to
hadrons `Bin.hadrons` times, which costs a fraction of it, and all results with a muon are kept.

The soft sample has a pT-hat of its own: that of the hardest interaction of a non-diffractive
event. Its events above the edge are dropped and the bins take their place, so no collision is
counted twice. The probability of a bin is its cross-section over that of all inelastic
collisions, for a bin of muons times the part of them that has one; its parent has the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

__all__ = ["BINS", "EDGE", "NOT_LARGER", "Bin", "numbers", "sizes"]

#: No bin is larger than its share says.
NOT_LARGER: Mapping[str, float] = MappingProxyType({})

#: Lowest pT-hat of the hard bins, in GeV.
EDGE = 20.0

_JETS = ("HardQCD:all = on", "PromptPhoton:all = on")


@dataclass(frozen=True)
class Bin:
    """One kind of collision.

    Parameters
    ----------
    name : str
    share : float
        Part of the events of a library. It decides how often an event is used again, and
        nothing else.
    settings : tuple of str
        Lines for ``Pythia.readString``.
    single : bool
        One particle is produced, so there is no pT-hat; half of its mass stands for it.
    muon : float
        Least measured pT of its hardest muon, in GeV.
    below : float
        What that is below.
    parent : str
        Of a bin of muons: the bin whose settings it has, and which has the rest.
    hadrons : int
        How often hadrons are made of a collision of partons.
    chunk : int
        Events of a full chunk, which is a stream of random numbers.
    """

    name: str
    share: float
    settings: tuple[str, ...]
    single: bool = False
    muon: float = 0.0
    below: float = math.inf
    parent: str = ""
    hadrons: int = 1
    chunk: int = 500

    @property
    def soft(self) -> bool:
        """Whether its non-diffractive events of pT-hat above `EDGE` are dropped."""
        return self.settings == _SOFT


_SOFT = ("SoftQCD:inelastic = on",)


def _jets(low: int, high: int | None, share: float, below: float = math.inf) -> Bin:
    limits = [f"PhaseSpace:pTHatMin = {low}"]
    if high is not None:
        limits.append(f"PhaseSpace:pTHatMax = {high}")
    return Bin(f"jets_{low}", share, (*_JETS, *limits), below=below)


def _muon(parent: Bin, share: float) -> Bin:
    name = f"{parent.name}_muon"
    return Bin(name, share, parent.settings, False, parent.below, math.inf, parent.name, 10, 10)


#: The first one is the soft bin; a new one goes to the end and is a new stream.
BINS: tuple[Bin, ...] = (
    Bin("soft", 0.3766, _SOFT, below=3.0, chunk=5000),  # of which the start is slow
    _jets(20, 30, 0.17, below=12.0),
    _jets(30, 50, 0.15, below=12.0),
    _jets(50, 80, 0.09),
    _jets(80, 120, 0.06),
    _jets(120, 200, 0.05),
    _jets(200, None, 0.025),
    Bin("w", 0.03, ("WeakSingleBoson:ffbar2W = on",), single=True),
    Bin("z", 0.025, ("WeakSingleBoson:ffbar2gmZ = on", "PhaseSpace:mHatMin = 15"), single=True),
    Bin("top", 0.018, ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on")),
)
BINS += tuple(_muon(BINS[place], share) for place, share in ((0, 0.002), (1, 0.0019), (2, 0.0015)))


def sizes(collisions: int, larger: Mapping[str, float] = NOT_LARGER) -> tuple[int, ...]:
    """Events of each bin in a library.

    Parameters
    ----------
    collisions : int
        About how many in all, before some bins are made larger; each has at least one.
    larger : mapping of str to float
        How many times as many some bins have, 1 or more.
    """
    return tuple(max(1, round(collisions * b.share * larger.get(b.name, 1.0))) for b in BINS)


def numbers(collisions: int, larger: Mapping[str, float] = NOT_LARGER) -> npt.NDArray[np.int64]:
    """Number of each collision of a library, in the order of the bins.

    Those that are there without larger bins keep the number that they have then; the others come
    behind all of these. So a crossing is known by the same number in samples of both libraries.

    Parameters
    ----------
    collisions : int
    larger : mapping of str to float
        See `sizes`.
    """
    first, all_of = np.array(sizes(collisions)), np.array(sizes(collisions, larger))
    more = all_of - first
    kept = np.split(np.arange(first.sum()), np.cumsum(first)[:-1])
    added = np.split(first.sum() + np.arange(more.sum()), np.cumsum(more)[:-1])
    return np.concatenate([part for both in zip(kept, added, strict=True) for part in both])
