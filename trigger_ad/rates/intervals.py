"""A figure with its 95 % interval; efficiencies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["COVERAGE", "Interval", "efficiency"]

#: Of every interval quoted by this project.
COVERAGE = 0.95


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

    passed, events = int(passing.sum()), int(total.sum())
    value = passed / events
    spread = float(((passing - value * total) ** 2).sum())
    if spread > 0:
        independent = value * (1 - value) * events**2 / spread
    else:  # none or all pass
        independent = events**2 / float((total**2).sum())
    scale = min(independent / events, 1.0)
    low, high = clopper_pearson_interval(
        np.array([passed * scale]), np.array([events * scale]), COVERAGE
    )[:, 0]
    return Interval(value, float(low), float(high))
