"""The expectations of `expectation` for patterns of many seeds, of which few fire in an event.

Looked at are the seeds alone that fire and are on. Those without prescale accept for certain: one
of them makes the total 1, two leave nothing pure, and u of them stand for a factor t^u in the
integral of the proportional share. They share what the prescaled ones leave. A product of all
factors but one is that of all divided by this one, which is never 0.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu.patterns import Patterns, unpack

__all__ = ["FiredSeeds"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class FiredSeeds:
    """Seeds that fire and are on, pattern by pattern.

    All results are sparse arrays of SciPy, (m, seeds), but `total`, which is (m, 1).

    Parameters
    ----------
    patterns : ndarray (m, words) of uint64
    kept : ndarray (seeds,)
        1 / prescale of each seed, 0 for off.
    """

    def __init__(self, patterns: Patterns, kept: Floats) -> None:
        self.shape = len(patterns), len(kept)
        flat = np.flatnonzero(unpack(patterns, len(kept)) & (kept > 0))
        self.row, self.seed = np.divmod(flat, len(kept))
        self.kept = kept[self.seed]
        self.certain = self.kept == 1
        self.number_certain = np.bincount(self.row[self.certain], minlength=len(patterns))

    def after(self) -> Any:
        """Probability that the seed accepts."""
        return self._sparse(self.kept)

    def pure(self) -> Any:
        """Probability that this seed alone accepts."""
        result, alone = np.zeros(len(self.row)), self.number_certain[self.row]
        row, kept = self.row[~self.certain], self.kept[~self.certain]
        result[~self.certain] = np.where(
            alone[~self.certain] == 0, kept * self._none[row] / (1 - kept), 0
        )
        here = self.certain & (alone == 1)
        result[here] = self._none[self.row[here]]
        return self._sparse(result)

    def total(self) -> Any:
        """Probability that at least one seed accepts."""
        from scipy.sparse import csr_array

        return csr_array(np.where(self.number_certain > 0, 1, 1 - self._none)[:, None])

    def proportional(self) -> Any:
        """Expected share of the seed in an accepted event."""
        result, prescaled = np.zeros(len(self.row)), ~self.certain
        result[prescaled] = self._shares(self.row[prescaled], self.kept[prescaled])
        rest = 1 - np.bincount(self.row, result, minlength=self.shape[0])
        row = self.row[self.certain]
        result[self.certain] = rest[row] / self.number_certain[row]
        return self._sparse(result)

    def _shares(self, row: Integers, kept: Floats) -> Floats:
        """Those of prescaled seeds, in which equally many nodes of the quadrature are needed."""
        degree = np.bincount(row, minlength=self.shape[0]) + self.number_certain
        points = 1 << np.ceil(np.log2(np.maximum(degree, 2) / 2)).astype(np.int64)
        result = np.zeros(len(row))
        for number in np.unique(points[row]).tolist():
            mine = points[row] == number
            where, q = row[mine], kept[mine]
            total = np.zeros(len(where))
            for node, weight in _nodes(number):
                factor = 1 - q * (1 - node)
                others = _products(factor, where, self.shape[0]) * node**self.number_certain
                total += weight * others[where] / factor
            result[mine] = q * total
        return result

    @cached_property
    def _none(self) -> Floats:
        """(m,): probability that no prescaled seed accepts."""
        return _products(1 - self.kept[~self.certain], self.row[~self.certain], self.shape[0])

    def _sparse(self, values: Floats) -> Any:
        from scipy.sparse import csr_array

        result = csr_array((values, (self.row, self.seed)), shape=self.shape)
        result.eliminate_zeros()
        return result


def _products(factors: Floats, row: Integers, rows: int) -> Floats:
    """Product of the factors of each row; they come in the order of the rows."""
    result = np.ones(rows)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    if len(first):
        result[row[first]] = np.multiply.reduceat(factors, first)
    return result


@lru_cache
def _nodes(points: int) -> tuple[tuple[float, float], ...]:
    """Nodes and weights of Gauss-Legendre on (0, 1), exact up to degree 2 points - 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return tuple(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))
