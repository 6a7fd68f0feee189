"""A score expression rendered as a traced circuit, at the widths that its intervals need."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import count

import numpy as np
from alkaid.trace import FVariable

from trigger_ad.ir.expression import Expression
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import Score
from trigger_ad.rtl.cast import cast, floor, low_bits, saturate

__all__ = ["trace_score"]

Vector = list[FVariable]


def trace_score(score: Score, ports: Mapping[str, Sequence[FVariable]]) -> FVariable:
    """Render a score.

    Parameters
    ----------
    score : Score
    ports : mapping of str to sequence of FVariable
        The elements of every port.

    Returns
    -------
    FVariable
        The score; it fits `Score.type`.
    """
    (result,) = _Renderer(score, ports).render(score.expression)
    return cast(result, score.type)


class _Renderer:
    """Renders each part of an expression once."""

    def __init__(self, score: Score, ports: Mapping[str, Sequence[FVariable]]) -> None:
        self.score, self.ports = score, ports
        self.done: dict[Expression, Vector] = {}

    def render(self, node: Expression) -> Vector:
        if node not in self.done:
            self.done[node] = self._render(node)
        return self.done[node]

    def _render(self, node: Expression) -> Vector:
        if node.operation == "port":
            return list(self.ports[node.name])
        if node.operation in ("sum", "dot"):
            return [self._sum(node)]
        if node.operation == "absolute":
            return [s + n for s, n in map(_sign_and_magnitude, self._either_sign(node))]
        if len(node.arguments) == 2:
            pairs = zip(*map(self.render, node.arguments), strict=True)
            return [_pair(node.operation, a, b) for a, b in pairs]
        return self._unary(node)

    def _unary(self, node: Expression) -> Vector:
        (argument,) = node.arguments
        if node.operation == "square":
            return [value**2 for value in self._either_sign(node)]
        values, signal = self.render(argument), self.score.signal(argument)
        if node.operation == "offset":
            return [value + float(node.parameter) for value in values]
        if node.operation == "shorten":
            return [floor(value, signal.fraction - node.parameter) for value in values]
        if node.operation == "saturate":
            kind = FixedPoint(
                node.parameter, node.parameter - signal.fraction, min(signal.minimum) < 0
            )
            return [
                value
                if kind.minimum <= value.low / kind.lsb and value.high / kind.lsb <= kind.maximum
                else saturate(value, kind)
                for value in values
            ]
        return [_table(value, node, signal.fraction, min(signal.minimum)) for value in values]

    def _either_sign(self, node: Expression) -> Vector:
        """Argument of an even operation; a difference is taken the way that is cheaper.

        Bits of the first operand below the LSB of the second need no subtraction.
        """
        (argument,) = node.arguments
        if argument.operation == "subtract":
            first, second = argument.arguments
            if self.score.signal(first).fraction < self.score.signal(second).fraction:
                argument = second.subtract(first)
        return self.render(argument)

    def _sum(self, node: Expression) -> FVariable:
        first = node.arguments[0]
        if node.operation == "dot":
            return _add_up(self.render(first.multiply(node.arguments[1])), [])
        if first.operation == "absolute":
            parts = [_sign_and_magnitude(value) for value in self._either_sign(first)]
            return _add_up([magnitude for _, magnitude in parts], [sign for sign, _ in parts])
        return _add_up(self.render(first), [])


def _pair(operation: str, a: FVariable, b: FVariable) -> FVariable:
    match operation:
        case "add":
            return a + b
        case "subtract":
            return a - b
        case "multiply":
            return a**2 if a is b else a * b
        case "maximum":
            return a.max_of(b)
        case _:
            return a.min_of(b)


def _sign_and_magnitude(value: FVariable) -> tuple[FVariable, FVariable]:
    """Two numbers whose sum is the magnitude: the sign bit as an LSB, and the bits turned by it.

    The second is the magnitude of a positive number, and one LSB less of a negative one. Turning
    bits needs no carry, and the sign bit enters a sum as the carry of one of its adders.
    """
    if value.low >= 0:
        return value * 0, value
    _, integer, fraction = value.kif
    sign = value.is_negative() * 2.0**-fraction
    return sign, low_bits(value ^ -sign, integer, fraction)


def _add_up(values: Vector, carries: Vector) -> FVariable:
    """Sum of values and of carries, in a tree in which the earliest and narrowest are added first.

    A carry is one bit at the LSB of a value. Written below the LSB of both operands, at half
    its weight, it is the carry into their adder.
    """
    carries = [carry for carry in carries if carry.high != carry.low or carry.high != 0]
    serial = count()
    heap: list[tuple[int, int, int, FVariable]] = []

    def push(value: FVariable) -> None:
        bits = int(sum(value.kif))
        heapq.heappush(heap, (round(value.latency), bits, next(serial), value))

    for value in values:
        push(value)
    while len(heap) > 1:
        a, b = heapq.heappop(heap)[-1], heapq.heappop(heap)[-1]
        if (
            carries
            and min(a.step, b.step) >= carries[-1].high
            and a.high > a.low
            and b.high > b.low
        ):
            half = carries.pop() * 0.5
            a, b = a + half, b + half
        push(a + b)
    total = heap[0][-1]
    for carry in carries:
        total = total + carry
    return total


def _table(value: FVariable, node: Expression, fraction: int, first: int) -> FVariable:
    """Entries of a table for every raw value of the argument's own interval."""
    codes = np.arange(value.low, value.high + value.step / 2, value.step) * 2.0**fraction - first
    entries = np.asarray(node.values, dtype=np.float64) * 2.0**-node.parameter
    return value.lookup(entries[np.clip(codes.astype(np.int64), 0, len(entries) - 1)])
