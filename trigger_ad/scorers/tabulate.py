"""Tables of background events: densities, tails, and tails among events of like another score.

With p the part of all background events,

    density       -log2((1 - a) p(x_1, ..., x_n) + a p(x_1) ... p(x_n))
    tail          -log2 p(X_i >= x_i) for each i
    conditional   -log2 p(S2 >= s2 | group of s1)

as integers. The joint density of classes and of what is known beyond them is a product of these
two, p(x) = p(c) p(x | c), so the first and the last are independent among background events but
for the groups (Rosenblatt, Ann. Math. Statist. 23, 470 (1952), Eq. 1). Events on s2 itself count
half in the last one, so that coarse scores favour no group. A part a of the product orders
combinations that no event has. A tail that no event reaches has half of the smallest weight.

Events that were drawn in strata count by their weights; a group has ``(sum w)^2 / sum w^2``
effective events (Kish, Survey Sampling (1965), Sec. 11.7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, constant
from trigger_ad.ir.operations.gather import element, join
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import Typed
from trigger_ad.scorers.rank_map import MAX_ADDRESS_BITS

__all__ = ["CODE_BITS", "FITTED", "GROUPS", "Background", "tabulated"]

#: Part that stands for combinations that cannot occur: it exceeds any number of bits.
_NEVER = 2.0**-60

#: Events at a time: what is computed on the way to a score stays small.
_BLOCK = 16_384

#: Most groups of score 1, and bits of score 2 in each: both address one table.
GROUPS, CODE_BITS = 1 << (MAX_ADDRESS_BITS - 7), 7

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Background:
    """Background events of which tables are made, none of the split ``test``.

    Parameters
    ----------
    values : mapping of str to ndarray (n_events, size) of integers
        Raw integers of every port.
    weights : ndarray (n_events,) of float64, optional
        How much each event counts; all alike if they are not given.
    finer : int
        Bits that are added right of the binary point of the last table of an expression: 0 in
        hardware.
    """

    values: Mapping[str, NDArray[Any]]
    weights: Floats | None = None
    finer: int = 0

    @property
    def counted(self) -> Floats:
        """Weight of each event, (n_events,) of float64, whose sum is 1."""
        events = len(next(iter(self.values.values())))
        weights = np.ones(events) if self.weights is None else np.asarray(self.weights, np.float64)
        return weights / weights.sum()

    def of(self, typed: Typed, expressions: Sequence[Expression]) -> list[Integers]:
        """Raw integers (n_events, size) of expressions, block by block."""
        events = len(next(iter(self.values.values())))
        blocks = (slice(start, start + _BLOCK) for start in range(0, max(events, 1), _BLOCK))
        found = [
            typed.evaluate(
                expressions, {n: v[block] for n, v in self.values.items()}, np.int64, None
            )
            for block in blocks
        ]
        return [np.concatenate(pieces) for pieces in zip(*found, strict=True)]


def tabulated(
    node: Expression,
    arguments: Sequence[Expression],
    typed: Typed,
    background: Background,
    *,
    last: bool,
) -> Expression:
    """Make a table of an operation that is read off background events.

    Parameters
    ----------
    node : Expression
        Whose operation is one of `FITTED`.
    arguments : sequence of Expression
        Its arguments, in which all that is read off events are tables already.
    typed : Typed
        With at least the ports of the arguments.
    background : Background
        With values of the same ports.
    last : bool
        Whether it is the last operation of a score, whose table is finer.

    Raises
    ------
    FixedPointError
        If a table would have more than 2^12 entries, or there are too few events.
    """
    facts = [
        _Argument(argument, typed.signal(argument), values)
        for argument, values in zip(arguments, background.of(typed, arguments), strict=True)
    ]
    finer = background.finer if last else 0
    scale = _Scale(node.values[0] + finer, node.parameter + finer)
    found: Expression = _MADE[node.operation](facts, background.counted, scale, node)
    return found


@dataclass(frozen=True)
class _Argument:
    """An argument with its range, and its raw integers (n_events, size) of the events."""

    expression: Expression
    signal: Signal
    values: Integers


@dataclass(frozen=True)
class _Scale:
    """Integers of minus a binary logarithm: all bits, and those right of the binary point."""

    bits: int
    fraction: int

    def raw(self, parts: Floats) -> tuple[int, ...]:
        """Integers of parts of all events, none of them 0, rounded to the nearest."""
        found = np.rint(-np.log2(np.minimum(parts, 1.0)) * 2.0**self.fraction)
        return tuple(np.clip(found, 0, 2**self.bits - 1).astype(np.int64).tolist())


def _density(facts: Sequence[_Argument], weights: Floats, scale: _Scale, node: Expression) -> Any:
    (given,) = facts
    low = np.array(given.signal.minimum)
    sizes = np.array(given.signal.maximum) - low + 1
    entries = int(np.prod(sizes.astype(np.float64)))
    _check_entries("a table of a density", entries)
    strides = np.concatenate([[1], np.cumprod(sizes[:-1])]).astype(np.int64)
    place = (given.values - low) @ strides
    joint = np.bincount(place, weights, minlength=entries)
    each = [
        np.bincount(given.values[:, i] - low[i], weights, minlength=size)
        for i, size in enumerate(sizes.tolist())
    ]
    product = reduce(np.multiply.outer, each[::-1]).ravel()
    prior = node.values[1] / 1000
    parts = np.maximum((1 - prior) * joint + prior * product, _NEVER)
    whole = given.expression
    if given.signal.fraction:
        raise FixedPointError(
            "the classes of a density",
            "must be integers",
            f"{given.signal.fraction} bits right of a binary point",
            "take counts or steps",
        )
    address = whole.dot(constant(strides.tolist())).offset(-int(low @ strides))
    return address.table(scale.raw(parts), scale.fraction)


def _tail(facts: Sequence[_Argument], weights: Floats, scale: _Scale, _node: Expression) -> Any:
    (given,) = facts
    tables = []
    for place, (low, high) in enumerate(given.signal.pairs):
        _check_entries("a table of a tail", high - low + 1)
        part = np.bincount(given.values[:, place] - low, weights, minlength=high - low + 1)
        above = np.maximum(part[::-1].cumsum()[::-1], weights.min() / 2)
        tables.append(element(given.expression, place).table(scale.raw(above), scale.fraction))
    return reduce(join, tables)


def _conditional(
    facts: Sequence[_Argument], weights: Floats, scale: _Scale, node: Expression
) -> Any:
    least = node.values[1]
    second = _coded("score 2", facts[0], CODE_BITS, weights, least)
    low, high = facts[1].signal.pairs[0]
    first = _Coded(facts[1].expression, 0, low, high, facts[1].values[:, 0])
    if high - low >= 1 << MAX_ADDRESS_BITS:
        first = _coded("score 1", facts[1], MAX_ADDRESS_BITS, weights, least)
    group = _groups(first.values - first.low, weights, first.high - first.low + 1, least)
    place = (group[first.values - first.low] << CODE_BITS) + second.values
    entries = (int(group.max()) + 1) << CODE_BITS
    part = np.bincount(place, weights, minlength=entries).reshape(-1, 1 << CODE_BITS)
    total = part.sum(axis=1, keepdims=True)
    above = (part[:, ::-1].cumsum(axis=1)[:, ::-1] - part / 2) / total
    above = np.maximum(above, weights.min() / 2)
    binary_point = facts[0].signal.fraction - second.drop
    starts = first.expression.table(tuple((group << CODE_BITS).tolist()), binary_point)
    # From the lowest code of the first group to the highest of the last.
    reached = slice(second.low, entries - (1 << CODE_BITS) + second.high + 1)
    address = second.expression.add(starts)
    return address.table(scale.raw(above.ravel()[reached]), scale.fraction)


def _groups(first: Integers, weights: Floats, size: int, least: int) -> Integers:
    """Group of each value of score 1, from the rarest on 0, of at least so many effective events.

    A group goes on until it has a fixed part of all events above it as well, so that there are not
    more than `GROUPS`.
    """
    sums = np.bincount(first, weights, minlength=size)[::-1]
    squares = np.bincount(first, weights**2, minlength=size)[::-1]
    for factor in np.arange(0.0, 4.0, 0.05):
        group = _grouped(sums.tolist(), squares.tolist(), least, float(factor))
        if group[-1] < GROUPS:
            return np.array(group[::-1], dtype=np.int64)
    raise FixedPointError(
        "the groups of score 1", f"must be at most {GROUPS}", None, "ask for more events in each"
    )


def _grouped(
    sums: Sequence[float], squares: Sequence[float], least: int, factor: float
) -> list[int]:
    group, number, above = [], 0, 0.0
    own, own_squares = 0.0, 0.0
    for value, square in zip(sums, squares, strict=True):
        group.append(number)
        own, own_squares = own + value, own_squares + square
        if own_squares and own**2 >= least * own_squares and own >= factor * above:
            number, above = number + 1, above + own
            own, own_squares = 0.0, 0.0
    if number == 0:
        raise FixedPointError(
            "the groups of score 1",
            f"must have {least} effective background events",
            f"{own**2 / own_squares if own_squares else 0:.0f}",
            "give more events, or ask for fewer in a group",
        )
    return [min(place, number - 1) for place in group]  # what is left goes to the last one


@dataclass(frozen=True)
class _Coded:
    """A score that addresses a table: its bits that are dropped, its range, and the events' own."""

    expression: Expression
    drop: int
    low: int
    high: int
    values: Integers


