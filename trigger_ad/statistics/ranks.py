"""Ranks of scores among Standard Model events: one scale for all scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.strata import Stratified

__all__ = ["RankTable", "combine"]

#: Rank above all events of a sample that was drawn in strata: fine enough for the rarest of them.
_ALL = 2.0**52


@dataclass(frozen=True)
class RankTable:
    """Distribution of one score on the threshold split.

    Parameters
    ----------
    values : ndarray (n_values,)
        The values that occur, ascending.
    cumulative : ndarray (n_values,) of int64
        Events at or below each value; the last is the size of the sample. Of a sample that was
        drawn in strata the part of all events, in units of 2^-52.
    """

    values: NDArray[Any]
    cumulative: NDArray[np.int64]

    @classmethod
    def of(cls, scores: NDArray[Any], drawn: Stratified | None = None) -> RankTable:
        """Table of the Standard Model events of the threshold split, (n_events,)."""
        values, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
        if drawn is None:
            return cls(values, np.cumsum(counts))
        below = drawn.at_or_below(place, len(values))
        return cls(values, np.rint(below * (_ALL / below[-1])).astype(np.int64))

    def rank(self, scores: NDArray[Any]) -> NDArray[np.int64]:
        """Events of the table at or below each score.

        A cut ``rank >= rank(t)`` selects what ``score >= t`` selects, for every value t of
        the table.

        Parameters
        ----------
        scores : ndarray (n_events,)

        Returns
        -------
        ndarray (n_events,) of int64
            From 0 to the last of the table.
        """
        below = np.searchsorted(self.values, scores, side="right")
        return np.concatenate([[0], self.cumulative])[below]


def combine(rank1: NDArray[np.int64], rank2: NDArray[np.int64]) -> NDArray[np.int64]:
    """Combined score of two: the smaller rank, which is what the diagonal cut selects on."""
    return np.minimum(rank1, rank2)
