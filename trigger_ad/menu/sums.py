"""What the events of a menu add to each of its figures, summed over patterns piece by piece.

In a plain sample the patterns of one word are few and are taken as they are, seed by seed. Of many
seeds only a few fire in an event, and patterns are many; with strata, so are the cells: then only
the seeds that fired are looked at. Both ways give the same sums, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, reduce
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu import expectation
from trigger_ad.menu.counts import GROUPS, PatternCounts
from trigger_ad.menu.patterns import has, unpack
from trigger_ad.menu.sparse import FiredSeeds
from trigger_ad.statistics.moments import Moments

__all__ = ["DENSE", "Kind", "MenuSums", "overlaps"]

#: Patterns, or rows of counts, that are looked at together.
BLOCK = 65_536

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: What is summed: see `expectation`.
Kind = Literal["after", "pure", "proportional", "total"]

#: Part of an event that each seed has, (m, s), from the fires (m, s) and 1 / prescale; (m, 1) of
#: the menu as a whole.
DENSE: Mapping[Kind, Callable[[Bools, Floats], Floats]] = {
    "after": lambda fired, kept: fired * kept,
    "pure": expectation.pure,
    "proportional": expectation.proportional,
    "total": lambda fired, kept: expectation.total(fired, kept)[:, None],
}


class MenuSums:
    """Moments of the figures of a menu.

    Parameters
    ----------
    counts : PatternCounts
    kept : ndarray (seeds,)
        1 / prescale of each seed, 0 for off.
    kinds : sequence of Kind
        Those that are asked for.
    """

    def __init__(self, counts: PatternCounts, kept: Floats, kinds: Sequence[Kind]) -> None:
        self._counts, self._kept, self._kinds = counts, kept, kinds

    def moments(self, kind: Kind, pileup_bin: int | None = None) -> Moments:
        """Moments of one of the kinds, over a bin of pile-up or all."""
        if self._counts.patterns.shape[1] > 1 or len(self._counts.strata) > 1:
            return self._cells[kind].within(pileup_bin)
        counts, kept = self._counts.within(pileup_bin), self._kept
        parts = (
            Moments.of(
                DENSE[kind](unpack(counts.patterns[start : start + BLOCK], len(kept)), kept),
                counts.table(start, start + BLOCK),
            )
            for start in range(0, max(len(counts.patterns), 1), BLOCK)
        )
        return reduce(Moments.__add__, parts)

    @cached_property
    def _cells(self) -> dict[Kind, _Cells]:
        """Sums of every cell, from which those of any bin follow."""
        counts, seeds = self._counts, len(self._kept)
        found = {kind: _Cells(counts, 1 if kind == "total" else seeds) for kind in self._kinds}
        for start in range(0, len(counts.patterns), BLOCK):
            fired = FiredSeeds(counts.patterns[start : start + BLOCK], self._kept)
            rows = slice(*np.searchsorted(counts.row, (start, start + BLOCK)).tolist())
            block = _Block(counts, counts.row[rows] - start, rows, fired.shape[0])
            for kind, cells in found.items():
                cells.add(block, getattr(fired, kind)())
        return found


class _Block:
    """Events of some patterns by cell, and by stratum and bin of pile-up."""

    def __init__(
        self, counts: PatternCounts, place: NDArray[np.int32], rows: slice, patterns: int
    ) -> None:
        from scipy.sparse import csr_array

        self.place, self.cell, self.count = place, counts.cell[rows], counts.count[rows]
        events, cells = self.count.astype(np.float64), counts.cells
        self.by_cell, self.by_bin = (
            csr_array((events, (part, place)), shape=(size, patterns))
            for part, size in ((self.cell, cells), (self.cell // GROUPS, cells // GROUPS))
        )


class _Cells:
    """Sums by stratum, bin of pile-up, group and figure."""

    def __init__(self, counts: PatternCounts, figures: int) -> None:
        shape = len(counts.strata), counts.bins, GROUPS
        self.events = counts.by_cell()
        self.fired = np.zeros(shape, dtype=np.int64)
        self.by_group = np.zeros((*shape, figures))
        self.squares = np.zeros((*shape[:2], figures))

    def add(self, block: _Block, shares: Any) -> None:
        """Add events; the shares are sparse, of patterns by their places."""
        self.by_group += (block.by_cell @ shares).toarray().reshape(self.by_group.shape)
        self.squares += (block.by_bin @ shares.power(2)).toarray().reshape(self.squares.shape)
        some = np.diff(shares.indptr)[block.place] > 0
        fired = np.bincount(block.cell[some], block.count[some], minlength=self.fired.size)
        self.fired += fired.astype(np.int64).reshape(self.fired.shape)

    def within(self, pileup_bin: int | None) -> Moments:
        """Moments of one bin of pile-up, or of all."""
        taken = slice(None) if pileup_bin is None else slice(pileup_bin, pileup_bin + 1)
        events, fired, by_group, squares = (
            part[:, taken].sum(axis=1)
            for part in (self.events, self.fired, self.by_group, self.squares)
        )
        return Moments(events, fired, by_group, by_group.sum(axis=1), squares)


def overlaps(counts: PatternCounts, chosen: Sequence[int]) -> list[Moments]:
    """Moments of events in which two seeds fire: of each chosen seed, with each of them.

    Sums of integers, so exact in any order.

    Parameters
    ----------
    counts : PatternCounts
    chosen : sequence of int
        Seeds whose pairs are looked at.
    """
    strata, size = len(counts.strata), len(chosen)
    bits = np.stack([has(counts.patterns, seed) for seed in chosen], axis=1)
    some = np.flatnonzero(np.count_nonzero(bits, axis=1)[counts.row])
    cells = counts.cell[some]
    place = cells // (GROUPS * counts.bins) * GROUPS + cells % GROUPS
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(strata * GROUPS + 1))
    order = some[order]
    pairs = np.zeros((strata * GROUPS, size, size))
    for cell, (low, high) in enumerate(pairwise(ends.tolist())):
        for start in range(low, high, BLOCK):
            rows = order[start : min(start + BLOCK, high)]
            fired = bits[counts.row[rows]].astype(np.float64)
            pairs[cell] += (fired * counts.count[rows, None]).T @ fired
    both = pairs.reshape(strata, GROUPS, size, size)
    sums, events = both.sum(axis=1), counts.by_cell().sum(axis=1)
    return [
        Moments(events, both[:, :, i, i].astype(np.int64), both[:, :, i], sums[:, i], sums[:, i])
        for i in range(size)
    ]
