"""Products: of two vectors, of a vector and one number, of a vector with itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.costs import products as product_cost
from trigger_ad.ir.operations.cpp import call as cpp_call
from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.signal import Signal, partial_sums

__all__ = ["DOT", "MULTIPLY", "SQUARE"]


def _spread(signal: Signal, size: int) -> Signal:
    """The same element for each of a vector, where there is only one."""
    if signal.size == size:
        return signal
    return Signal.all(size, signal.low, signal.high, signal.fraction)


def _products(call: Call) -> Signal:
    size = max(signal.size for signal in call.inputs)
    left, right = (_spread(signal, size) for signal in call.inputs)
    corners = [
        (p * r, p * s, q * r, q * s) for (p, q), (r, s) in zip(left.pairs, right.pairs, strict=True)
    ]
    return Signal(
        tuple(min(c) for c in corners),
        tuple(max(c) for c in corners),
        left.fraction + right.fraction,
    )


def _broadcast(call: Call) -> None:
    sizes = {signal.size for signal in call.inputs}
    if len(sizes - {1}) > 1:
        raise FixedPointError(
            call.title,
            "must have arguments of one size, or one of one element",
            " and ".join(map(str, sorted(sizes))),
            "give ports of one size",
        )


def _multiply(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(np.multiply(arrays[0], arrays[1], out=out))


def _multiply_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    size = call.result.size
    if all(signal.size == size for signal in call.inputs):
        return cpp_call("multiply", (size,), (*names, target))
    left, right = (
        f"{name}[{'i' if signal.size == size else 0}]"
        for name, signal in zip(names, call.inputs, strict=True)
    )
    return loop(size, f"{target}[i] = {left} * {right};")


def _multiply_trace(call: BoundCall, gates: Gates) -> list[Any]:
    size = call.result.size
    left, right = (
        wires * size if len(wires) < size else wires
        for wires in (gates.argument(0), gates.argument(1))
    )
    return [_wire(a, b, gates) for a, b in zip(left, right, strict=True)]


def _wire(a: Any, b: Any, gates: Gates) -> Any:
    """A product; with a bit it is a choice, for which no multiplier is wanted."""
    if a is b:
        return a**2
    for bit, other in ((a, b), (b, a)):
        if (bit.low, bit.high, bit.step) == (0.0, 1.0, 1.0) and other.low < other.high:
            low, high = min(other.low, 0.0), max(other.high, 0.0)
            return gates.select(bit, other, gates.constant(0), low, high)
    return a * b


MULTIPLY = Operation(
    "multiply",
    2,
    _products,
    _multiply,
    _multiply_hls,
    _multiply_trace,
    lambda tf, node, tensors, inputs: tensors[0] * tensors[1],
    sizes=_broadcast,
    cost=lambda call: product_cost(call.result.size, *call.inputs),
)


def _sum_of_products(call: Call) -> Signal:
    terms = _products(call)
    return Signal((sum(terms.minimum),), (sum(terms.maximum),), terms.fraction)


def _partial_sum(call: BoundCall) -> Mapping[str, Signal]:
    return {"partial sum": partial_sums(_products(call))}


def _dot(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    terms = arrays[0] * arrays[1]
    return np.asarray(np.sum(terms, axis=1, keepdims=True, dtype=terms.dtype, out=out))


def _dot_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    total = integer(_partial_sum(call)["partial sum"])
    return cpp_call("dot", (call.first.size, total), (*names, target))


def _dot_trace(call: BoundCall, gates: Gates) -> list[Any]:
    left, right = call.node.arguments
    return [gates.add_up(gates.render(left.apply("multiply", right)), [])]


def _dot_cost(call: BoundCall) -> Cost:
    count = call.first.size
    products = product_cost(count, *call.inputs)
    return Cost((count - 1) * call.result.width + products.lut, products.dsp)


DOT = Operation(
    "dot",
    2,
    _sum_of_products,
    _dot,
    _dot_hls,
    _dot_trace,
    lambda tf, node, tensors, inputs: tf.reduce_sum(tensors[0] * tensors[1], axis=1, keepdims=True),
    on_the_way=lambda call: {"products": _products(call), **_partial_sum(call)},
    declared=_partial_sum,
    cost=_dot_cost,
)


def _squares(call: Call) -> Signal:
    squares = [(low * low, high * high) for low, high in call.first.pairs]
    around_zero = [low <= 0 <= high for low, high in call.first.pairs]
    return Signal(
        tuple(0 if zero else min(ends) for ends, zero in zip(squares, around_zero, strict=True)),
        tuple(max(ends) for ends in squares),
        2 * call.first.fraction,
    )


def _square(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(np.multiply(arrays[0], arrays[0], out=out))


def _square_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    return tensors[0] * tensors[0]


SQUARE = Operation(
    "square",
    1,
    _squares,
    _square,
    lambda call, names, target: cpp_call("square", (call.result.size,), (*names, target)),
    lambda call, gates: [value**2 for value in gates.argument(0)],
    _square_tensor,
    cost=lambda call: product_cost(call.result.size, call.first, call.first),
    even=True,
)
