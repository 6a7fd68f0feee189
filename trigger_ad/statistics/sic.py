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
    background, signal : ndarray (n,) of int64
        Events that pass; the last are all events.
    """

    thresholds: NDArray[Any]
    background: Histogram
    signal: Histogram

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
        first = int(np.searchsorted(self.background, MINIMUM_BACKGROUND))
        result = np.full(len(self.background), np.nan)
        background, signal = self.background[first:], self.signal[first:]
        root = np.sqrt(float(self.background[-1])) / float(self.signal[-1])
        result[first:] = signal / np.sqrt(background) * root
        return result

    @property
    def sic_maximum(self) -> float:
        """Largest significance improvement; NaN without enough background."""
        return float(np.fmax.reduce(self.sic))


def roc(background: NDArray[Any], signal: NDArray[Any]) -> Roc:
    """ROC of a score; anomalous is high.

    Parameters
    ----------
    background, signal : ndarray (n_events,)
        Scores or ranks; at least one event each.
    """
    values, bins = _bins(background, signal)
    size = len(values)
    counts = [np.bincount(part, minlength=size) for part in np.split(bins, [len(background)])]
    return _roc(values, *counts)


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
    """
    values, bins = _bins(background, signal)
    size = len(values)
    of_background, of_signal = np.split(bins, [len(background)])
    parts = (
        (of_background, cluster_index(clusters, len(background))),
        (of_signal, cluster_index(signal_clusters, len(signal))),
    )
    rng = np.random.default_rng(seed)
    rows = np.empty((replicas, 2 + len(fprs)))
    for row in rows:
        counts = [np.bincount(part, times_drawn(rng, index), size) for part, index in parts]
        row[:] = _figures(_roc(values, *(c.astype(np.int64) for c in counts)), fprs)
    nominal = _figures(roc(background, signal), fprs)
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


def _figures(curve: Roc, fprs: Sequence[float]) -> list[float]:
    return [curve.auc, curve.sic_maximum, *curve.tpr_at(fprs).tolist()]
