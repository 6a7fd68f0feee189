"""Operations of two vectors whose binary points are brought together, element by element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.ir.operations.costs import adders, choices
from trigger_ad.ir.operations.cpp import call as cpp_call
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Gates, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["ADD", "MAXIMUM", "MINIMUM", "SUBTRACT", "aligned", "to_binary_point"]


def aligned(call: Call) -> tuple[Signal, ...]:
    """Intervals of the arguments at their finest binary point."""
    fraction = max(signal.fraction for signal in call.inputs)
    return tuple(signal.align(fraction) for signal in call.inputs)


def on_the_way(call: BoundCall) -> Mapping[str, Signal]:
    """Arguments at the binary point of the result."""
    names = ("the first argument", "the second argument")
    return {
        name: signal.align(call.result.fraction)
        for name, signal in zip(names, call.inputs, strict=False)
    }


def to_binary_point(values: Array, shift: int, out: Array | None) -> Array:
    """Shift raw integers of any dtype to the left."""
    return np.multiply(values, values.dtype.type(2**shift), out=out) if shift else values


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    template = (call.result.size, *call.shifts)
    return cpp_call(call.node.operation, template, (*names, target))


def _operation(
    name: str,
    bound: Callable[[Signal, Signal], tuple[Sequence[int], Sequence[int]]],
    compute: Callable[..., Array],
    wires: Callable[[Gates, Any, Any], Any],
    tensor: Callable[[Any, Any, Any], Any],
    **more: Any,
) -> Operation:
    """Operation of two aligned vectors."""

    def bound_aligned(call: Call) -> Signal:
        left, right = aligned(call)
        low, high = bound(left, right)
        return Signal(tuple(low), tuple(high), left.fraction)

    def compute_aligned(
        call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None
    ) -> Array:
        left, right = (  # at most one of them has the coarser binary point
            to_binary_point(array, shift, out)
            for array, shift in zip(arrays, call.shifts, strict=True)
        )
        return np.asarray(compute(left, right, out=out))

    def trace(call: BoundCall, gates: Gates) -> list[Any]:
        pairs = zip(gates.argument(0), gates.argument(1), strict=True)
        return [wires(gates, left, right) for left, right in pairs]

    return Operation(
        name,
        2,
        bound_aligned,
        compute_aligned,
        _hls,
        trace,
        lambda tf, node, tensors, inputs: tensor(tf, *tensors),
        on_the_way=on_the_way,
        **more,
    )


def _each(function: Callable[[int, int], int], left: Sequence[int], right: Sequence[int]) -> Any:
    return map(function, left, right)


ADD = _operation(
    "add",
    lambda a, b: (
        _each(int.__add__, a.minimum, b.minimum),
        _each(int.__add__, a.maximum, b.maximum),
    ),
    np.add,
    lambda gates, a, b: a + b,
    lambda tf, a, b: a + b,
    cost=adders,
)

SUBTRACT = _operation(
    "subtract",
    lambda a, b: (
        _each(int.__sub__, a.minimum, b.maximum),
        _each(int.__sub__, a.maximum, b.minimum),
    ),
    np.subtract,
    lambda gates, a, b: a - b,
    lambda tf, a, b: a - b,
    cost=adders,
    antisymmetric=True,
)

MAXIMUM = _operation(
    "maximum",
    lambda a, b: (_each(max, a.minimum, b.minimum), _each(max, a.maximum, b.maximum)),
    np.maximum,
    lambda gates, a, b: gates.maximum(a, b),
    lambda tf, a, b: tf.maximum(a, b),
    cost=choices,
)

MINIMUM = _operation(
    "minimum",
    lambda a, b: (_each(min, a.minimum, b.minimum), _each(min, a.maximum, b.maximum)),
    np.minimum,
    lambda gates, a, b: gates.minimum(a, b),
    lambda tf, a, b: tf.minimum(a, b),
    cost=choices,
)
