"""What the events of a menu add to each of its figures, summed over patterns piece by piece.

The patterns of one word are few and are taken as they are, seed by seed. Of many seeds only a few
fire in an event, and patterns are many: then only these seeds are looked at. Both ways give the
same sums, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.menu import expectation
from trigger_ad.menu.counts import GROUPS, PatternCounts
from trigger_ad.menu.patterns import unpack
from trigger_ad.statistics.moments import Moments

__all__ = ["KINDS", "Kind", "moments", "overlaps"]

#: Patterns, or rows of counts, that are looked at together, and most bits of patterns.
BLOCK, BITS = 65_536, 1 << 22

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Part of an event that each seed has, (m, s), from the fires (m, s) and 1 / prescale; (m, 1) of
#: the menu as a whole.
Kind = Callable[[Bools, Floats], Floats]
KINDS: Mapping[str, Kind] = {
    "after": lambda fired, kept: fired * kept,
    "pure": expectation.pure,
    "proportional": expectation.proportional,
    "total": lambda fired, kept: expectation.total(fired, kept)[:, None],
}


def moments(
    counts: PatternCounts, kind: str, kept: Floats, bins: Sequence[int | None] = (None,)
) -> list[Moments]:
    """Moments of one of `KINDS`.

    Parameters
    ----------
    counts : PatternCounts
    kind : str
    kept : ndarray (seeds,)
        1 / prescale of each seed, 0 for off.
    bins : sequence of (int or None)
        Of pile-up, None for all of them together.

    Returns
    -------
    list of Moments
        One for each of `bins`.
    """
    if counts.patterns.shape[1] == 1:
        return [_dense(counts.within(index), KINDS[kind], kept) for index in bins]
    return _sparse(counts, KINDS[kind], kept, bins)


def _dense(counts: PatternCounts, kind: Kind, kept: Floats) -> Moments:
    parts = (
        Moments.of(
            kind(unpack(counts.patterns[start : start + BLOCK], len(kept)), kept),
            counts.table(start, start + BLOCK),
        )
        for start in range(0, max(len(counts.patterns), 1), BLOCK)
    )
    return reduce(Moments.__add__, parts)


def _sparse(
    counts: PatternCounts, kind: Kind, kept: Floats, bins: Sequence[int | None]
) -> list[Moments]:
    """Sums of each cell, from which those of any bins follow."""
    from scipy.sparse import csr_array

    cells, step = counts.cells, max(1, BITS // len(kept))
    axes = len(counts.strata), counts.bins, GROUPS
    by_cell, squares, fired = 0.0, 0.0, np.zeros(cells, dtype=np.int64)
    for start in range(0, max(len(counts.patterns), 1), step):
        shares = _shares(counts.patterns[start : start + step], kind, kept)
        rows = slice(*np.searchsorted(counts.row, (start, start + step)).tolist())
        place, cell, number = counts.row[rows] - start, counts.cell[rows], counts.count[rows]
        shape = cells, shares.shape[0]
        events = csr_array((number.astype(np.float64), (cell, place)), shape=shape)
        by_cell += (events @ shares).toarray()
        whole = csr_array((number.astype(np.float64), (cell // GROUPS, place)), shape=shape)
        squares += (whole @ shares.power(2))[: cells // GROUPS].toarray()
        any_share = np.diff(shares.indptr)[place] > 0
        np.add.at(fired, cell[any_share], number[any_share])
    parts = (
        counts.by_cell(),
        fired.reshape(axes),
        np.asarray(by_cell).reshape(*axes, -1),
        np.asarray(squares).reshape(*axes[:2], -1),
    )
    return [_of_bins(index, *parts) for index in bins]


def _of_bins(
    index: int | None,
    events: NDArray[np.int64],
    fired: NDArray[np.int64],
    by_cell: Floats,
    squares: Floats,
) -> Moments:
    """Moments of one bin of pile-up or all, from sums by stratum, bin, group and figure."""
    taken = slice(None) if index is None else slice(index, index + 1)
    groups, some, by_group, square = (
        part[:, taken].sum(axis=1) for part in (events, fired, by_cell, squares)
    )
    return Moments(groups, some, by_group, by_group.sum(axis=1), square)


def _shares(patterns: NDArray[np.uint64], kind: Kind, kept: Floats) -> Any:
    """Sparse (patterns, figures): what an event with each pattern adds, without zeros.

    Patterns in which equally many seeds fire are looked at together, these seeds alone.
    """
    from scipy.sparse import csr_array

    fired = unpack(patterns, len(kept)) & (kept > 0)
    number = fired.sum(axis=1)
    place, seed = np.nonzero(fired)
    first = np.cumsum(number) - number
    found, whole = np.zeros(len(place)), np.zeros(len(patterns))
    for size in np.unique(number[number > 0]).tolist():
        mine = np.flatnonzero(number == size)
        entries = first[mine, None] + np.arange(size)
        shares = kind(np.ones(entries.shape, dtype=np.bool_), kept[seed[entries]])
        if kind is KINDS["total"]:
            whole[mine] = shares[:, 0]
        else:
            found[entries] = shares
    if kind is KINDS["total"]:
        return csr_array(whole[:, None])
    result = csr_array((found, (place, seed)), shape=(len(patterns), len(kept)))
    result.eliminate_zeros()
    return result


def overlaps(counts: PatternCounts, seeds: int, chosen: Sequence[int]) -> list[Moments]:
    """Moments of events in which two seeds fire: of each chosen seed, with each of them.

    Sums of integers, so exact in any order.

    Parameters
    ----------
    counts : PatternCounts
    seeds : int
        Of the menu.
    chosen : sequence of int
        Seeds whose pairs are looked at.
    """
    strata, size = len(counts.strata), len(chosen)
    place = counts.cell // (GROUPS * counts.bins) * GROUPS + counts.cell % GROUPS
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(strata * GROUPS + 1))
    pairs = np.zeros((strata * GROUPS, size, size))
    for cell, (low, high) in enumerate(pairwise(ends.tolist())):
        for start in range(low, high, BLOCK):
            rows = order[start : min(start + BLOCK, high)]
            fired = unpack(counts.patterns[counts.row[rows]], seeds)[:, chosen].astype(np.float64)
            pairs[cell] += (fired * counts.count[rows, None]).T @ fired
    both = pairs.reshape(strata, GROUPS, size, size)
    sums, events = both.sum(axis=1), counts.by_cell().sum(axis=1)
    return [
        Moments(events, both[:, :, i, i].astype(np.int64), both[:, :, i], sums[:, i], sums[:, i])
        for i in range(size)
    ]
