"""How far apart several fractions are: the largest over the smallest, with a fair interval."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE, Interval

__all__ = ["largest_over_smallest", "one_over_other"]

Floats = NDArray[np.float64]


def largest_over_smallest(values: Floats, covariance: Floats) -> Interval:
    """Largest over smallest of some figures, with an interval for that of the true ones.

    The largest and the smallest of figures that are truly equal differ by chance. So the interval
    is that of all ratios at once, by the method of Tukey and Kramer on their logarithms (C. Y.
    Kramer, Biometrics 12, 307 (1956)): no ratio of two true figures is above its upper end, and
    one is at least its lower end, with a probability of 95 % or more.

    Parameters
    ----------
    values : ndarray (figures,)
        Above 0; two or more.
    covariance : ndarray (figures, figures)
        Of their logarithms.

    Examples
    --------
    >>> found = largest_over_smallest(np.array([1.0, 1.02, 0.99]), np.diag([1e-4] * 3))
    >>> print(f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]")
    1.030 [1.000, 1.065]
    """
    apart = np.log(values)[:, None] - np.log(values)
    variance = np.diag(covariance)
    spread = _width(len(values)) * np.sqrt(
        np.maximum(variance[:, None] + variance - 2 * covariance, 0)
    )
    low, high = np.maximum(apart - spread, 0).max(), (apart + spread).max()
    return Interval(float(np.exp(apart.max())), float(np.exp(low)), float(np.exp(high)))


@lru_cache
def _width(figures: int) -> float:
    """Standard deviations of a difference that none of so many figures is beyond."""
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(COVERAGE, figures, np.inf)) / math.sqrt(2)


def one_over_other(values: Floats, covariance: Floats) -> Interval:
    """The last of some figures over the first, with its 95 % interval.

    Parameters
    ----------
    values : ndarray (figures,)
        Above 0.
    covariance : ndarray (figures, figures)
        Of their logarithms.
    """
    from scipy.special import ndtri

    variance = covariance[0, 0] + covariance[-1, -1] - 2 * covariance[0, -1]
    width = float(np.exp(ndtri((1 + COVERAGE) / 2) * np.sqrt(max(variance, 0.0))))
    ratio = float(values[-1] / values[0])
    return Interval(ratio, ratio / width, ratio * width)
