"""Improvement of the significance at fixed background efficiencies, and over all signals.

Caron, Hendriks and Verheyen, arXiv:2106.10164 (2021), Sec. 6: the significance improvement of a
score for one signal is

    SI = max(e_S / sqrt(e_B))      e_B = 1e-2, 1e-3, 1e-4

and its total improvement TI is the smallest, the median and the largest SI of all signals. Each
cut is the loosest whose background efficiency is at most the wanted one. Here it is chosen on one
sample and quoted from another, with the background efficiency that it has there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import Interval, efficiency
from trigger_ad.statistics.strata import Stratified

__all__ = [
    "BACKGROUND_EFFICIENCIES",
    "FEWEST",
    "Cut",
    "Found",
    "TotalImprovement",
    "choose_cut",
    "find",
    "largest",
    "passing_by_cluster",
    "total_improvement",
]

#: Background efficiencies of the paper by their name in records.
BACKGROUND_EFFICIENCIES: Mapping[str, float] = MappingProxyType(
    {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
)

#: With fewer background events a cut is neither chosen nor quoted.
FEWEST = 10


@dataclass(frozen=True)
class Cut:
    """A cut at a wanted background efficiency.

    Parameters
    ----------
    threshold : int
        A score passes if it is equal or above.
    split : {"threshold", "test"}
        The sample that it was chosen on.
    background : Interval
        Its efficiency on test background.
    """

    threshold: int
    split: str
    background: Interval


@dataclass(frozen=True)
class Found:
    """What a cut finds of a signal.

    Parameters
    ----------
    signal : Interval
        Efficiency.
    improvement : Interval
        Signal efficiency / sqrt(background efficiency); the interval adds those of both in
        quadrature, in the logarithm.
    """

    signal: Interval
    improvement: Interval


@dataclass(frozen=True)
class TotalImprovement:
    """Significance improvement over all signals.

    Parameters
    ----------
    minimum, median, maximum : Interval
        Their ends are those of the ends of the intervals of all signals: at least as wide as
        95 %.
    """

    minimum: Interval
    median: Interval
    maximum: Interval


def choose_cut(
    threshold: NDArray[Any],
    test: NDArray[Any],
    wanted: float,
    clusters: NDArray[np.int64],
    drawn: tuple[Stratified, Stratified] | None = None,
) -> Cut | None:
    """Loosest cut with at most the wanted background efficiency.

    It is chosen on the threshold split where `FEWEST` events of it would pass, otherwise on the
    test split itself.

    Parameters
    ----------
    threshold, test : ndarray (n_events,) of integers
        Scores of background events of both splits.
    wanted : float
    clusters : ndarray (n_test,) of int64
        Number of the cluster of each test event, from 0 without gaps.
    drawn : pair of Stratified, optional
        Of both splits, where they were drawn in strata. Events are then counted as those of a
        plain sample that say as much.

    Returns
    -------
    Cut or None
        None where fewer than `FEWEST` test events pass: the sample is too small, or the score has
        too few values at its end.
    """
    if drawn is not None:
        return _choose_in_strata(threshold, test, wanted, drawn)
    split = "threshold" if _enough(len(threshold) * wanted) else "test"
    value = _loosest(threshold if split == "threshold" else test, wanted)
    if value is None or np.count_nonzero(test >= value) < FEWEST:
        return None
    return Cut(value, split, efficiency(*passing_by_cluster(test >= value, clusters)))


def _choose_in_strata(
    threshold: NDArray[Any], test: NDArray[Any], wanted: float, drawn: tuple[Stratified, Stratified]
) -> Cut | None:
    own = drawn[1]
    for split, scores, of in zip(("threshold", "test"), (threshold, test), drawn, strict=True):
        value = _loosest_in_strata(scores, wanted, of)
        if value is not None and of.effective(scores >= value) >= FEWEST:
            enough = own.effective(test >= value) >= FEWEST
            return Cut(value, split, own.efficiency(test >= value)) if enough else None
    return None


def find(cut: Cut, scores: NDArray[Any], clusters: NDArray[np.int64]) -> Found:
    """Signal efficiency and significance improvement of a cut.

    Parameters
    ----------
    cut : Cut
    scores : ndarray (n_events,) of integers
        Of signal events.
    clusters : ndarray (n_events,) of int64
        Number of the cluster of each, from 0 without gaps.
    """
    signal = efficiency(*passing_by_cluster(scores >= cut.threshold, clusters))
    return Found(signal, _improvement(signal, cut.background))


def largest(improvements: Sequence[Interval | None]) -> Interval | None:
    """SI of one signal: the largest improvement of those that are known, with its interval."""
    known = [improvement for improvement in improvements if improvement is not None]
    return max(known, key=lambda improvement: improvement.value, default=None)


def total_improvement(improvements: Sequence[Interval]) -> TotalImprovement:
    """TI of the SI of every signal, at least one; an even number has the mean of the middle two."""
    values = [improvement.value for improvement in improvements]
    lows = [improvement.low for improvement in improvements]
    highs = [improvement.high for improvement in improvements]
    return TotalImprovement(
        *(
            Interval(float(of(values)), float(of(lows)), float(of(highs)))
            for of in (min, median, max)
        )
    )


def passing_by_cluster(
    passing: NDArray[np.bool_], clusters: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Events of each cluster that pass, and all of them, (n_clusters,) int64."""
    total = np.bincount(clusters)
    return np.bincount(clusters[passing], minlength=len(total)), total


def _enough(expected: float) -> bool:
    """Whether an expectation is at least `FEWEST`, but for rounding."""
    return round(expected, 6) >= FEWEST


def _loosest(scores: NDArray[Any], wanted: float) -> int | None:
    """Lowest score that at most the wanted part of the events reaches; None without one."""
    ordered = np.sort(scores)
    allowed = math.floor(round(len(scores) * wanted, 6))
    refused = ordered[len(scores) - allowed - 1]
    at = int(np.searchsorted(ordered, refused, side="right"))
    return None if at == len(scores) else int(ordered[at])


def _loosest_in_strata(scores: NDArray[Any], wanted: float, drawn: Stratified) -> int | None:
    values, places = np.unique(scores, return_inverse=True)
    above = drawn.at_or_above(places, len(values))
    reached = above <= wanted * len(scores) * (1 + 1e-9)
    return int(values[np.argmax(reached)]) if reached.any() else None


def _improvement(signal: Interval, background: Interval) -> Interval:
    value = signal.value / math.sqrt(background.value)
    if signal.value == 0:
        return Interval(0.0, 0.0, signal.high / math.sqrt(background.low))
    down = _length(signal.value / signal.low, background.high / background.value)
    up = _length(signal.high / signal.value, background.value / background.low)
    return Interval(value, value * math.exp(-down), value * math.exp(up))


def _length(signal: float, background: float) -> float:
    """Distance in the logarithm of the improvement."""
    return math.hypot(math.log(signal), math.log(background) / 2)
