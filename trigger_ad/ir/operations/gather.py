"""Elements taken out of a vector, in any order, and vectors put one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.aligned import aligned, on_the_way, to_binary_point
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Gates, Operation
from trigger_ad.ir.operations.segments import E
from trigger_ad.ir.operations.signal import Signal

__all__ = ["JOIN", "TAKE", "element", "join", "take"]


def take(argument: E, places: Sequence[int]) -> E:
    """Elements at these places, from 0 up, in this order; one may be taken several times."""
    return argument.apply("take", values=tuple(places))


def element(argument: E, place: int) -> E:
    """Element at a place, from 0 up."""
    return take(argument, (place,))


def join(first: E, second: E) -> E:
    """Elements of one vector and behind them those of another, at the finer binary point."""
    return first.apply("join", second)


def _taken(call: Call) -> Signal:
    places, size = call.node.values, call.first.size
    if not places or min(places) < 0 or max(places) >= size:
        raise FixedPointError(
            f"the places of {call.title}",
            f"must be one or more from 0 to {size - 1}",
            ", ".join(map(str, places)) or "none",
            "count from 0",
        )
    return Signal(
        tuple(call.first.minimum[place] for place in places),
        tuple(call.first.maximum[place] for place in places),
        call.first.fraction,
    )


def _take(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(arrays[0][:, list(call.node.values)])


def _take_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    pairs = enumerate(call.node.values)
    return "\n".join(f"{target}[{i}] = {names[0]}[{place}];" for i, place in pairs)


def _take_trace(call: BoundCall, gates: Gates) -> list[Any]:
    values = gates.argument(0)
    return [values[place] for place in call.node.values]


def _take_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    return tf.gather(tensors[0], node.values, axis=1)


TAKE = Operation("take", 1, _taken, _take, _take_hls, _take_trace, _take_tensor)


def _any_sizes(call: Call) -> None:
    """Vectors of any sizes have a place behind each other."""


def _joined(call: Call) -> Signal:
    left, right = aligned(call)
    return Signal(left.minimum + right.minimum, left.maximum + right.maximum, left.fraction)


def _join(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    parts = [
        to_binary_point(array, shift, None)
        for array, shift in zip(arrays, call.shifts, strict=True)
    ]
    return np.concatenate(parts, axis=1, out=out)


def _join_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    elements = [
        f"score_ops::align<{shift}>({name}[{i}])"
        for name, shift, signal in zip(names, call.shifts, call.inputs, strict=True)
        for i in range(signal.size)
    ]
    return "\n".join(f"{target}[{i}] = {value};" for i, value in enumerate(elements))


JOIN = Operation(
    "join",
    2,
    _joined,
    _join,
    _join_hls,
    lambda call, gates: gates.argument(0) + gates.argument(1),
    lambda tf, node, tensors, inputs: tf.concat(tensors, axis=1),
    sizes=_any_sizes,
    on_the_way=on_the_way,
)
