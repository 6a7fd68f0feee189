"""What independent prescalers accept on average, for each pattern of fires.

Seed j accepts a fire with probability q_j = 1 / PS_j (0 where it is off), independently of the
others. With F the set of seeds that fired::

    total          1 - prod_{j in F} (1 - q_j)
    pure_i         q_i prod_{j in F, j != i} (1 - q_j)
    proportional_i E[accepted_i / number accepted]
                   = q_i integral_0^1 prod_{j in F, j != i} (1 - q_j + q_j t) dt

The last holds because 1 / (1 + k) is the integral of t^k over (0, 1) and the product is the
generating function of the number k of other seeds that accept. It is a polynomial in t, which
Gauss-Legendre quadrature integrates exactly.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["nodes_for", "others", "proportional", "pure", "total"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def others(factors: Floats) -> Floats:
    """Product of all factors of a row but one: (m, s) from (m, s), without dividing."""
    before = np.ones_like(factors)
    after = np.ones_like(factors)
    np.cumprod(factors[:, :-1], axis=1, out=before[:, 1:])
    after[:, :-1] = np.cumprod(factors[:, :0:-1], axis=1)[:, ::-1]
    return before * after


def total(fired: Bools, kept: Floats) -> Floats:
    """Probability that at least one seed accepts.

    Parameters
    ----------
    fired : ndarray (m, s) of bool
        Seeds that fired, by pattern.
    kept : ndarray (s,)
        1 / prescale of each seed, 0 for off.

    Returns
    -------
    ndarray (m,)
    """
    return np.asarray(1 - np.prod(1 - fired * kept, axis=1))


def pure(fired: Bools, kept: Floats) -> Floats:
    """Probability that this seed alone accepts: (m, s); parameters as in `total`."""
    accepted = fired * kept
    return accepted * others(1 - accepted)


def proportional(fired: Bools, kept: Floats) -> Floats:
    """Expected share of this seed in an accepted event: (m, s); parameters as in `total`.

    The shares of a pattern sum to its `total`.
    """
    accepted = fired * kept
    result = np.zeros_like(accepted)
    for node, weight in nodes_for(max(1, -(-fired.shape[1] // 2))):
        result += weight * others(1 - accepted * (1 - node))
    return accepted * result


@lru_cache
def nodes_for(points: int) -> tuple[tuple[float, float], ...]:
    """Nodes and weights of Gauss-Legendre on (0, 1), exact up to degree 2 points - 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return tuple(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))
