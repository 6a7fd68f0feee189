"""The expectations of `expectation` for patterns of many seeds, of which few fire in an event.

Seeds of one prescale have equal shares of an event, and these depend on nothing but how many seeds
of each prescale fire. So expectations are computed once for each such set of numbers, which are far
fewer than patterns; with all prescales different they are the patterns themselves.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu.expectation import nodes_for, others
from trigger_ad.menu.patterns import Patterns, union, unpack

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
        fired = unpack(patterns, len(kept)) & (kept > 0)
        number = np.count_nonzero(fired, axis=1)
        self._first = np.concatenate([[0], np.cumsum(number)])
        self._row = np.repeat(np.arange(len(patterns)), number)
        self._seed = np.flatnonzero(fired) - self._row * len(kept)
        self._values, classes = np.unique(kept[kept > 0], return_inverse=True)
        of_seed = np.zeros(len(kept), dtype=np.int64)
        of_seed[kept > 0] = classes
        self._class = of_seed[self._seed]

    def after(self) -> Any:
        """Probability that the seed accepts."""
        return self._sparse(self._values[self._class])

    def pure(self) -> Any:
        """Probability that this seed alone accepts."""
        return self._spread(self._values * _all_but_one(1 - self._values, self._numbers))

    def proportional(self) -> Any:
        """Expected share of the seed in an accepted event."""
        seeds = self._numbers.sum(axis=1)
        points = 1 << np.ceil(np.log2(np.maximum(seeds, 2) / 2)).astype(np.int64)
        shares = np.zeros(self._numbers.shape)
        for number in np.unique(points).tolist():
            mine = points == number
            for node, weight in nodes_for(number):
                factors = 1 - self._values * (1 - node)
                shares[mine] += weight * _all_but_one(factors, self._numbers[mine])
        return self._spread(self._values * shares)

    def total(self) -> Any:
        """Probability that at least one seed accepts."""
        from scipy.sparse import csr_array

        none = np.prod((1 - self._values) ** self._numbers, axis=1)
        return csr_array((1 - none)[self._place][:, None])

    @cached_property
    def _sets(self) -> tuple[Integers, Integers]:
        """How many seeds of each prescale fire: different sets, and that of each pattern."""
        rows, size = self.shape[0], len(self._values)
        width = 4 * max(1, -(-size // 4))  # whole words of four numbers
        flat = np.bincount(self._row * width + self._class, minlength=rows * width)
        numbers = flat.astype("<u2").reshape(rows, width)
        known, (place,) = union([numbers.view("<u8").astype(np.uint64, copy=False)])
        return known.astype("<u8", copy=False).view("<u2")[:, :size].astype(np.int64), place

    @property
    def _numbers(self) -> Integers:
        return self._sets[0]

    @property
    def _place(self) -> Integers:
        return self._sets[1]

    def _spread(self, shares: Floats) -> Any:
        """Shares by set and prescale, as those of seeds."""
        return self._sparse(shares[self._place[self._row], self._class])

    def _sparse(self, values: Floats) -> Any:
        from scipy.sparse import csr_array

        result = csr_array((values, self._seed, self._first), shape=self.shape)
        if (values == 0).any():
            result = result.copy()  # the columns are shared
            result.eliminate_zeros()
        return result


def _all_but_one(factors: Floats, numbers: Integers) -> Floats:
    """Product of all factors but one of the class: (m, classes), without dividing.

    Parameters
    ----------
    factors : ndarray (classes,)
    numbers : ndarray (m, classes) of int64
        How often each is there.
    """
    return np.asarray(others(factors**numbers) * factors ** np.maximum(numbers - 1, 0))
