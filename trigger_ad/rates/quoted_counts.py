"""Rates from counts by stratum whose design effects are known from elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.strata import Strata
from trigger_ad.rates.quoted import Quoted
from trigger_ad.statistics.fractions import Sums, in_strata

__all__ = ["quoted_counts"]

Integers = NDArray[np.int64]


def quoted_counts(
    passing: Integers,
    part: Integers,
    drawn: Integers,
    design: NDArray[np.float64],
    strata: Strata,
    kept: NDArray[np.float64] | None = None,
) -> list[Quoted]:
    """Fractions of the events of a part of the sample, as of a bin of pile-up.

    Parameters
    ----------
    passing : ndarray (strata, kinds) of int64
        Events of each kind in that part.
    part, drawn : ndarray (strata,) of int64
        All events of the part, and of the sample.
    design : ndarray (strata, figures)
        Design effects; (strata, 1) for one of all figures.
    strata : Strata
    kept : ndarray (kinds, figures), optional
        Weight of each kind in each figure, from 0 to 1; without it each kind is a figure.

    Returns
    -------
    list of Quoted
        One for each figure; intervals as of `statistics.fractions.in_strata`.
    """
    weights = np.eye(passing.shape[1]) if kept is None else kept
    sums, squares = passing @ weights, passing @ weights**2
    figures = Sums(drawn, part, sums, squares, np.broadcast_to(design, sums.shape))
    largest = weights.max(axis=0)
    found = in_strata(figures, largest, strata.probabilities, errors=strata.errors)
    return Quoted.of(found)
