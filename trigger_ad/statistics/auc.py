"""Area under the ROC curve with an interval that knows the clusters of both samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE, Interval
from trigger_ad.statistics.strata import Stratified

__all__ = ["area", "twice_beaten"]


def area(
    background: NDArray[Any],
    signal: NDArray[Any],
    clusters: NDArray[np.int64],
    signal_clusters: NDArray[np.int64],
    drawn: Stratified | None = None,
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
    drawn : Stratified, optional
        Of the background, where it was drawn in strata; it has the clusters within them.
    """
    from scipy.special import ndtri

    beaten = twice_beaten(background, signal, None if drawn is None else drawn.weights)
    value = float(beaten.sum()) / (2 * len(background) * len(signal))
    of_signal = beaten / (2 * len(background))
    of_background = 1 - twice_beaten(signal, background) / (2 * len(signal))
    variance = _variance(of_signal - value, signal_clusters)
    if drawn is None:
        variance += _variance(of_background - value, clusters)
    else:
        variance += drawn.variance(of_background)
    width = float(ndtri((1 + COVERAGE) / 2)) * math.sqrt(variance)
    return Interval(value, max(value - width, 0.0), min(value + width, 1.0))


def twice_beaten(
    others: NDArray[Any], scores: NDArray[Any], weights: NDArray[np.float64] | None = None
) -> NDArray[Any]:
    """Events of `others` below each score, plus those at or below it; of weights their sums."""
    order = np.argsort(others, kind="stable")
    below, up_to = (np.searchsorted(others[order], scores, side=s) for s in ("left", "right"))
    if weights is None:
        return np.asarray(below + up_to)
    summed = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(summed[below] + summed[up_to])


def _variance(deviations: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Of the mean of deviations that sum to 0, from the sums over clusters."""
    sums = np.bincount(clusters, weights=deviations)
    spread = float((sums**2).sum()) / len(deviations) ** 2
    return spread * len(sums) / max(len(sums) - 1, 1)
