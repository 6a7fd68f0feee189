"""Distance correlation of two score vectors and its gradient in O(N log N) time, O(N) memory.

All sums over pairs reduce to prefix sums in sorted order, except those of the covariance,
which need ``sum_j sign(x_i - x_j) sign(y_i - y_j) w_j``. That is a dominance sum, taken here
by splitting the points level by level on the bits of their position in x while they stay
sorted in y, with whole levels as single array operations.

Of weighted events, means over events and pairs are those of probabilities q_i = w_i / sum w:

    dCov^2 = sum_ij q_i q_j a_ij b_ij + (sum_ij q_i q_j a_ij) (sum_ij q_i q_j b_ij)
             - 2 sum_i q_i (sum_j q_j a_ij) (sum_j q_j b_ij),

with a_ij = |x_i - x_j| and b_ij = |y_i - y_j|. With integers as weights it is the value of the
sample in which each event is repeated so many times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["concordance", "distance_correlation", "distance_correlation_with_gradient"]

Real = NDArray[np.float64]
Integer = NDArray[np.int64]


def distance_correlation(x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Squared distance correlation of two samples.

    The biased V-statistic ``dCov^2(x, y) / sqrt(dVar^2(x) dVar^2(y))`` of Székely, Rizzo and
    Bakirov, Ann. Statist. 35, 2769 (2007), definitions 4 and 5.

    Parameters
    ----------
    x, y : array_like (n_events,) of float64
    weights : array_like (n_events,) of float64, optional
        Above 0, in any unit; all alike if they are not given.

    Returns
    -------
    float
        From 0 to 1; 0 where one of the samples is constant, NaN where a value is not finite.

    Examples
    --------
    >>> distance_correlation([1, 2, 3, 4], [2, 4, 6, 8])
    1.0
    """
    return distance_correlation_with_gradient(x, y, weights)[0]


