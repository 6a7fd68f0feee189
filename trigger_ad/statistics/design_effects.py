"""Design effects: how much less events of few clusters say than as many independent ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["design_effects", "relative_variance"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def design_effects(weights: Floats, counts: Integers) -> Floats:
    """Variance of weighted fractions, relative to that of independent events.

    The variance is that of the groups: k / (k - 1) sum_g (y_g - f n_g)^2 / n^2 for k groups
    with events, of which group g has n_g and the weighted sum y_g (the linearised jackknife of
    a ratio, W. G. Cochran, Sampling Techniques (1977), chapter 6).

    Parameters
    ----------
    weights : ndarray (m, figures)
        Of an event with each pattern, from 0 to 1.
    counts : ndarray (groups, m) of int64

    Returns
    -------
    ndarray (figures,)
        At least 1; NaN where the weights do not vary, so that nothing can be said.
    """
    events = counts.sum(axis=0)
    sums, squares = events @ weights, events @ weights**2
    return relative_variance(counts.sum(axis=1), counts @ weights, sums, squares)


def relative_variance(
    groups: Integers, by_group: Floats, sums: Floats, squares: Floats, least: float = 1.0
) -> Floats:
    """Design effects from sums alone.

    Parameters
    ----------
    groups : ndarray (groups,) of int64
        All events.
    by_group : ndarray (groups, figures)
        Sum of the weights.
    sums, squares : ndarray (figures,)
        Of the weights, and of their squares, over all events.
    least : float
        Taken for smaller effects.

    Returns
    -------
    ndarray (figures,)
        As of `design_effects`, but for `least`.
    """
    n = max(int(groups.sum()), 1)
    used = int(np.count_nonzero(groups))
    deviations = by_group - np.outer(groups, sums / n)
    spread = (deviations**2).sum(axis=0) * used / max(used - 1, 1)
    independent = squares - sums**2 / n
    varies = independent > 1e-12 * squares
    result = np.full(len(sums), np.nan)
    np.divide(spread, independent, out=result, where=varies)
    if used < 2:  # one cluster, as far as one can see
        result[varies] = n
    return np.where(varies, np.maximum(result, least), np.nan)
