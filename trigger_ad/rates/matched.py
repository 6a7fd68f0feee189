"""Cuts on integers that take as much background as something else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEAR", "MatchedCut", "matched"]

#: A cut whose rate is off by no more than this part of what is wanted is taken as it is.
NEAR = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MatchedCut:
    """What is above a threshold, and what is at it, or a part of it.

    Parameters
    ----------
    threshold : int
    part : float or None
        Of the events at the threshold itself, which are taken at random; None for all of them.
    """

    threshold: int
    part: float | None = None

    def chances(self, values: NDArray[Any]) -> Floats:
        """Probability that each event is taken, (n_events,)."""
        at = 1.0 if self.part is None else self.part
        return np.where(values == self.threshold, at, values > self.threshold).astype(np.float64)


def matched(
    values: NDArray[Any],
    weights: Floats,
    wanted: float,
    *,
    least: int | None = None,
    near: float = NEAR,
) -> MatchedCut:
    """The cut that takes what is wanted.

    It is the integer whose rate is nearest, the highest such. Where that is not near, coarse
    steps would decide the comparison and not the quantity: then events at the threshold are taken
    with the probability that gives the rate, which is an interpolation between two thresholds.

    Parameters
    ----------
    values : ndarray (n_events,) of integers
    weights : ndarray (n_events,)
        What each event counts.
    wanted : float
        Sum of the weights of what is to be taken.
    least : int, optional
        Lowest threshold that there is. If all above it is less than wanted, all above it is taken.
    near : float
        See `NEAR`.

    Examples
    --------
    >>> values, weights = np.array([1, 2, 2, 5, 9]), np.ones(5)
    >>> matched(values, weights, 2.0), matched(values, weights, 3.0)
    (MatchedCut(threshold=5, part=None), MatchedCut(threshold=2, part=0.5))
    """
    counted = weights > 0 if least is None else (weights > 0) & (values >= least)
    levels, place = np.unique(values[counted], return_inverse=True)
    if not len(levels):
        return MatchedCut(int(values.max(initial=0)) + 1)
    above = np.cumsum(np.bincount(place, weights[counted])[::-1])[::-1]
    nearest = len(levels) - 1 - int(np.argmin(np.abs(above - wanted)[::-1]))
    if above[0] <= wanted or abs(above[nearest] - wanted) <= near * wanted:
        return MatchedCut(int(levels[nearest]))
    level = int(np.flatnonzero(above >= wanted)[-1])
    higher = float(above[level + 1]) if level + 1 < len(levels) else 0.0
    return MatchedCut(int(levels[level]), (wanted - higher) / (float(above[level]) - higher))
