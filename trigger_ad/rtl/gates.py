"""What operations are traced with; see `trigger_ad.ir.operations.operation.Gates`."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import reduce
from itertools import count
from typing import Any

import numpy as np
from alkaid.trace import FVariable
from numpy.typing import NDArray

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.rtl.cast import cast, floor, low_bits, saturate

__all__ = ["Vector", "Wiring"]

Vector = list[FVariable]


class Wiring:
    """Parts of circuits that know nothing of expressions.

    Parameters
    ----------
    hwconf : tuple
        Of all wires, as alkaid has it.
    """

    def __init__(self, hwconf: Any) -> None:
        self.hwconf = hwconf

    def constant(self, value: float) -> FVariable:
        """A number."""
        return FVariable.from_const(float(value), self.hwconf)

    def floor(self, value: FVariable, fraction: int) -> FVariable:
        """Drop the bits below ``2**-fraction``, towards minus infinity."""
        if value.low == value.high:
            lsb = 2.0**-fraction
            return self.constant(value.low // lsb * lsb)
        return floor(value, fraction)

    def low_bits(self, value: FVariable, above: int, fraction: int) -> FVariable:
        """Bits from ``2**(above - 1)`` down to ``2**-fraction``, as an unsigned number."""
        return low_bits(value, above, fraction)

    def wrap(self, value: FVariable, width: int, fraction: int) -> FVariable:
        """Keep so many bits from ``2**-fraction`` up, as a signed number."""
        kind = FixedPoint(width, width - fraction)
        return cast(value, kind)

    def saturate(self, value: FVariable, width: int, fraction: int, signed: bool) -> FVariable:
        """Clip to the range of a type; nothing where the interval lies inside."""
        kind = FixedPoint(width, width - fraction, signed)
        if kind.minimum <= value.low / kind.lsb and value.high / kind.lsb <= kind.maximum:
            return value
        return saturate(value, kind)

    def lookup(
        self, value: FVariable, fraction: int, first: int, entries: NDArray[Any]
    ) -> FVariable:
        """Entries of a table for every raw value of the argument's own interval."""
        codes = np.arange(value.low, value.high + value.step / 2, value.step) * 2.0**fraction
        places = np.clip((codes - first).astype(np.int64), 0, len(entries) - 1)
        return value.lookup(entries[places])

    def sign_and_magnitude(self, value: FVariable) -> tuple[FVariable, FVariable]:
        """Two numbers whose sum is the magnitude: the sign bit as an LSB, and the turned bits.

        The second is the magnitude of a positive number, and one LSB less of a negative one.
        Turning bits needs no carry, and the sign bit enters a sum as the carry of one of its
        adders.
        """
        if value.low >= 0:
            return value * 0, value
        _, integer, fraction = value.kif
        sign = value.is_negative() * 2.0**-fraction
        return sign, low_bits(value ^ -sign, integer, fraction)

    def add_up(self, values: Sequence[FVariable], carries: Sequence[FVariable]) -> FVariable:
        """Sum of all, in a tree in which the earliest and narrowest are added first.

        A carry is one bit at the LSB of a value. Written below the LSB of both operands, at half
        its weight, it is the carry into their adder; the finest ones are taken first, as they fit
        below more operands. Those that fit below none are added up by themselves.
        """
        left = [carry for carry in carries if carry.high != carry.low or carry.high != 0]
        left.sort(key=lambda carry: float(carry.high), reverse=True)
        serial = count()
        heap: list[tuple[int, int, int, FVariable]] = []

        def push(value: FVariable) -> None:
            bits = int(sum(value.kif))
            heapq.heappush(heap, (round(value.latency), bits, next(serial), value))

        for value in values:
            push(value)
        while len(heap) > 1:
            a, b = heapq.heappop(heap)[-1], heapq.heappop(heap)[-1]
            if left and min(a.step, b.step) >= left[-1].high and a.high > a.low and b.high > b.low:
                half = left.pop() * 0.5
                a, b = a + half, b + half
            push(a + b)
        total = heap[0][-1]
        return total + self.add_up(left, ()) if left else total

    def maximum(self, a: FVariable, b: FVariable) -> FVariable:
        """Larger of two; what is always so needs no choice."""
        above = a - b
        if above.low >= 0 or above.high <= 0:  # alkaid reads a sign there, where there is none
            return a if above.low >= 0 else b
        if _negated(above):
            high = max(a.high, b.high)
            return self.select(self.negative(above), b, a, max(a.low, b.low), high)
        return a.max_of(b)

    def minimum(self, a: FVariable, b: FVariable) -> FVariable:
        """Smaller of two, likewise."""
        above = a - b
        if above.low >= 0 or above.high <= 0:
            return b if above.low >= 0 else a
        if _negated(above):
            low = min(a.low, b.low)
            return self.select(self.negative(above), a, b, low, min(a.high, b.high))
        return a.min_of(b)

    def negative(self, value: FVariable) -> FVariable:
        """1 where a value is below 0, else 0."""
        if _negated(value) and value.low < 0 <= value.high:
            return self.any(self.positive(-value))
        return value.is_negative()

    def positive(self, value: FVariable) -> FVariable:
        """The value, or 0 where it is negative."""
        if value.low == value.high:
            return self.constant(max(value.low, 0.0))
        return value.relu()

    def any(self, value: FVariable) -> FVariable:
        """1 where a value is not 0, else 0."""
        if value.low > 0 or value.high < 0:
            return self.constant(1)
        return value.unary_bit_op("any")

    def merge(self, values: Sequence[FVariable]) -> FVariable:
        """Sum of numbers that have no bit in common, none of them negative."""
        return reduce(lambda a, b: a | b, values)

    def select(
        self, condition: FVariable, yes: FVariable, no: FVariable, low: float, high: float
    ) -> FVariable:
        """Choose by a bit; what is chosen is known to lie from `low` to `high`."""
        if condition.low == condition.high:
            return yes if condition.low else no
        if yes.low == yes.high or no.low == no.high:
            return condition.msb_mux(yes, no)
        return condition.msb_mux(yes, no, qint=(low, high, min(yes.step, no.step)))


def _negated(value: FVariable) -> bool:
    """Whether it is some bits of a number, negated: alkaid chooses by the sign of those bits."""
    return bool(value.opr == "wrap" and value._factor < 0)  # noqa: SLF001 (nothing else tells it)
