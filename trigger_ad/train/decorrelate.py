"""Decorrelation after the fact: the correction of one score, from background events alone.

The shift g(score1) is the conditional quantile of score 2 in runs of events of like score 1,
linear between the means of the runs. Integers are spread evenly over their LSB, so that rounding
favours no side. At a cut on the difference that accepts the same share in every run, the two cuts
are independent and the prediction from three regions holds there.

Ranks r go on from there: in classes of score 1 that hold steps of one factor in efficiency,
r = round((2^bits - 1) log(n / k) / log(2 n_last)) with k of the n events of the class above a
code, those on it counted half, and n_last the events of the last class. Then the share above every
rank is that of every class, up to the events of one code.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError, TrainingError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import Score
from trigger_ad.scorers.correction import ConditionalRank, Correction, corrected
from trigger_ad.scorers.rank_map import MAX_ADDRESS_BITS, RankMap, RankScale, monotone_table

__all__ = ["Form", "fit_correction"]

#: Events of a run, of which a conditional quantile is taken: at least so many, and at least this
#: part of those that have a score 1 as high or higher.
RUN, PART = 300, 0.06

#: Quantile of the shift under a table of ranks, in the middle of the cuts that triggers use.
MIDDLE = 0.8

Integers = NDArray[np.int64]
Real = NDArray[np.float64]


class Form(StrEnum):
    """How score 2 is corrected."""

    SHIFT = "shift"
    RANK = "rank"


def fit_correction(
    first: NDArray[Any],
    second: NDArray[Any],
    score1: Score,
    score2: Score,
    *,
    form: Form = Form.RANK,
    efficiency: float | None = None,
    classes: int = 32,
    bits: int = 7,
    least: int = 800,
    address_bits: int = 10,
) -> Correction:
    """Correction of score 2 for its dependence on score 1.

    Parameters
    ----------
    first, second : ndarray (n_events,) of integers
        Raw scores of background events, none of them of the split ``test``.
    score1, score2 : Score
        Whose raw scores they are.
    form : Form
        ``shift`` needs one table and closes at one working point, ``rank`` four tables for all.
    efficiency : float, optional
        Of region A, at which the shift closes: its quantile is 1 - sqrt(efficiency). Without it
        the quantile is 0.8, in the middle of those at which triggers cut.
    classes : int
        Of score 1, at most; fewer where scores are equal.
    bits : int
        Of a code, and of a rank.
    least : int
        Events of the last class.
    address_bits : int
        Bits of score 1 that address a table, at most 12.

    Returns
    -------
    Correction

    Raises
    ------
    FixedPointError
        If a table would have more than 12 address bits, or a raw score is none of its score.
    TrainingError
        If there are too few events, or score 1 is the same for all.
    """
    _check_settings(len(first), efficiency, classes, bits, least, address_bits)
    for raw, score in ((first, score1), (second, score2)):
        _check_raw(raw, score)
    first, second = np.asarray(first, np.int64), np.asarray(second, np.int64)
    bare = _address(first, score1, least, address_bits)
    address = ((first >> bare.shorten) - bare.first).clip(0, len(bare.shifts) - 1)
    quantile = MIDDLE if efficiency is None else 1 - float(np.sqrt(efficiency))
    centres, values = _conditional_quantile(address, second, quantile)
    shifts = np.rint(np.interp(np.arange(len(bare.shifts)), centres, values)).astype(int)
    shift = Correction(tuple(shifts.tolist()), bare.first, bare.shorten, bare.saturate)
    if form is Form.SHIFT:
        return shift
    difference = shift.apply(first, second)
    codes = _codes(difference, corrected("the shifted score", score1, score2, shift), bits)
    edges = _edges(address, classes, least)
    numbers = np.searchsorted(edges, np.arange(len(shifts)), side="right")
    ranks = _ranks(numbers[address], codes, difference)
    rank = ConditionalRank(tuple(numbers.tolist()), codes, tuple(ranks.tolist()))
    return Correction(shift.shifts, shift.first, shift.shorten, shift.saturate, rank)


def _address(first: Integers, score: Score, least: int, address_bits: int) -> Correction:
    """Bits of score 1 between the smallest and the `least` largest: a correction by nothing."""
    low, high = int(first.min()), int(np.partition(first, -least)[-least])
    if low == high:
        raise TrainingError(
            f"score {score.name}",
            "must differ between background events",
            f"{low} for all",
            "correct for a score that is not constant",
        )
    kind = FixedPoint.holding(low, high, 0)
    signed = score.signal(score.expression).minimum[0] < 0
    width = kind.width + (signed and not kind.signed)
    shorten = max(width - address_bits, 0)
    clipped = score.signal(score.expression.shorten(shorten).saturate(width - shorten))
    start, stop = clipped.minimum[0], clipped.maximum[0]
    return Correction((0,) * (stop - start + 1), start, shorten, width - shorten)


def _conditional_quantile(
    address: Integers, second: Integers, quantile: float
) -> tuple[Real, Real]:
    """Mean address of every run of events, and the quantile of score 2 in it."""
    order = np.argsort(address, kind="stable")
    ordered, values = address[order], second[order]
    bounds = np.append(np.flatnonzero(np.diff(ordered, prepend=-1)), len(ordered))
    cuts = [0]
    while cuts[-1] < len(ordered):
        wanted = cuts[-1] + max(RUN, int(PART * (len(ordered) - cuts[-1])))
        cuts.append(int(bounds[min(int(np.searchsorted(bounds, wanted)), len(bounds) - 1)]))
    if len(cuts) > 2 and cuts[-1] - cuts[-2] < RUN:
        del cuts[-2]
    runs = [slice(start, stop) for start, stop in pairwise(cuts)]
    return (
        np.array([ordered[run].mean() for run in runs]),
        np.array([_quantile(values[run], quantile) for run in runs]),
    )


def _quantile(values: Integers, quantile: float) -> float:
    """Value that this part lies below, each integer spread evenly over its LSB."""
    codes, counts = np.unique(values, return_counts=True)
    above = np.cumsum(counts) / len(values)
    below = above - counts / len(values)
    ends = np.column_stack([codes - 0.5, codes + 0.5]).ravel()
    return float(np.interp(quantile, np.column_stack([below, above]).ravel(), ends))


def _codes(difference: Integers, shifted: Score, bits: int) -> RankMap:
    """Ranks of the shifted score among all events: the same resolution at every efficiency."""
    width = FixedPoint.holding(int(difference.min()), int(difference.max()), 0).width
    shorten = max(width - MAX_ADDRESS_BITS, 0)
    return monotone_table(difference, shifted, bits, scale=RankScale.TAIL, shorten=shorten)


def _edges(address: Integers, classes: int, least: int) -> Integers:
    """Smallest address of every class but the first; each class a factor less efficient."""
    steps = np.arange(1, classes) / classes
    shares = 1 - (least / len(address)) ** steps
    edges = np.unique(np.quantile(address, shares, method="higher"))
    return np.asarray(edges[edges > address.min()])


def _ranks(numbers: Integers, codes: RankMap, difference: Integers) -> Integers:
    """Conditional rank of every code in every class, without those that no score reaches."""
    step, count = 1 << codes.bits, int(numbers.max()) + 1
    events = np.bincount((numbers << codes.bits) + codes.rank(difference), minlength=count * step)
    events = events.reshape(count, step)
    total = events.sum(axis=1, keepdims=True)
    above = events[:, ::-1].cumsum(axis=1)[:, ::-1] - events / 2
    part = np.maximum(above, 0.5) / total
    top = np.log(2 * total[-1])
    ranks = np.rint((step - 1) * np.minimum(-np.log(part) / top, 1)).astype(np.int64)
    return ranks.ravel()[: (count - 1) * step + codes.values[-1] + 1]


def _check_settings(
    events: int, efficiency: float | None, classes: int, bits: int, least: int, address_bits: int
) -> None:
    if not 1 <= address_bits <= MAX_ADDRESS_BITS:
        raise FixedPointError(
            "the address bits of a correction",
            f"must be from 1 to {MAX_ADDRESS_BITS}",
            address_bits,
            "shorten the score",
        )
    if efficiency is not None and not 0 < efficiency < 1:
        raise TrainingError(
            "the efficiency at which a shift closes",
            "must be above 0 and below 1",
            efficiency,
            "give that of region A",
        )
    if classes < 1 or bits < 1 or classes << bits > 1 << MAX_ADDRESS_BITS:
        raise FixedPointError(
            "the table of conditional ranks",
            f"must have from 2 to {1 << MAX_ADDRESS_BITS} entries",
            f"{classes} classes of {bits} bits",
            "take fewer classes or fewer bits",
        )
    if least < 1 or events < 2 * max(least, RUN):
        raise TrainingError(
            "the events that a correction is fitted to",
            f"must be at least {2 * max(least, RUN)}",
            events,
            "give more background",
        )


def _check_raw(raw: NDArray[Any], score: Score) -> None:
    signal = score.signal(score.expression)
    low, high = signal.minimum[0], signal.maximum[0]
    if raw.dtype.kind not in "iu" or raw.min() < low or raw.max() > high:
        raise FixedPointError(
            f"the events of score {score.name}",
            f"must be integers from {low} to {high}",
            f"{raw.dtype} from {raw.min()} to {raw.max()}",
            "give its own raw scores",
        )