def _coded(name: str, score: _Argument, bits: int, weights: Floats, least: int) -> _Coded:
    """A score in so many bits, up to where so few events are left as a group has.

    Where its type has a sign and no event is below 0, what is counts as 0.
    """
    low, high = score.signal.pairs[0]
    expression = score.expression
    if low < 0 <= score.values.min():  # a float network whose last layer has nothing below 0
        expression = expression.maximum(constant([0], score.signal.fraction))
        low = 0
    if low < 0:
        raise FixedPointError(name, "must not be negative", low, "take another score")
    order = np.argsort(-score.values[:, 0], kind="stable")
    left = np.cumsum(weights[order]) >= least * float(np.sum(weights**2))
    reached = int(score.values[order[int(np.argmax(left))], 0])
    drop, most = max(max(reached, 1).bit_length() - bits, 0), (1 << bits) - 1
    code = expression.shorten(drop)
    if high >> drop > most:
        code = code.saturate(bits)
    values = np.minimum(score.values[:, 0] >> drop, most)
    return _Coded(code, drop, min(low >> drop, most), min(high >> drop, most), values)


def _check_entries(name: str, entries: int) -> None:
    if entries > 1 << MAX_ADDRESS_BITS:
        raise FixedPointError(
            name, f"must have at most {1 << MAX_ADDRESS_BITS} entries", entries, "take fewer steps"
        )


_MADE: Mapping[str, Callable[[Sequence[_Argument], Floats, _Scale, Expression], Any]] = {
    "density": _density,
    "tail": _tail,
    "conditional": _conditional,
}

#: Operations that become tables of background events.
FITTED = frozenset(_MADE)
