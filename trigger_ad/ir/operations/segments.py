"""A vector as consecutive segments of one size."""

from __future__ import annotations

from typing import TypeVar

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Call
from trigger_ad.ir.operations.signal import Signal

__all__ = ["E", "check_segments", "segments"]

#: Some kind of expression.
E = TypeVar("E", bound=Node)


def check_segments(call: Call) -> None:
    """Refuse a size of segments, the parameter, that does not divide the vector.

    Raises
    ------
    FixedPointError
    """
    size, total = call.node.parameter, call.first.size
    if size < 1 or total % size:
        raise FixedPointError(
            call.title,
            f"must have segments whose size divides its {total} elements",
            size,
            "give a size that does",
        )


def segments(call: Call) -> list[Signal]:
    """Intervals of the segments of the first argument."""
    size = call.node.parameter
    return [call.first.part(slice(i, i + size)) for i in range(0, call.first.size, size)]
