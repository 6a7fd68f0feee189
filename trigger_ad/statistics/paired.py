"""Difference of two efficiencies on the same events, with an interval that holds for few."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE, Interval

__all__ = ["Difference", "difference", "score_interval"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Efficiency of one selection minus that of another.

    Parameters
    ----------
    interval : Interval
    effective : float
        Independent events, of those that only one of the two takes, that would tell as much.
    """

    interval: Interval
    effective: float


def difference(
    one: Floats, other: Floats, total: Floats, clusters: NDArray[Any], coverage: float = COVERAGE
) -> Difference:
    """Weighted efficiency of one selection minus that of another, on the same events.

    The interval is that of `score_interval` for as many independent events as give the
    difference the variance that the clusters give it, as Korn and Graubard do for one fraction
    (Survey Methodology 24, 193 (1998)); at most as many as the weights are worth.

    Parameters
    ----------
    one, other : ndarray (n_events,)
        Probabilities that an event is taken.
    total : ndarray (n_events,)
        Weight of each event, from 0 to 1; of sum above 0.
    clusters : ndarray (n_events,)
        Equal for events that are not independent.
    coverage : float
        Of the interval.

    Examples
    --------
    >>> one, other = np.array([1.0, 1, 1, 0, 0]), np.array([1.0, 0, 0, 0, 1])
    >>> found = difference(one, other, np.ones(5), np.arange(5))
    >>> round(found.interval.value, 6), round(found.effective, 6)
    (0.2, 3.0)
    """
    _, index = np.unique(clusters, return_inverse=True)
    gained, lost = total * one * (1 - other), total * other * (1 - one)
    whole = float(total.sum())
    first, second = float(gained.sum()) / whole, float(lost.sum()) / whole
    value = first - second
    by_cluster = np.bincount(index, total)
    spread = np.bincount(index, gained - lost) - value * by_cluster
    variance = float((spread**2).sum()) / whole**2
    number = whole**2 / float((by_cluster**2).sum())
    if variance > 0:
        worth = (first + second - value**2) / variance
        number = min(worth, whole**2 / float((total**2).sum()))
    low, high = score_interval(first * number, second * number, number, coverage)
    return Difference(Interval(value, low, high), (first + second) * number)


def score_interval(
    gained: float, lost: float, events: float, coverage: float = COVERAGE
) -> tuple[float, float]:
    """Interval of (gained - lost) / events for matched pairs: T. Tango, Stat. Med. 17, 891 (1998).

    It has the differences that the score test does not exclude. With nothing gained and nothing
    lost it is z^2 / (n + z^2) on both sides.

    Parameters
    ----------
    gained, lost : float
        Events that only the first, and only the second of two selections takes.
    events : float
        All events, above 0.
    coverage : float
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    square = float(ndtri((1 + coverage) / 2)) ** 2
    if gained == lost == 0:
        return -square / (events + square), square / (events + square)
    most = events * (1 - 1e-12)  # where every event is one of them rounding must not decide
    gained, lost = min(gained, most), min(lost, most)
    value = (gained - lost) / events

    def excess(delta: float) -> float:
        """Above 0 where the test excludes a difference."""
        linear = (2 * events - gained + lost) * delta - gained - lost
        constant = -lost * delta * (1 - delta)
        root = math.sqrt(max(linear**2 - 8 * events * constant, 0.0))
        only_second = (root - linear) / (4 * events)
        variance = max(2 * only_second + delta * (1 - delta), 0.0)
        return (gained - lost - events * delta) ** 2 - square * events * variance

    return tuple(float(brentq(excess, *sorted((end, value)))) for end in (-1.0, 1.0))  # type: ignore[return-value]
