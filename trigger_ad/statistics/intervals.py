"""A figure with its 95 % interval; efficiencies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COVERAGE",
    "LEAST_EFFECTIVE",
    "Interval",
    "efficiency",
    "independent",
    "is_few",
    "upper_limit",
]

#: Of every interval quoted by this project.
COVERAGE = 0.95

#: With fewer independent events a rate is quoted as an upper limit.
LEAST_EFFECTIVE = 100.0


@dataclass(frozen=True)
class Interval:
    """A figure and the interval that covers the truth in 95 % of repetitions.

    Parameters
    ----------
    value, low, high : float
    """

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> Interval:
        """Return the same figure in another unit; `factor` is positive."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)

    def to_json(self) -> dict[str, float]:
        """Value, low and high."""
        return asdict(self)


def efficiency(passing: NDArray[np.int64], total: NDArray[np.int64]) -> Interval:
    """Fraction of events that pass, with the interval of Korn and Graubard.

    This is the Clopper-Pearson interval for as many independent events as give the fraction
    the variance that its clusters give it (Survey Methodology 24, 193 (1998)); where every
    cluster is one event it is the Clopper-Pearson interval itself.

    Parameters
    ----------
    passing, total : ndarray (n_clusters,) of int64
        Events of each cluster; the sum of `total` is above 0.
    """
    from hist.intervals import clopper_pearson_interval

    part = independent(passing, total)
    counts = np.array([passing.sum() * part]), np.array([total.sum() * part])
    low, high = clopper_pearson_interval(*counts, COVERAGE)[:, 0]
    return Interval(int(passing.sum()) / int(total.sum()), float(low), float(high))


def independent(passing: NDArray[np.int64], total: NDArray[np.int64]) -> float:
    """Part of the events that independent ones would need for the same fraction and variance.

    With f = sum y / sum x over clusters of x events, of which y pass, the variance of f is
    sum (y - f x)^2 / (sum x)^2; independent events have f (1 - f) / n (Korn and Graubard, Survey
    Methodology 24, 193 (1998)).

    Parameters
    ----------
    passing, total : ndarray (n_clusters,) of int64
        As for `efficiency`.

    Returns
    -------
    float
        Above 0, at most 1.
    """
    passed, events = int(passing.sum()), int(total.sum())
    value = passed / events
    spread = float(((passing - value * total) ** 2).sum())
    if spread > 0:
        worth = value * (1 - value) * events**2 / spread
    else:  # none or all pass
        worth = events**2 / float((total**2).sum())
    return min(worth / events, 1.0)


def upper_limit(passing: NDArray[np.int64], total: NDArray[np.int64]) -> float:
    """One-sided 95 % upper limit of a fraction, of Clopper and Pearson.

    For as many independent events as the clusters are worth, see `independent`.

    Parameters
    ----------
    passing, total : ndarray (n_clusters,) of int64
        As for `efficiency`.
    """
    from hist.intervals import clopper_pearson_interval

    part = independent(passing, total)
    counts = np.array([passing.sum() * part]), np.array([total.sum() * part])
    return float(clopper_pearson_interval(*counts, 2 * COVERAGE - 1)[1, 0])


def is_few(effective: float) -> bool:
    """Whether fewer than `LEAST_EFFECTIVE` independent events stand behind a figure.

    Effective events are quotients: what is 100 but for rounding is 100.
    """
    return round(effective, 6) < LEAST_EFFECTIVE
