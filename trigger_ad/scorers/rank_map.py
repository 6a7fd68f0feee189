"""Monotone tables from raw scores to ranks among background events, on one scale for all scores.

Caron, Hendriks and Verheyen, arXiv:2106.10164 (2021), Sec. 4, normalise each score so that the
background is uniform between 0 and 1. In hardware that is a table of integers. With k(s) of N
background events at or above a score s, the rank of s is the largest r that allows k(s):

    flat    k <= N (1 - r / 2^bits)            uniform background, as in the paper
    tail    k <= N^(1 - r / (2^bits - 1))      uniform steps of log(N / k) = -log(efficiency)

So a cut at rank r accepts what the loosest cut on the score does that passes at most that many
background events. The flat scale has steps of 2^-bits in efficiency, the tail scale steps of
the same relative size at every efficiency down to one event of N.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.score import Score

__all__ = [
    "MAX_ADDRESS_BITS",
    "MAX_RANK_BITS",
    "RankMap",
    "RankScale",
    "allowed",
    "check_monotone",
    "fitting_table",
    "monotone_table",
]

#: Bits of a rank; the traced circuit holds the entries of tables in float32.
MAX_RANK_BITS = 16

#: Bits that address a table: 4096 entries are 64 look-up tables of six inputs for each rank bit.
MAX_ADDRESS_BITS = 12


#: Bits that address a table where nothing else is asked for.
FITTING_ADDRESS_BITS = 10


class RankScale(StrEnum):
    """What equal steps of a rank mean."""

    FLAT = "flat"
    TAIL = "tail"


@dataclass(frozen=True)
class RankMap:
    """A table of ranks for the high bits of a score.

    Parameters
    ----------
    values : tuple of int
        Rank of every address, ascending; the first is that of the address `first`.
    first : int
        Smallest address: the lowest raw score after `shorten` and `saturate`.
    shorten : int
        Low bits of the score that are dropped.
    saturate : int
        Bits of the score that are kept then, the sign of signed ones included.
    bits : int
        Ranks are from 0 to 2^bits - 1.
    scale : RankScale
    events : int
        Background events that the ranks are of.

    Raises
    ------
    FixedPointError
        If the ranks descend anywhere or do not fit `bits`.
    """

    values: tuple[int, ...]
    first: int
    shorten: int
    saturate: int
    bits: int
    scale: RankScale
    events: int

    def __post_init__(self) -> None:
        check_monotone(self.values)
        if self.values[0] < 0 or self.values[-1] >> self.bits:
            raise FixedPointError(
                "a rank table",
                f"must have entries from 0 to {2**self.bits - 1}",
                f"from {self.values[0]} to {self.values[-1]}",
                "make it with more bits",
            )

    def expression(self, score: Expression) -> Expression:
        """Rank of a score as an expression of one element, an integer."""
        return score.shorten(self.shorten).saturate(self.saturate).table(self.values)

    def rank(self, scores: NDArray[Any]) -> NDArray[np.int64]:
        """Ranks of raw scores, (n_events,) integers, without the expression."""
        address = (np.asarray(scores, dtype=np.int64) >> self.shorten) - self.first
        return np.asarray(self.values, dtype=np.int64)[address.clip(0, len(self.values) - 1)]

    def threshold(self, rank: int) -> int:
        """Smallest raw score whose rank is at least `rank`, on the grid that `shorten` leaves.

        Where no entry is as high it is the first score beyond the table.
        """
        return (self.first + int(np.searchsorted(self.values, rank))) << self.shorten


def check_monotone(values: Sequence[int]) -> None:
    """Refuse a table in which a larger score has a lower rank.

    Raises
    ------
    FixedPointError
        If it has no entry, or one that is lower than the one before.
    """
    if not len(values):
        raise FixedPointError("a rank table", "must have entries", None, "make it of a score")
    falls = np.flatnonzero(np.diff(np.asarray(values, dtype=np.int64)) < 0)
    if falls.size:
        at = int(falls[0]) + 1
        raise FixedPointError(
            f"entry {at} of a rank table",
            f"must be at least {values[at - 1]}, the one before",
            values[at],
            "make it of the counts of events at or above each score",
        )


def allowed(scale: RankScale, bits: int, events: int) -> NDArray[np.int64]:
    """Most background events that a cut at each rank may accept.

    Parameters
    ----------
    scale : RankScale
    bits : int
    events : int

    Returns
    -------
    ndarray (2^bits,) of int64
        Descending, from `events`; never below 1 for as many events as ranks.
    """
    top = (1 << bits) - 1
    ranks = np.arange(top + 1, dtype=np.int64)
    if scale is RankScale.FLAT:
        return events - -(-ranks * events >> bits)
    # An exact power is an integer whatever the last bit of the logarithm.
    return np.floor(events ** (1 - ranks / top) * (1 + 1e-12)).astype(np.int64)


def monotone_table(
    events: NDArray[Any],
    score: Score,
    bits: int = 8,
    *,
    scale: RankScale = RankScale.TAIL,
    shorten: int = 0,
) -> RankMap:
    """Ranks of a score among background events.

    The score is saturated at the first address of the highest rank, above which nothing changes.

    Parameters
    ----------
    events : ndarray (n_events,) of integers
        Raw scores of background events that trained nothing: the split ``threshold``.
    score : Score
        Whose raw scores they are.
    bits : int
        Of the rank, at most 16.
    scale : RankScale
        ``tail`` for the smallest or largest of ranks, ``flat`` for products and means.
    shorten : int
        Low bits of the score that take no part.

    Returns
    -------
    RankMap

    Raises
    ------
    FixedPointError
        If there are fewer events than ranks, a raw score is none of `score`, or the table
        would have more than 12 address bits.
    """
    _check(events, score, bits, shorten)
    codes, ranks, width = _ranks(events, score, bits, scale, shorten)
    if width > MAX_ADDRESS_BITS:
        raise FixedPointError(
            f"the table of score {score.name}",
            f"must have at most {MAX_ADDRESS_BITS} address bits",
            width,
            f"shorten the score by {shorten + width - MAX_ADDRESS_BITS} bits or more",
        )
    clipped = score.signal(score.expression.shorten(shorten).saturate(width))
    first = clipped.minimum[0]
    addresses = np.arange(first, clipped.maximum[0] + 1)
    beyond = np.searchsorted(codes, addresses)  # next code that occurs; none has the highest rank
    values = np.append(ranks, (1 << bits) - 1)[beyond]
    return RankMap(
        tuple(values.tolist()), first, shorten, width, bits, RankScale(scale), len(events)
    )


def fitting_table(
    events: NDArray[Any],
    score: Score,
    bits: int,
    scale: RankScale,
    address_bits: int = FITTING_ADDRESS_BITS,
) -> RankMap:
    """Ranks of a score among background events, of as many of its high bits as a table can have.

    Parameters
    ----------
    events, score, bits, scale
        As of `monotone_table`.
    address_bits : int
        Of the table, at most 12.

    Raises
    ------
    FixedPointError
        As `monotone_table`.
    """
    _check(events, score, bits, 0)
    shorten = 0
    while _ranks(events, score, bits, scale, shorten)[2] > address_bits:
        shorten += 1
    return monotone_table(events, score, bits, scale=scale, shorten=shorten)


def _ranks(
    events: NDArray[Any], score: Score, bits: int, scale: RankScale, shorten: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Codes that occur in ascending order, their ranks, and the bits that tell the ranks apart."""
    signal = score.signal(score.expression.shorten(shorten))
    low, high = signal.minimum[0], signal.maximum[0]
    codes, counts = np.unique(np.asarray(events, dtype=np.int64) >> shorten, return_counts=True)
    above = counts[::-1].cumsum()[::-1]  # events at or above each code that occurs
    limits = allowed(scale, bits, len(events))
    ranks = np.searchsorted(-limits, -above, side="right") - 1
    lowest, highest = int(codes[ranks == 0][-1]), int(codes[ranks < (1 << bits) - 1][-1]) + 1
    return codes, ranks, _width(lowest, min(highest, high), signed=low < 0)


