"""Tables that are read by raw integers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.costs import TABLE_BITS
from trigger_ad.ir.operations.cpp import call as cpp_call
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["TABLE"]


def _bound(call: Call) -> Signal:
    values, entries = call.node.values, call.first.high - call.first.low + 1
    if len(values) != entries:
        raise FixedPointError(
            "a score table",
            f"must have one entry for each raw value of its argument, {entries} in all",
            len(values),
            "complete the table",
        )
    return Signal.all(call.first.size, min(values), max(values), call.node.parameter)


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (values,) = arrays
    table = np.asarray(call.node.values, dtype=values.dtype)
    return np.asarray(table[(values - call.first.low).astype(np.int64)])


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    values = call.node.values
    entries = ", ".join(f"{value}LL" for value in values)
    arguments = (*names, target, f"{target}_values", f"{call.first.low}LL")
    return f"static const long long {target}_values[{len(values)}] = {{ {entries} }};\n" + cpp_call(
        "table", (call.result.size,), arguments
    )


def _trace(call: BoundCall, gates: Gates) -> list[Any]:
    entries = np.asarray(call.node.values, dtype=np.float64) * 2.0**-call.node.parameter
    return [
        gates.lookup(value, call.first.fraction, call.first.low, entries)
        for value in gates.argument(0)
    ]


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Sequence[Signal] | None) -> Any:
    """Look up; the gradient is the slope of the line through the neighbouring entries."""
    if inputs is None:
        raise FixedPointError(
            "a table in a score",
            "must be trained with the types of its ports",
            None,
            "write the score without tables, or give the types",
        )
    (a,), lsb = tensors, 2.0 ** -inputs[0].fraction
    entries = np.asarray(node.values, dtype=np.float64) * 2.0**-node.parameter
    index = tf.cast(tf.round(a / lsb), tf.int32) - inputs[0].low
    index = tf.clip_by_value(index, 0, len(entries) - 1)
    slopes = np.gradient(entries, lsb) if len(entries) > 1 else np.zeros(1)
    looked_up = tf.gather(tf.constant(entries, a.dtype), index)
    slope = tf.gather(tf.constant(slopes, a.dtype), index)
    return tf.stop_gradient(looked_up) + tf.stop_gradient(slope) * (a - tf.stop_gradient(a))


TABLE = Operation(
    "table",
    1,
    _bound,
    _compute,
    _hls,
    _trace,
    _tensor,
    cost=lambda call: Cost(
        call.result.size * ceil(len(call.node.values) / TABLE_BITS) * call.result.width
    ),
)
