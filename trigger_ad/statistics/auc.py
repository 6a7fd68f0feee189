"""Area under the ROC curve with an interval that knows the clusters of both samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE, Interval

__all__ = ["area"]


def area(
    background: NDArray[Any],
    signal: NDArray[Any],
    clusters: NDArray[np.int64],
    signal_clusters: NDArray[np.int64],
) -> Interval:
    """Probability that a signal event scores above a background event, ties one half.

    The variance is that of the placement values, the share of the other sample that an event
    beats, summed over clusters: E. R. DeLong et al., Biometrics 44, 837 (1988), for clusters
    N. A. Obuchowski, Biometrics 53, 567 (1997). The interval is symmetric and ends at 0 and 1.

    Parameters
    ----------
    background, signal : ndarray (n_events,)
        Scores or ranks of any one scale; anomalous is high.
    clusters, signal_clusters : ndarray (n_events,) of int64
        Number of the cluster of each background and signal event, from 0 without gaps.
    """
    from scipy.special import ndtri

    beaten = _not_above(background, signal)
    value = float(beaten.sum()) / (2 * len(background) * len(signal))
    of_signal = beaten / (2 * len(background))
    of_background = 1 - _not_above(signal, background) / (2 * len(signal))
    variance = _variance(of_signal - value, signal_clusters)
    variance += _variance(of_background - value, clusters)
    width = float(ndtri((1 + COVERAGE) / 2)) * math.sqrt(variance)
    return Interval(value, max(value - width, 0.0), min(value + width, 1.0))


def _not_above(others: NDArray[Any], scores: NDArray[Any]) -> NDArray[np.int64]:
    """Events of `others` below each score, plus those at or below it."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, side="left")
    return np.asarray(below + np.searchsorted(ordered, scores, side="right"))


def _variance(deviations: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Of the mean of deviations that sum to 0, from the sums over clusters."""
    sums = np.bincount(clusters, weights=deviations)
    spread = float((sums**2).sum()) / len(deviations) ** 2
    return spread * len(sums) / max(len(sums) - 1, 1)