def _width(lowest: int, highest: int, signed: bool) -> int:
    """Bits that keep the last address of rank 0 and the first of the highest rank apart."""
    ends = (lowest, highest)
    bits = max((end if end >= 0 else -1 - end).bit_length() for end in ends)
    return max(bits, 1) + signed


def _check(events: NDArray[Any], score: Score, bits: int, shorten: int) -> None:
    if not 1 <= bits <= MAX_RANK_BITS:
        raise FixedPointError(
            "the bits of a rank",
            f"must be from 1 to {MAX_RANK_BITS}",
            bits,
            "choose fewer" if bits > 0 else "choose at least 1",
        )
    if shorten < 0:
        raise FixedPointError(
            f"the bits by which score {score.name} is shortened",
            "must be at least 0",
            shorten,
            "give 0 or more",
        )
    if len(events) < 1 << bits:
        raise FixedPointError(
            f"the events that rank score {score.name}",
            f"must be at least {1 << bits}, one for each rank",
            len(events),
            "give more events or fewer bits",
        )
    signal = score.signal(score.expression)
    low, high = signal.minimum[0], signal.maximum[0]
    if events.dtype.kind not in "iu" or events.min() < low or events.max() > high:
        raise FixedPointError(
            f"the events that rank score {score.name}",
            f"must be integers from {low} to {high}",
            f"{events.dtype} from {events.min()} to {events.max()}",
            "give its own raw scores",
        )
