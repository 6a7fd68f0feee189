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

``soft`` is in two bins: collisions with a muon of at least `MUON` GeV, as the trigger measures it,
are ``soft_muon``. One in a thousand of them has one, and they make most of the rate of a soft muon.

The soft sample has a pT-hat of its own: that of the hardest interaction of a non-diffractive
event. Its events above the edge are dropped and the bins take their place, so no collision is
counted twice. The probability of a bin is its cross-section over that of all inelastic
collisions, for ``soft_muon`` times the part of them that it has; the soft bin has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BINS", "EDGE", "MUON", "Bin", "sizes"]

#: Lowest pT-hat of the hard bins, in GeV.
EDGE = 20.0
#: Least measured pT of the muon that puts a soft collision into ``soft_muon``, in GeV.
MUON = 3.0

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
    muon : bool, optional
        Whether its collisions have a muon of at least `MUON`; either if it is not given.
    chunk : int
        Events of a full chunk, which is a stream of random numbers.
    """

    name: str
    share: float
    settings: tuple[str, ...]
    single: bool = False
    muon: bool | None = None
    chunk: int = 500

    @property
    def soft(self) -> bool:
        """Whether its non-diffractive events of pT-hat above `EDGE` are dropped."""
        return self.muon is not None


_SOFT = ("SoftQCD:inelastic = on",)


def _jets(low: int, high: int | None, share: float) -> Bin:
    limits = [f"PhaseSpace:pTHatMin = {low}"]
    if high is not None:
        limits.append(f"PhaseSpace:pTHatMax = {high}")
    return Bin(f"jets_{low}", share, (*_JETS, *limits))


#: The first one is the soft bin; a new one goes to the end and is a new stream.
BINS: tuple[Bin, ...] = (
    Bin("soft", 0.381, _SOFT, muon=False, chunk=5000),  # of which the start is slow
    _jets(20, 30, 0.17),
    _jets(30, 50, 0.15),
    _jets(50, 80, 0.09),
    _jets(80, 120, 0.06),
    _jets(120, 200, 0.05),
    _jets(200, None, 0.025),
    Bin("w", 0.03, ("WeakSingleBoson:ffbar2W = on",), single=True),
    Bin("z", 0.025, ("WeakSingleBoson:ffbar2gmZ = on", "PhaseSpace:mHatMin = 15"), single=True),
    Bin("top", 0.018, ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on")),
    Bin("soft_muon", 0.001, _SOFT, muon=True, chunk=10),
)


def sizes(collisions: int) -> tuple[int, ...]:
    """Events of each bin in a library of about `collisions` events, at least one."""
    return tuple(max(1, round(collisions * b.share)) for b in BINS)
