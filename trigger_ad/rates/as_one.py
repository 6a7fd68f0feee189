"""Both scores as one, whose cuts are those that a working point is chosen from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.staircase import threshold_at
from trigger_ad.statistics.ranks import RankTable, combine
from trigger_ad.statistics.strata import Stratified

__all__ = ["as_one"]

#: Score 1 and score 2 of the same events, each (n_events,).
Pair = tuple[NDArray[Any], NDArray[Any]]


def as_one(
    reference: Pair,
    pair: Pair,
    drawn: Stratified | None = None,
    score2_efficiency: float | None = None,
) -> NDArray[np.int64]:
    """Integer of each event to cut on, (n_events,) int64.

    Diagonal: the smaller of the two ranks. With the cut of score 2 held: the rank of score 1 where
    score 2 passes, above 0, and 0 elsewhere.

    Parameters
    ----------
    reference : pair of ndarray
        Background of the threshold split, among which ranks are.
    pair : pair of ndarray
        The events.
    drawn : Stratified, optional
        Of the background, where it was drawn in strata.
    score2_efficiency : float, optional
        Of the cut of score 2, the tightest one where none is so tight; diagonal without it.
    """
    one = RankTable.of(reference[0], drawn).rank(pair[0])
    if score2_efficiency is None:
        return combine(one, RankTable.of(reference[1], drawn).rank(pair[1]))
    cut = threshold_at(reference[1], score2_efficiency, drawn)
    passing = pair[1] >= (reference[1].max() if cut is None else cut)
    return np.where(passing, one + 1, 0)
