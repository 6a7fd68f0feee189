"""Ranks of scores among Standard Model events: one scale for all scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RankTable", "combine"]


@dataclass(frozen=True)
class RankTable:
    """Distribution of one score on the threshold split.

    Parameters
    ----------
    values : ndarray (n_values,)
        The values that occur, ascending.
    cumulative : ndarray (n_values,) of int64
        Events at or below each value; the last is the size of the sample.
    """

    values: NDArray[Any]
    cumulative: NDArray[np.int64]

    @classmethod
    def of(cls, scores: NDArray[Any]) -> RankTable:
        """Table of the Standard Model events of the threshold split, (n_events,)."""
        values, counts = np.unique(scores, return_counts=True)
        return cls(values, np.cumsum(counts))

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
            From 0 to the size of the table's sample.
        """
        below = np.searchsorted(self.values, scores, side="right")
        return np.concatenate([[0], self.cumulative])[below]


def combine(rank1: NDArray[np.int64], rank2: NDArray[np.int64]) -> NDArray[np.int64]:
    """Combined score of two: the smaller rank, which is what the diagonal cut selects on."""
    return np.minimum(rank1, rank2)
