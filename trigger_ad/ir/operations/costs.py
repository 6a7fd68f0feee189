"""Costs that several operations have; the model is that of `trigger_ad.ledger.estimate`."""

from __future__ import annotations

from math import ceil

from trigger_ad.ir.operations.operation import BoundCall, Cost
from trigger_ad.ir.operations.signal import Signal

__all__ = ["TABLE_BITS", "adders", "choices", "products"]

#: Bits that one look-up table of six inputs holds as a memory.
TABLE_BITS = 64


def adders(call: BoundCall) -> Cost:
    """One adder for each element."""
    return Cost(call.result.size * call.result.width)


def choices(call: BoundCall) -> Cost:
    """A comparison and a choice for each element."""
    return Cost(2 * call.result.size * call.result.width)


def products(count: int, left: Signal, right: Signal) -> Cost:
    """Products of variables, in slices of 27 x 18 bits; with a constant or a bit, without.

    A constant is a sum of shifted numbers, one for each digit of its signed-digit form, so that a
    power of two costs nothing; a bit lets the other number through or not.
    """
    narrow, wide = sorted((left.width, right.width))
    slices = ceil(narrow / 18) * ceil(wide / 27)
    pairs = zip(_elements(left, count), _elements(right, count), strict=True)
    simple = [_simple(first, second) for first, second in pairs]
    lut = sum(found for found in simple if found is not None)
    return Cost(lut, slices * simple.count(None))


def _elements(signal: Signal, count: int) -> list[tuple[int, int]]:
    return signal.pairs * (count if signal.size == 1 else 1)


def _simple(first: tuple[int, int], second: tuple[int, int]) -> int | None:
    """Look-up tables of the product of two intervals; None where it takes a slice."""
    for (low, high), other in ((first, second), (second, first)):
        width = Signal.all(1, *other, 0).width
        if low == high:
            half = abs(low) >> 1
            digits = (half ^ (abs(low) + half)).bit_count()
            return max(digits - 1, 0) * (width + abs(low).bit_length())
        if (low, high) == (0, 1):
            return width
    return None
