"""Planes beside the cut: regions like A to D made of events that are not in region A."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import SIGNS
from trigger_ad.abcd.working_point import require_events
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of

__all__ = ["LEVERS", "OUTSIDE", "Beside", "Factors", "ScoredSample", "beside", "factors"]

#: A lower cut multiplies the odds to pass by so much.
LEVERS = (3.0, 9.0)

#: Code of events that are in no region of a plane, which come behind A, B, C, D.
OUTSIDE = 4

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ScoredSample:
    """Background events with both scores.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
    drawn : Stratified
        How they were drawn, with their clusters; one stratum where all were drawn alike.
    pileup : ndarray (n_events,) of int, optional
        Collisions in the crossing, below 0 where it is not known.
    """

    score1: NDArray[Any]
    score2: NDArray[Any]
    drawn: Stratified
    pileup: NDArray[np.int32] | None = None

    @classmethod
    def of(
        cls,
        pair: tuple[NDArray[Any], NDArray[Any]],
        drawn: Stratified | None,
        clusters: NDArray[Any] | None = None,
        pileup: NDArray[np.int32] | None = None,
    ) -> ScoredSample:
        """Events of several strata, or of one with their clusters, if there are any."""
        alike = Stratified.of(np.zeros(len(pair[0]), np.int64), (1.0,), clusters)
        return cls(*pair, drawn or alike, pileup)

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Number of the cluster of each event, counted over all strata, and stratum of each."""
        wide = self.drawn.places * (int(self.drawn.clusters.max()) + 1) + self.drawn.clusters
        _, first, index = np.unique(wide, return_index=True, return_inverse=True)
        return index, self.drawn.places[first]


@dataclass(frozen=True)
class Beside:
    """A plane whose region A is not that of the trigger.

    Parameters
    ----------
    name : str
    cuts : tuple of 2 float
        Of score 1 and score 2.
    ends : tuple of 2 float
        Events at or above are in no region; infinite where there is no end.
    """

    name: str
    cuts: tuple[float, float]
    ends: tuple[float, float]

    def codes(self, sample: ScoredSample) -> Codes:
        """Region of each event, (n_events,) uint8; `OUTSIDE` where it is in none."""
        outside = (sample.score1 >= self.ends[0]) | (sample.score2 >= self.ends[1])
        return np.where(outside, OUTSIDE, region_of(sample.score1, sample.score2, *self.cuts))


def beside(thresholds: tuple[float, float], choose: ScoredSample) -> tuple[Beside, ...]:
    """Planes beside a cut: below the cut of one score, or below both, divided by lower cuts.

    A lower cut is at the value that multiplies the odds p / (1 - p) to pass by one of `LEVERS`, so
    that it is near a tight cut, and still divides what is below a loose one.

    Parameters
    ----------
    thresholds : tuple of 2 float
        The two cuts, of any efficiencies.
    choose : ScoredSample
        That gives the lower cuts; those that coarse scores do not have are left out.
    """
    scores = zip((choose.score1, choose.score2), thresholds, strict=True)
    first, second = (_lower(of, cut, choose.drawn) for of, cut in scores)
    planes = []
    for place, lever in enumerate(LEVERS):
        said = f"odds x {lever:g}"
        low1, low2 = first[place], second[place]
        cut1, cut2 = thresholds
        planes += [
            _plane(f"score 1 below its cut, {said}", (low1, cut2), (cut1, math.inf)),
            _plane(f"score 2 below its cut, {said}", (cut1, low2), (math.inf, cut2)),
            _plane(f"both scores below their cuts, {said}", (low1, low2), (cut1, cut2)),
        ]
    return tuple(plane for plane in planes if plane is not None)


def _plane(
    name: str, cuts: tuple[float | None, float | None], ends: tuple[float, float]
) -> Beside | None:
    """A plane, None where one of its cuts does not exist."""
    first, second = cuts
    return None if first is None or second is None else Beside(name, (first, second), ends)


def _lower(scores: NDArray[Any], cut: float, drawn: Stratified) -> list[float | None]:
    """Values below the cut whose odds to pass come nearest to `LEVERS` times those of the cut."""
    values, place = np.unique(scores, return_inverse=True)
    passing = drawn.at_or_above(place, len(values)) / len(scores)
    part = drawn.mean(scores >= cut)
    allowed = (values < cut) & (np.arange(len(values)) > 0)  # all pass the lowest value
    if not allowed.any():
        return [None] * len(LEVERS)
    wanted = [lever * part / (1 + (lever - 1) * part) for lever in LEVERS]
    distances = (np.where(allowed, np.abs(passing - one), np.inf) for one in wanted)
    return [float(values[np.argmin(distance)]) for distance in distances]


@dataclass(frozen=True, eq=False)
class Factors:
    """Logarithms of observed over predicted events of several planes of one sample.

    Parameters
    ----------
    value : ndarray (n_planes,)
    covariance : ndarray (n_planes, n_planes)
        From clusters within strata, and the errors of probabilities; planes share events.
    effective : ndarray (n_planes,)
        Independent events in region A of each.
    """

    value: Floats
    covariance: Floats
    effective: Floats

    @property
    def error(self) -> Floats:
        """(n_planes,): one standard deviation of each."""
        return np.sqrt(np.diag(self.covariance))

    def taken(self, which: NDArray[Any]) -> Factors:
        """Some of the planes."""
        square = self.covariance[np.ix_(which, which)]
        return Factors(self.value[which], square, self.effective[which])


def factors(codes: Sequence[Codes], sample: ScoredSample, name: str = "the planes") -> Factors:
    """Observed over predicted events of planes, N_A N_D / (N_B N_C), in the logarithm.

    Its error is propagated to first order as in `abcd.estimate.estimate_in_strata`, jointly.

    Parameters
    ----------
    codes : sequence of ndarray (n_events,) of uint8
        Region of each event in each plane.
    sample : ScoredSample
    name : str
        What chose the planes, for errors.

    Raises
    ------
    WorkingPointError
        If a region is empty.
    """
    drawn, columns, values = sample.drawn, [], []
    for code in codes:
        counts = drawn.each @ drawn.counts(code.astype(np.int64), OUTSIDE + 1)[:, :OUTSIDE]
        require_events(counts, name)
        values.append(-float(SIGNS @ np.log(counts)))
        columns += [np.append(-SIGNS / counts, 0.0)[code], (code == 0) / counts[0]]
    spread = _covariance([drawn.weights * column for column in columns], sample)
    alone = np.diag(spread)[1::2]
    return Factors(np.array(values), spread[::2, ::2], 1 / np.maximum(alone, 1e-300))


def _covariance(columns: Sequence[Floats], sample: ScoredSample) -> Floats:
    """Of sums over events, from those over clusters within strata of fixed sizes."""
    drawn, (index, places) = sample.drawn, sample.groups
    of_cluster = np.column_stack([np.bincount(index, column) for column in columns])
    events = np.bincount(index)
    total = np.column_stack([np.bincount(places, column) for column in of_cluster.T])
    within = of_cluster - events[:, None] * (total / drawn.events[:, None])[places]
    measured = np.array(drawn.errors or np.zeros(len(total)))[:, None] * total
    return np.asarray(within.T @ within + measured.T @ measured)
