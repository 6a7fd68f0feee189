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
    """Products of variables, in slices of 27 x 18 bits."""
    narrow, wide = sorted((left.width, right.width))
    return Cost(dsp=count * ceil(narrow / 18) * ceil(wide / 27))