def distance_correlation_with_gradient(
    x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None
) -> tuple[float, Real, Real]:
    """Squared distance correlation with its derivatives.

    Parameters
    ----------
    x, y : array_like (n_events,) of float64
    weights : array_like (n_events,) of float64, optional
        As of `distance_correlation`.

    Returns
    -------
    value : float
        As `distance_correlation`.
    gradient_x, gradient_y : ndarray (n_events,) of float64
        Derivatives by each element. At ties the derivative of ``|x_i - x_j|`` is taken as
        zero; where a sample is constant all derivatives are zero.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        nan = np.full(a.shape, np.nan)
        return float("nan"), nan, nan
    spans = [float(np.ptp(v)) if v.size else 0.0 for v in (a, b)]
    if min(spans) < np.finfo(np.float64).tiny:
        return 0.0, np.zeros_like(a), np.zeros_like(b)
    w = None if weights is None else np.asarray(weights, dtype=np.float64)
    first = _Sample.of((a - a.mean()) / spans[0], w)
    second = _Sample.of((b - b.mean()) / spans[1], w)
    covariance, by_x, by_y = _covariance(first, second)
    root = np.sqrt(first.variance * second.variance)
    value = covariance / root
    by_x = by_x / root - 0.5 * value / first.variance * first.variance_gradient
    by_y = by_y / root - 0.5 * value / second.variance * second.variance_gradient
    return float(value), by_x / spans[0], by_y / spans[1]


def concordance(x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None) -> Real:
    """``sum_j w_j sign(x_i - x_j) sign(y_i - y_j)`` for each event.

    Their sum is twice the numerator of Kendall's rank correlation.

    Parameters
    ----------
    x, y : array_like (n_events,) of float64
        Finite.
    weights : array_like (n_events,) of float64, optional
        How much each event counts; all alike, 1, if not given.

    Returns
    -------
    ndarray (n_events,) of float64
        Integers without weights.

    Examples
    --------
    >>> print(concordance([1, 2, 3], [1, 3, 2]))
    [2. 0. 0.]
    """
    w = None if weights is None else np.asarray(weights, dtype=np.float64)
    first, second = (_Sample.of(np.asarray(values, dtype=np.float64), w) for values in (x, y))
    return _concordance(first, second)[0]


@dataclass(frozen=True)
class _Sample:
    """What follows from one sample alone.

    `order` sorts; `start` and `stop` bound the ties of each event in the sorted sample.
    `signs` is ``sum_j w_j sign(x_i - x_j)``, `distances` is ``sum_j w_j |x_i - x_j|``, `mean` that
    sum over all pairs divided by their weight, `variance` the squared distance variance, `total`
    the sum of the weights. Without weights each is 1, and the number of events their sum.
    """

    values: Real
    weights: Real | None
    total: float
    order: Integer
    start: Integer
    stop: Integer
    signs: Real
    distances: Real
    mean: float
    variance: float
    variance_gradient: Real

    @classmethod
    def of(cls, values: Real, weights: Real | None = None) -> _Sample:
        order = np.argsort(values, kind="stable")
        start, stop = _ties(values[order])
        start_of, stop_of = np.empty_like(start), np.empty_like(stop)
        start_of[order], stop_of[order] = start, stop
        n = values.size if weights is None else float(weights.sum())
        signs = (start_of + stop_of - values.size).astype(np.float64)
        partial = cls(values, weights, n, order, start_of, stop_of, signs, values, 0.0, 0.0, values)
        if weights is not None:
            signs = partial.signed_sum(np.ones_like(values))
        distances = values * signs - partial.signed_sum(values)
        mean = partial.sum(distances) / n**2
        centred = values - partial.sum(values) / n
        row = 2 * mean - (2 / n) * distances
        squares = 2 * partial.sum(centred**2) / n
        variance = squares + mean**2 - 2 * (partial.sum((distances / n) ** 2) / n)
        gradient = partial.weighted(
            (4 / n) * centred + (2 / n**2) * (signs * row - (2 / n) * partial.signed_sum(distances))
        )
        return cls(
            *(values, weights, n, order, start_of, stop_of),
            *(signs, distances, mean, variance, gradient),
        )

    def weighted(self, values: NDArray[Any]) -> NDArray[Any]:
        """``w_i v_i``."""
        return values if self.weights is None else self.weights * values

    def sum(self, values: Real) -> float:
        """``sum_i w_i v_i``."""
        return float(self.weighted(values).sum())

    def signed_sum(self, values: Real) -> Real:
        """``sum_j sign(x_i - x_j) w_j v_j``."""
        prefix = _prefix(self.weighted(values)[self.order])
        return np.asarray(prefix[self.start] + prefix[self.stop] - prefix[-1])


def _covariance(x: _Sample, y: _Sample) -> tuple[float, Real, Real]:
    """Squared distance covariance and its derivatives.

    With ``G_i = sum_j sign(x_i - x_j) |y_i - y_j|`` the sum over pairs of the products of the
    distances is ``2 sum_i x_i G_i`` (it is homogeneous in x) and its derivative ``2 G_i``.
    """
    n = x.total
    count, weighted = _concordance(x, y)
    across_y = y.values * count - weighted.imag
    across_x = x.values * count - weighted.real
    products = 2 * float(x.weighted(x.values) @ across_y) / n**2
    value = products + x.mean * y.mean - 2 * float(x.weighted(x.distances) @ y.distances) / n**3

    def gradient(one: _Sample, other: _Sample, across: Real) -> Real:
        cross = other.distances * one.signs + one.signed_sum(other.distances)
        slope = (2 / n**2) * (across + other.mean * one.signs - cross / n)
        return np.asarray(one.weighted(slope))

    return value, gradient(x, y, across_y), gradient(y, x, across_x)


def _concordance(x: _Sample, y: _Sample) -> tuple[Real, NDArray[np.complex128]]:
    """``sum_j s_ij w_j`` and ``sum_j s_ij w_j (x_j + i y_j)``, s_ij the product of the two signs.

    With sums over j that are less (L), equal (E) or greater in x and in y,
    ``s w = 4 LL + 2 EL + 2 LE + EE + W - 2 L. - E. - 2 .L - .E``.
    """
    n = x.values.size
    # Ties in x stand by falling y, ties in y by falling position: neither counts as less.
    by_x = np.lexsort((-y.start, x.start)) if _tied(x) else x.order
    position = np.empty(n, dtype=np.int64)
    position[by_x] = np.arange(n)
    by_y = np.lexsort((-position, y.start)) if _tied(y) else y.order
    weights = x.weighted(x.values + 1j * y.values)
    lower_count, lower = _dominance(position[by_y], weights[by_x])

    pair_start, pair_stop = _ties(x.start[by_x] * n + y.start[by_x])
    in_x, in_y = _prefix(weights[by_x]), _prefix(weights[by_y])
    _, last = _ties(y.start[by_y] * n + x.start[by_y])
    last_in_y = np.empty(n, dtype=np.int64)
    last_in_y[by_y] = last

    def corrected(in_x: Any, in_y: Any, lower: Any) -> Any:
        total = 4 * lower + in_x[-1] - in_x[pair_stop] - in_x[pair_start]
        result = np.empty_like(total)
        result[by_x] = total
        result += in_x[x.stop] - in_x[x.start]
        result += in_y[y.stop] - in_y[y.start] - 2 * in_y[last_in_y]
        return result

    signed = corrected(in_x, in_y, lower)
    if x.weights is None:
        counts = np.arange(n + 1)
        return corrected(counts, counts, lower_count).astype(np.float64), signed
    own = x.weights.astype(np.complex128)
    lower_own = _dominance(position[by_y], own[by_x])[1]
    return corrected(_prefix(own[by_x]), _prefix(own[by_y]), lower_own).real, signed


def _dominance(
    positions: Integer, weights: NDArray[np.complex128]
) -> tuple[Integer, NDArray[np.complex128]]:
    """Sums over the points that come earlier in both orders.

    Parameters
    ----------
    positions : ndarray (n,) of int64
        Position in x of the points sorted by y: a permutation.
    weights : ndarray (n,) of complex128
        Of the points sorted by x.

    Returns
    -------
    count : ndarray (n,) of int64
    total : ndarray (n,) of complex128
        For the points sorted by x: number and summed weights of the points before both.
    """
    n = positions.size
    bits = max(int(n - 1).bit_length(), 1)
    size = 1 << bits
    place = np.arange(size)
    place[:n] = positions
    padded = np.zeros(size, dtype=np.complex128)
    padded[:n] = weights
    count, total = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.complex128)
    rank = np.arange(size // 2)
    for bit in range(bits - 1, -1, -1):
        # Blocks of 2^(bit+1) positions lie one after the other, each sorted by y and half of
        # it with this bit set: those with it come after those without it that precede them.
        upper = (place >> bit & 1).astype(bool)
        where = np.flatnonzero(upper)
        left, right = place[~upper], place[where]
        before, block = where - rank, rank >> bit << bit
        prefix = _prefix(padded[left])
        count[right] += before - block
        total[right] += prefix[before] - prefix[block]
        half = 1 << bit
        place = np.stack((left.reshape(-1, half), right.reshape(-1, half)), axis=1).ravel()
    return count[:n], total[:n]


def _ties(ordered: NDArray[Any]) -> tuple[Integer, Integer]:
    """First position of each event's ties in a sorted array, and one past the last."""
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    bounds = np.concatenate(([0], edges, [ordered.size]))
    lengths = np.diff(bounds)
    return np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)


def _tied(sample: _Sample) -> bool:
    return bool((sample.stop - sample.start).max() > 1)


def _prefix(values: NDArray[Any]) -> NDArray[Any]:
    """Sum of the first k values for every k."""
    result = np.empty(values.size + 1, dtype=values.dtype)
    result[0] = 0
    np.cumsum(values, out=result[1:])
    return result
