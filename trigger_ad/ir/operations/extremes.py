"""Largest and smallest elements: their values, over segments too, and the place of the largest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.segments import E, check_segments
from trigger_ad.ir.operations.signal import Signal

__all__ = [
    "ARGUMENT_OF_MAXIMUM",
    "LARGEST",
    "SEGMENT_MAXIMUM",
    "SMALLEST",
    "argument_of_maximum",
    "largest",
    "segment_maximum",
    "smallest",
]


def largest(argument: E) -> E:
    """Largest element."""
    return argument.apply("largest")


def smallest(argument: E) -> E:
    """Smallest element."""
    return argument.apply("smallest")


def segment_maximum(argument: E, size: int) -> E:
    """Largest of each `size` consecutive elements."""
    return argument.apply("segment_maximum", parameter=size)


def argument_of_maximum(argument: E) -> E:
    """Place of the largest element, from 0 up; of equal ones the first."""
    return argument.apply("argument_of_maximum")


def _any_sizes(call: Call) -> None:
    """One argument has one size."""


def _segment(call: Call) -> int:
    """Size of the segments: all elements where none is given."""
    return call.node.parameter or call.first.size


def _operation(
    name: str,
    choose: Callable[[Sequence[int]], int],
    compute: Any,
    wires: Callable[[Gates, Any, Any], Any],
    better: str,
    tensor: Callable[[Any, Any], Any],
    sizes: Callable[[Call], None],
) -> Operation:
    """The extreme element of each segment."""

    def parts(call: Call) -> list[Signal]:
        size = _segment(call)
        return [call.first.part(slice(i, i + size)) for i in range(0, call.first.size, size)]

    def bound(call: Call) -> Signal:
        return Signal(
            tuple(choose(part.minimum) for part in parts(call)),
            tuple(choose(part.maximum) for part in parts(call)),
            call.first.fraction,
        )

    def numbers(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
        starts = np.arange(0, call.first.size, _segment(call))
        return np.asarray(compute.reduceat(arrays[0], starts, axis=1, out=out))

    def hls(call: BoundCall, names: Sequence[str], target: str) -> str:
        size = _segment(call)
        lines = [f"{integer(call.first)} found = {names[0]}[i * {size}];"]
        for j in range(1, size):
            other = f"{names[0]}[i * {size} + {j}]"
            lines.append(f"if ({other} {better} found)\n    found = {other};")
        return loop(call.result.size, "\n".join([*lines, f"{target}[i] = found;"]))

    def trace(call: BoundCall, gates: Gates) -> list[Any]:
        values, size = gates.argument(0), _segment(call)
        choose = partial(wires, gates)
        return [_tree(values[i : i + size], choose) for i in range(0, len(values), size)]

    def real(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
        (values,) = tensors
        size = node.parameter or values.shape[1]
        return tensor(tf, tf.reshape(values, (-1, values.shape[1] // size, size)))

    return Operation(
        name,
        1,
        bound,
        numbers,
        hls,
        trace,
        real,
        sizes=sizes,
        declared=lambda call: {"the element": call.first},
        cost=lambda call: Cost(2 * (call.first.size - call.result.size) * call.result.width),
    )


def _tree(values: list[Any], choose: Callable[[Any, Any], Any]) -> Any:
    """Neighbours against each other, and the winners again."""
    while len(values) > 1:
        paired = [choose(a, b) for a, b in zip(values[::2], values[1::2], strict=False)]
        values = paired + values[len(values) - len(values) % 2 :]
    return values[0]


LARGEST = _operation(
    "largest",
    max,
    np.maximum,
    lambda gates, a, b: gates.maximum(a, b),
    ">",
    lambda tf, parts: tf.reduce_max(parts, axis=2),
    _any_sizes,
)

SMALLEST = _operation(
    "smallest",
    min,
    np.minimum,
    lambda gates, a, b: gates.minimum(a, b),
    "<",
    lambda tf, parts: tf.reduce_min(parts, axis=2),
    _any_sizes,
)

SEGMENT_MAXIMUM = _operation(
    "segment_maximum",
    max,
    np.maximum,
    lambda gates, a, b: gates.maximum(a, b),
    ">",
    lambda tf, parts: tf.reduce_max(parts, axis=2),
    check_segments,
)


def _places(call: Call) -> Signal:
    """Places whose element can be the first of the largest."""
    floor = max(call.first.minimum)
    places = [i for i, high in enumerate(call.first.maximum) if high >= floor]
    return Signal((places[0],), (places[-1],), 0)


def _argument(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (values,) = arrays
    return np.asarray(np.argmax(values, axis=1)[:, None].astype(values.dtype))


def _declared(call: BoundCall) -> Mapping[str, Signal]:
    places = Signal.all(1, 0, call.first.size - 1, 0)
    return {"the element": call.first, "the place": places}


def _argument_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    element, place = (integer(signal) for signal in _declared(call).values())
    return (
        f"{element} {target}_largest = {names[0]}[0];\n"
        f"{place} {target}_place = 0;\n"
        + loop(
            call.first.size,
            f"if ({names[0]}[i] > {target}_largest) {{\n"
            f"    {target}_largest = {names[0]}[i];\n    {target}_place = i;\n}}",
        )
        + f"\n{target}[0] = {target}_place;"
    )


def _argument_trace(call: BoundCall, gates: Gates) -> list[Any]:
    pairs = [(value, gates.constant(i)) for i, value in enumerate(gates.argument(0))]

    def later(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        second = gates.negative(a[0] - b[0])
        place = gates.select(second, b[1], a[1], a[1].low, b[1].high)
        return gates.maximum(a[0], b[0]), place

    return [_tree(pairs, later)[1]]


def _argument_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    """It has no gradient."""
    (a,) = tensors
    return tf.cast(tf.argmax(a, axis=1), a.dtype)[:, None]


ARGUMENT_OF_MAXIMUM = Operation(
    "argument_of_maximum",
    1,
    _places,
    _argument,
    _argument_hls,
    _argument_trace,
    _argument_tensor,
    declared=_declared,
    cost=lambda call: Cost((call.first.size - 1) * (2 * call.first.width + call.result.width)),
)
