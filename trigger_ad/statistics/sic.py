"""ROC, area under it, and significance improvement, with bootstrap intervals.

A sample is held as a histogram over the distinct values of the score, so that ties are
exact and a bootstrap replica costs one pass over the events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.bootstrap import cluster_index, times_drawn
from trigger_ad.statistics.intervals import COVERAGE, Interval
from trigger_ad.statistics.strata import Stratified, weighted

__all__ = ["MINIMUM_BACKGROUND", "Performance", "Roc", "evaluate", "roc"]

#: Below this many background events a significance improvement is not quoted.
MINIMUM_BACKGROUND = 20

Numbers = NDArray[np.float64]
Histogram = NDArray[np.int64]


@dataclass(frozen=True)
class Roc:
    """Events above every threshold, from the highest threshold to the lowest.

    Parameters
    ----------
    thresholds : ndarray (n,)
        Distinct scores, descending; a score passes if it is equal or above.
    background, signal : ndarray (n,)
        Events that pass; the last are all events. Of background that was drawn in strata, those of
        as many events of a plain sample.
    effective : ndarray (n,), optional
        Events of a plain sample with the relative precision of those that pass, where they were
        drawn in strata.
    variance : ndarray (n,), optional
        Of the background efficiency, there.
    """

    thresholds: NDArray[Any]
    background: NDArray[Any]
    signal: Histogram
    effective: Numbers | None = None
    variance: Numbers | None = None

    @property
    def fpr(self) -> Numbers:
        """Background efficiency at each threshold, (n,)."""
        return np.asarray(self.background / self.background[-1])

    @property
    def tpr(self) -> Numbers:
        """Signal efficiency at each threshold, (n,)."""
        return np.asarray(self.signal / self.signal[-1])

    @property
    def auc(self) -> float:
        """Probability that a signal event scores above a background event, ties one half.

        The Mann-Whitney statistic in integers, so exact before the last division.
        """
        background = np.diff(self.background, prepend=0)
        signal = np.diff(self.signal, prepend=0)
        total = self.background[-1]
        twice = np.dot(signal, 2 * (total - self.background) + background)
        return float(twice / (2 * total * self.signal[-1]))

    def tpr_at(self, fpr: float | Sequence[float]) -> Numbers:
        """Signal efficiency at given background efficiencies, in the shape of `fpr`.

        Between two thresholds it is interpolated linearly, which is what breaking ties at
        random gives on average: scores with few values compare fairly with fine ones.
        """
        # Vertical steps have several points at one x; interpolation takes the highest.
        x, y = (np.concatenate([[0], counts]) for counts in (self.background, self.signal))
        return np.asarray(np.interp(np.multiply(fpr, x[-1]), x, y) / y[-1])

    @property
    def sic(self) -> Numbers:
        """Signal efficiency / sqrt(background efficiency) at each threshold, (n,).

        NaN where fewer than `MINIMUM_BACKGROUND` background events pass.
        """
        known = self.independent >= MINIMUM_BACKGROUND
        result = np.full(len(self.background), np.nan)
        root = np.sqrt(float(self.background[-1])) / float(self.signal[-1])
        result[known] = self.signal[known] / np.sqrt(self.background[known]) * root
        return result

    @property
    def independent(self) -> NDArray[Any]:
        """Background events that pass, or how many of a plain sample are worth as much; (n,)."""
        return self.background if self.effective is None else self.effective

    def trials(self, fpr: Numbers) -> NDArray[Any]:
        """Events that give background efficiencies their binomial variance, as of `fpr`."""
        events = np.full(len(fpr), self.background[-1])
        if self.variance is None:
            return events
        found = np.interp(fpr, np.concatenate([[0.0], self.fpr]), [0.0, *self.variance])
        binomial = fpr * (1 - fpr)
        known = (found > 0) & (binomial > 0)
        return np.divide(binomial, found, out=events.astype(np.float64), where=known)

    @property
    def sic_maximum(self) -> float:
        """Largest significance improvement; NaN without enough background."""
        return float(np.fmax.reduce(self.sic))


def roc(background: NDArray[Any], signal: NDArray[Any], drawn: Stratified | None = None) -> Roc:
    """ROC of a score; anomalous is high.

    Parameters
    ----------
    background, signal : ndarray (n_events,)
        Scores or ranks; at least one event each.
    drawn : Stratified, optional
        Of the background, where it was drawn in strata.
    """
    values, bins = _bins(background, signal)
    of_background, of_signal = np.split(bins, [len(background)])
    signals = np.bincount(of_signal, minlength=len(values))
    if drawn is None:
        return _roc(values, np.bincount(of_background, minlength=len(values)), signals)
    return _in_strata(values, drawn.counts(of_background, len(values)), signals, drawn)


@dataclass(frozen=True)
class Performance:
    """Figures of merit of one score for one signal, with 95 % bootstrap intervals.

    Parameters
    ----------
    auc : Interval
    tpr_at_fpr : dict of float to Interval
        Signal efficiency by background efficiency.
    sic_maximum : Interval
    """

    auc: Interval
    tpr_at_fpr: dict[float, Interval]
    sic_maximum: Interval


def evaluate(
    background: NDArray[Any],
    signal: NDArray[Any],
    fprs: Sequence[float],
    replicas: int,
    seed: int,
    clusters: NDArray[Any] | None = None,
    signal_clusters: NDArray[Any] | None = None,
    drawn: Stratified | None = None,
) -> Performance:
    """Figures of merit with percentile-bootstrap intervals.

    Clusters of events are drawn with replacement. The same seed draws the same events for
    every score of the same samples.

    Parameters
    ----------
    background, signal : ndarray (n_events,)
        Scores or ranks of the test split.
    fprs : sequence of float
        Background efficiencies.
    replicas : int
    seed : int
    clusters, signal_clusters : ndarray (n_events,), optional
        Parton event of each background and signal event, where events were resampled.
    drawn : Stratified, optional
        Of the background, where it was drawn in strata; its clusters are drawn within them.
    """
    values, bins = _bins(background, signal)
    size = len(values)
    of_background, of_signal = np.split(bins, [len(background)])
    index = cluster_index(clusters, len(background))
    signal_index = cluster_index(signal_clusters, len(signal))

    def replica(rng: np.random.Generator) -> Roc:
        if drawn is None:
            times = times_drawn(rng, index)
            counts = np.bincount(of_background, times, size).astype(np.int64)
        else:
            counts = drawn.counts(of_background, size, drawn.times_drawn(rng))
        signals = np.bincount(of_signal, times_drawn(rng, signal_index), size).astype(np.int64)
        if drawn is None:
            return _roc(values, counts, signals)
        return _in_strata(values, counts, signals, drawn)

    rng = np.random.default_rng(seed)
    rows = np.array([_figures(replica(rng), fprs) for _ in range(replicas)])
    nominal = _figures(roc(background, signal, drawn), fprs)
    tails = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    low, high = np.quantile(rows, tails, axis=0)
    auc, sic, *tprs = (
        Interval(*(float(number) for number in triple))
        for triple in zip(nominal, low, high, strict=True)
    )
    return Performance(auc, dict(zip(fprs, tprs, strict=True)), sic)


def _bins(background: NDArray[Any], signal: NDArray[Any]) -> tuple[NDArray[Any], Histogram]:
    """Distinct scores, descending, and the place of every event among them."""
    values, bins = np.unique(np.concatenate([background, signal]), return_inverse=True)
    return values[::-1], len(values) - 1 - bins


def _roc(thresholds: NDArray[Any], background: Histogram, signal: Histogram) -> Roc:
    return Roc(thresholds, np.cumsum(background), np.cumsum(signal))


def _in_strata(
    thresholds: NDArray[Any], background: Histogram, signal: Histogram, drawn: Stratified
) -> Roc:
    """ROC of background by stratum, (strata, n), which may be a resampled one."""
    events = background.sum(axis=1)
    part = np.array(drawn.probabilities) / events
    above = background.cumsum(axis=1)
    passing, squares = weighted(part, above), weighted(part**2, above)
    variance = weighted(part**2, above - above**2 / events[:, None])
    effective = np.divide(passing**2, squares, out=np.zeros_like(squares), where=squares > 0)
    count = passing * float(events.sum())
    return Roc(thresholds, count, np.cumsum(signal), effective, variance)


def _figures(curve: Roc, fprs: Sequence[float]) -> list[float]:
    return [curve.auc, curve.sic_maximum, *curve.tpr_at(fprs).tolist()]
