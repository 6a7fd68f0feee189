"""Constants added, bits dropped and ranges cut, element by element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.ir.operations.aligned import on_the_way, to_binary_point
from trigger_ad.ir.operations.costs import adders
from trigger_ad.ir.operations.cpp import call as cpp_call
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Gates, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["OFFSET", "SATURATE", "SHORTEN"]


def _moved(call: Call) -> Signal:
    fine = call.first.align(max(call.first.fraction, 0))
    more = call.node.parameter << fine.fraction
    return Signal(
        tuple(low + more for low in fine.minimum),
        tuple(high + more for high in fine.maximum),
        fine.fraction,
    )


def _offset_on_the_way(call: BoundCall) -> Mapping[str, Signal]:
    constant = (call.node.parameter << call.result.fraction,)
    return {**on_the_way(call), "the constant": Signal(constant, constant, call.result.fraction)}


def _offset(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    scaled = to_binary_point(arrays[0], call.shifts[0], out)
    return np.asarray(np.add(scaled, call.node.parameter << call.result.fraction, out=out))


def _offset_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    constant = f"{call.node.parameter << call.result.fraction}LL"
    return cpp_call("offset", (call.result.size, *call.shifts), (*names, target, constant))


OFFSET = Operation(
    "offset",
    1,
    _moved,
    _offset,
    _offset_hls,
    lambda call, gates: [v + float(call.node.parameter) for v in gates.argument(0)],
    lambda tf, node, tensors, inputs: tensors[0] + float(node.parameter),
    on_the_way=_offset_on_the_way,
    cost=adders,
)


def _shortened(call: Call) -> Signal:
    shift = call.node.parameter
    return Signal(
        tuple(low >> shift for low in call.first.minimum),
        tuple(high >> shift for high in call.first.maximum),
        call.first.fraction - shift,
    )


def _shorten(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (values,) = arrays
    if values.dtype.kind == "f":
        scaled = np.multiply(values, values.dtype.type(2.0**-call.node.parameter), out=out)
        return np.asarray(np.floor(scaled, out=out))
    return np.asarray(np.right_shift(values, call.node.parameter, out=out))


def _shorten_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    return cpp_call("shorten", (call.result.size, call.node.parameter), (*names, target))


def _shorten_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    (a,) = tensors
    if inputs is None:
        return a
    step = 2.0 ** (node.parameter - inputs[0].fraction)
    return a + tf.stop_gradient(tf.floor(a / step) * step - a)


SHORTEN = Operation(
    "shorten",
    1,
    _shortened,
    _shorten,
    _shorten_hls,
    lambda call, gates: [gates.floor(v, call.result.fraction) for v in gates.argument(0)],
    _shorten_tensor,
)


def _ends(node: Node, signal: Signal) -> tuple[int, int]:
    """Raw bounds of `node.parameter` bits, signed where the argument can be negative."""
    if signal.signed:
        return -(1 << (node.parameter - 1)), (1 << (node.parameter - 1)) - 1
    return 0, (1 << node.parameter) - 1


def _saturated(call: Call) -> Signal:
    lowest, highest = _ends(call.node, call.first)
    return Signal(
        tuple(min(max(low, lowest), highest) for low in call.first.minimum),
        tuple(min(max(high, lowest), highest) for high in call.first.maximum),
        call.first.fraction,
    )


def _saturate(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(np.clip(arrays[0], *_ends(call.node, call.first), out=out))


def _saturate_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    ends = (f"{end}LL" for end in _ends(call.node, call.first))
    return cpp_call("saturate", (call.result.size,), (*names, target, *ends))


def _saturate_trace(call: BoundCall, gates: Gates) -> list[Any]:
    kind = call.node.parameter, call.first.fraction, call.first.signed
    return [gates.saturate(value, *kind) for value in gates.argument(0)]


def _saturate_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    if inputs is None:
        return tensors[0]
    low, high = (end * 2.0 ** -inputs[0].fraction for end in _ends(node, inputs[0]))
    return tf.clip_by_value(tensors[0], low, high)


SATURATE = Operation(
    "saturate",
    1,
    _saturated,
    _saturate,
    _saturate_hls,
    _saturate_trace,
    _saturate_tensor,
    cost=adders,
)
