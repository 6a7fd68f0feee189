"""A figure with its 95 % interval; efficiencies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

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


def efficiency(passing: int, total: int) -> Interval:
    """Fraction of events that pass, with the Clopper-Pearson interval.

    Parameters
    ----------
    passing, total : int
        Unweighted, independent events; `total` is above 0.
    """
    from hist.intervals import clopper_pearson_interval

    low, high = clopper_pearson_interval(np.array([passing]), np.array([total]), COVERAGE)[:, 0]
    return Interval(passing / total, float(low), float(high))
