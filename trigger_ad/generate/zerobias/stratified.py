"""Crossings drawn within strata, each of an exact probability.

A collision of the library belongs to one class. Where a collision of a crossing is of class c with
probability P_c, independently of all others, the numbers of collisions of the classes are
independent Poisson numbers with means mu P_c. The stratum of a crossing is the last class of which
it has a collision, so that for a mean mu

    p(s | mu) = exp(-mu sum_{c > s} P_c) (1 - exp(-mu P_s)),   s > 0,

and the first stratum has the rest, crossings without collisions among them. Within a stratum there
are no collisions of later classes, at least one of its own class (a Poisson number given that it is
not 0) and Poisson numbers of all earlier ones. Its probability is the mean of p over the profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import Strata
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.generate.zerobias.draws import Draws, Pileup
from trigger_ad.generate.zerobias.grid import Floats, Ints
from trigger_ad.generate.zerobias.library import Composition, Library
from trigger_ad.generate.zerobias.strata import StrataFile

__all__ = ["Classes", "Stratified", "allocated", "classes_of"]

#: GeV of one unit of the deposits of a library.
_DEPOSIT = 1 / 32


@dataclass(frozen=True)
class Classes:
    """Classes of the collisions of a library, one for each stratum.

    Attributes
    ----------
    members : tuple of (n,) int64
        Numbers of the collisions of each class.
    ends : tuple of (n,) float64
        Sums of the probabilities of these, one by one.
    errors : tuple of float
        Relative standard deviations of the probabilities of the classes: of the number of
        collisions of a bin that are of the class, and of the cross-section of the bin.
    """

    members: tuple[Ints, ...]
    ends: tuple[Floats, ...]
    errors: tuple[float, ...]

    @cached_property
    def place(self) -> Ints:
        """Stratum of each collision of the library."""
        found = np.empty(sum(map(len, self.members)), np.int64)
        for number, members in enumerate(self.members):
            found[members] = number
        return found

    def only(self, draws: Draws, stratum: Ints) -> Draws:
        """Those collisions of crossings that are of the stratum of the crossing.

        Parameters
        ----------
        draws : Draws
            Of n crossings.
        stratum : (n,) int64
        """
        crossing = draws.crossing
        own = self.place[draws.events] == stratum[crossing]
        counts = np.bincount(crossing[own], minlength=len(stratum))
        return Draws(counts, draws.events[own])

    @property
    def probabilities(self) -> Floats:
        """That a collision is of each class; they sum to 1."""
        return np.array([end[-1] if len(end) else 0.0 for end in self.ends])

    @classmethod
    def of(
        cls, place: Ints, strata: int, composition: Composition, errors: Floats | None = None
    ) -> Classes:
        """Classes from the place of each collision in the strata.

        Parameters
        ----------
        place : (n,) int64
        strata : int
        composition : Composition
        errors : (bins,) float64, optional
            Relative standard deviations of the cross-sections of the bins.
        """
        sizes, parts = np.array(composition.sizes), np.array(composition.probabilities)
        kind = np.repeat(np.arange(len(sizes)), sizes)
        members = tuple(np.flatnonzero(place == number) for number in range(strata))
        ends = tuple(np.cumsum((parts / sizes)[kind[one]]) for one in members)
        share = np.array([np.bincount(kind[one], minlength=len(sizes)) for one in members]) / sizes
        variance = (parts**2 * share * (1 - share) / sizes).sum(axis=1)
        if errors is not None:
            variance += ((parts * share * errors) ** 2).sum(axis=1)
        total = np.maximum((parts * share).sum(axis=1), np.finfo(float).tiny)
        return cls(members, ends, tuple(map(float, np.sqrt(variance) / total)))


def classes_of(library: Library, file: StrataFile) -> Ints:
    """Place of the stratum of each collision of a library, (n,) int64.

    Parameters
    ----------
    library : Library
    file : StrataFile

    Raises
    ------
    ConfigError
        If the library has no collision of a stratum.
    """
    kind = np.repeat(np.arange(len(BINS)), library.composition.sizes)
    muon = _largest(library.muons[:, 0], library.muon_offsets)
    tower = _largest(library.em.data, library.em.indptr) * _DEPOSIT
    place = np.zeros(len(library), np.int64)
    for number, stratum in enumerate(file.strata[1:], 1):
        mine = np.ones(len(library), bool)
        if stratum.collisions is not None:
            names = [one.name for one in BINS]
            mine &= np.isin(kind, [names.index(name) for name in stratum.collisions])
        for least, values in (
            (stratum.pthat, library.pthat),
            (stratum.muon, muon),
            (stratum.tower, tower),
        ):
            if least is not None:
                mine &= values >= least
        place[mine] = number
    for number, stratum in enumerate(file.strata):
        if not (place == number).any():
            raise ConfigError(
                f"stratum {stratum.name}",
                "must have collisions in the library",
                None,
                "make a larger library, or change its conditions",
            )
    return place


def _largest(values: npt.NDArray[np.generic], offsets: Ints) -> Floats:
    """Largest value of each range, 0 where it is empty."""
    found = np.zeros(len(offsets) - 1)
    some = np.diff(offsets) > 0
    if some.any():
        found[some] = np.maximum.reduceat(values.astype(np.float64), offsets[:-1][some])
    return found


def allocated(shares: Sequence[float], start: int, stop: int) -> Ints:
    """Stratum of the crossings `start` to `stop` of a sample: as evenly as shares allow.

    A longer sample begins with the crossings of a shorter one. Crossing k has the place of the
    fractional part of k times the golden ratio among the shares, a sequence of low discrepancy.

    Parameters
    ----------
    shares : sequence of float
        They sum to 1.
    start, stop : int
    """
    ends = np.cumsum(shares)
    ends[-1] = 1.0
    golden = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio; products wrap
    places = (np.arange(start + 1, stop + 1, dtype=np.uint64) * golden).astype(float) / 2.0**64
    return np.searchsorted(ends, places, side="right").clip(0, len(ends) - 1)


@dataclass(frozen=True)
class Stratified:
    """How crossings are drawn within strata.

    Parameters
    ----------
    pileup : Pileup
    classes : Classes
    names : tuple of str
    shares : tuple of float
    seed : int
    """

    pileup: Pileup
    classes: Classes
    names: tuple[str, ...]
    shares: tuple[float, ...]
    seed: int

    def given_mean(self) -> Floats:
        """Probability of each stratum for each mean of the profile, (means, strata)."""
        means = np.array(self.pileup.means)[:, None]
        share = self.classes.probabilities
        later = np.concatenate([np.cumsum(share[::-1])[::-1][1:], [0.0]])
        found = np.exp(-means * later) * -np.expm1(-means * share)
        found[:, 0] = np.exp(-means[:, 0] * later[0])
        return found

    def joint(self) -> Floats:
        """Probability of each mean and stratum, (means, strata); they sum to 1."""
        weights = np.array(self.pileup.weights) / np.sum(self.pileup.weights)
        return weights[:, None] * self.given_mean()

    def strata(self, drawn: Sequence[int] = ()) -> Strata:
        """Strata with their probabilities, whose relative errors are those of their classes."""
        found = self.joint().sum(axis=0)
        found /= found.sum()
        return Strata(self.names, tuple(map(float, found)), tuple(drawn), self.classes.errors)

    def draw(self, start: int, stop: int) -> tuple[Draws, Ints]:
        """Collisions of the crossings `start` to `stop`, and the stratum of each crossing."""
        stratum = allocated(self.shares, start, stop)
        means = np.cumsum(self.joint(), axis=0)
        means /= means[-1]
        share = self.classes.probabilities
        found = [
            self._one(np.random.default_rng([self.seed, 2, crossing]), int(place), means, share)
            for crossing, place in zip(range(start, stop), stratum, strict=True)
        ]
        collisions = np.array([len(one) for one in found], dtype=np.int64)
        return Draws(collisions, np.concatenate([np.zeros(0, np.int64), *found])), stratum

    def _one(self, rng: np.random.Generator, stratum: int, means: Floats, share: Floats) -> Ints:
        column = int(np.searchsorted(means[:, stratum], rng.random(), side="right"))
        mean = self.pileup.means[min(column, len(means) - 1)]
        own = mean * share[stratum]
        numbers = rng.poisson(mean * share[:stratum])
        last = int(rng.poisson(own)) if stratum == 0 else _not_zero(rng, own)
        parts = []
        for place, number in enumerate((*numbers, last)):
            ends, members = self.classes.ends[place], self.classes.members[place]
            chosen = np.searchsorted(ends, rng.random(int(number)) * ends[-1], side="right")
            parts.append(members[chosen.clip(0, len(members) - 1)])
        return np.concatenate(parts)


def _not_zero(rng: np.random.Generator, mean: float) -> int:
    """A Poisson number, given that it is not 0: of the first arrival before 1, and all after it.

    The first arrival of a process of this rate, given that it comes before 1, is at
    ``-log(1 - u (1 - exp(-mean))) / mean``; behind it there are Poisson numbers of the rest.
    """
    first = -np.log1p(rng.random() * np.expm1(-mean)) / mean
    return 1 + int(rng.poisson(mean * max(1.0 - first, 0.0)))
