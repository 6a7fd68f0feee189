"""Sums over a vector or over its segments, and magnitudes, which enter them without an adder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.ir.operations.costs import adders
from trigger_ad.ir.operations.cpp import call as cpp_call
from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.segments import E, check_segments, segments
from trigger_ad.ir.operations.signal import Signal, partial_sums

__all__ = ["ABSOLUTE", "SEGMENT_SUM", "SUM", "segment_sum"]


def _magnitudes(call: Call) -> Signal:
    return Signal(
        tuple(0 if lo <= 0 <= hi else min(abs(lo), abs(hi)) for lo, hi in call.first.pairs),
        tuple(max(abs(lo), abs(hi)) for lo, hi in call.first.pairs),
        call.first.fraction,
    )


def _absolute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(np.abs(arrays[0], out=out))


def _absolute_terms(call: BoundCall, gates: Gates) -> tuple[list[Any], list[Any]]:
    parts = [gates.sign_and_magnitude(value) for value in gates.argument(0)]
    return [magnitude for _, magnitude in parts], [sign for sign, _ in parts]


def _absolute_trace(call: BoundCall, gates: Gates) -> list[Any]:
    magnitudes, signs = _absolute_terms(call, gates)
    return [sign + magnitude for sign, magnitude in zip(signs, magnitudes, strict=True)]


ABSOLUTE = Operation(
    "absolute",
    1,
    _magnitudes,
    _absolute,
    lambda call, names, target: cpp_call("absolute", (call.result.size,), (*names, target)),
    _absolute_trace,
    lambda tf, node, tensors, inputs: tf.abs(tensors[0]),
    cost=adders,
    even=True,
    terms=_absolute_terms,
)


def _total(call: Call) -> Signal:
    return Signal((sum(call.first.minimum),), (sum(call.first.maximum),), call.first.fraction)


def _partial_sum(call: BoundCall) -> Mapping[str, Signal]:
    return {"partial sum": partial_sums(call.first)}


def _sum(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (values,) = arrays
    return np.asarray(np.sum(values, axis=1, keepdims=True, dtype=values.dtype, out=out))


def _sum_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    total = integer(partial_sums(call.first))
    return cpp_call("sum", (call.first.size, total), (*names, target))


SUM = Operation(
    "sum",
    1,
    _total,
    _sum,
    _sum_hls,
    lambda call, gates: [gates.add_up(*gates.terms(0))],
    lambda tf, node, tensors, inputs: tf.reduce_sum(tensors[0], axis=1, keepdims=True),
    on_the_way=_partial_sum,
    declared=_partial_sum,
    cost=lambda call: Cost((call.first.size - 1) * call.result.width),
)


def segment_sum(argument: E, size: int) -> E:
    """Sum of each `size` consecutive elements."""
    return argument.apply("segment_sum", parameter=size)


def _totals(call: Call) -> Signal:
    parts = segments(call)
    return Signal(
        tuple(sum(part.minimum) for part in parts),
        tuple(sum(part.maximum) for part in parts),
        call.first.fraction,
    )


def _partial_segment_sum(call: BoundCall) -> Mapping[str, Signal]:
    sums = [partial_sums(part) for part in segments(call)]
    low, high = min(s.low for s in sums), max(s.high for s in sums)
    return {"partial sum": Signal((low,), (high,), call.first.fraction)}


def _segment_sum(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    (values,) = arrays
    starts = np.arange(0, call.first.size, call.node.parameter)
    return np.asarray(np.add.reduceat(values, starts, axis=1, dtype=values.dtype, out=out))


def _segment_sum_hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    size, total = call.node.parameter, integer(_partial_segment_sum(call)["partial sum"])
    added = "\n".join(f"total += {names[0]}[i * {size} + {j}];" for j in range(size))
    return loop(call.result.size, f"{total} total = 0;\n{added}\n{target}[i] = total;")


def _segment_sum_trace(call: BoundCall, gates: Gates) -> list[Any]:
    values, carries = gates.terms(0)
    size = call.node.parameter
    starts = range(0, len(values), size)
    return [gates.add_up(values[i : i + size], carries[i : i + size]) for i in starts]


def _segment_sum_tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    (values,) = tensors
    parts = tf.reshape(values, (-1, values.shape[1] // node.parameter, node.parameter))
    return tf.reduce_sum(parts, axis=2)


SEGMENT_SUM = Operation(
    "segment_sum",
    1,
    _totals,
    _segment_sum,
    _segment_sum_hls,
    _segment_sum_trace,
    _segment_sum_tensor,
    sizes=check_segments,
    on_the_way=_partial_segment_sum,
    declared=_partial_segment_sum,
    cost=lambda call: Cost((call.first.size - call.result.size) * call.result.width),
)
