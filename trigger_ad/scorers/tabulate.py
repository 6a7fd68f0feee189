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

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, constant, fold
from trigger_ad.ir.operations.gather import element, join
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import PortType, Typed
from trigger_ad.scorers.rank_map import MAX_ADDRESS_BITS

__all__ = ["CODE_BITS", "GROUPS", "Background", "tabulated"]

#: Part that stands for combinations that cannot occur: it exceeds any number of bits.
_NEVER = 2.0**-60

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


def tabulated(
    expression: Expression, ports: Mapping[str, PortType], background: Background
) -> Expression:
    """Make tables of all that is read off background events.

    Parameters
    ----------
    expression : Expression
    ports : mapping of str to PortType
        With at least the ports of the expression.
    background : Background
        With values of the same ports.

    Returns
    -------
    Expression
        The same where nothing is read off events.

    Raises
    ------
    FixedPointError
        If a table would have more than 2^12 entries, or there are too few events.
    """
    typed = Typed("a table of background events", ports)

    def visit(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        made = _MADE.get(node.operation)
        if made is None:
            return dataclasses.replace(node, arguments=arguments)
        found = typed.evaluate(arguments, background.values, np.int64, None)
        facts = [
            _Argument(argument, typed.signal(argument), values.astype(np.int64))
            for argument, values in zip(arguments, found, strict=True)
        ]
        finer = background.finer if node == expression else 0
        scale = _Scale(node.values[0] + finer, node.parameter + finer)
        return made(facts, background.counted, scale, node)

    return fold(expression, visit)


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
    second, first = facts
    least, most = first.signal.pairs[0]
    _check_entries("the table of groups", most - least + 1)
    group = _groups(first.values[:, 0] - least, weights, most - least + 1, node.values[1])
    code, drop, codes = _coded(second, weights, node.values[1])
    place = (group[first.values[:, 0] - least] << CODE_BITS) + codes
    entries = (int(group.max()) + 1) << CODE_BITS
    part = np.bincount(place, weights, minlength=entries).reshape(-1, 1 << CODE_BITS)
    total = part.sum(axis=1, keepdims=True)
    above = (part[:, ::-1].cumsum(axis=1)[:, ::-1] - part / 2) / total
    above = np.maximum(above, weights.min() / 2)
    binary_point = second.signal.fraction - drop
    starts = first.expression.table(tuple((group << CODE_BITS).tolist()), binary_point)
    low, high = (min(end >> drop, (1 << CODE_BITS) - 1) for end in second.signal.pairs[0])
    reached = slice(low, entries - (1 << CODE_BITS) + high + 1)  # of the first and the last group
    return code.add(starts).table(scale.raw(above.ravel()[reached]), scale.fraction)


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


def _coded(second: _Argument, weights: Floats, least: int) -> tuple[Expression, int, Integers]:
    """Score 2 in `CODE_BITS` bits, up to where so few events are left as a group has."""
    low, high = second.signal.pairs[0]
    if low < 0:
        raise FixedPointError("score 2", "must not be negative", low, "take another score")
    order = np.argsort(-second.values[:, 0], kind="stable")
    left = np.cumsum(weights[order]) >= least * float(np.sum(weights**2))
    reached = int(second.values[order[int(np.argmax(left))], 0])
    drop = max(max(reached, 1).bit_length() - CODE_BITS, 0)
    code = second.expression.shorten(drop).saturate(CODE_BITS)
    if high >> drop < 1 << CODE_BITS:
        code = second.expression.shorten(drop)
    values = np.minimum(second.values[:, 0] >> drop, (1 << CODE_BITS) - 1)
    return code, drop, values


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
