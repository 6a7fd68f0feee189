"""Whether an object is there."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from trigger_ad.ir.operations.cpp import loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Operation
from trigger_ad.ir.operations.segments import E
from trigger_ad.ir.operations.signal import Signal

__all__ = ["FILLED", "filled"]


def filled(argument: E) -> E:
    """1 for each element that is not 0, else 0."""
    return argument.apply("filled")


def _bound(call: Call) -> Signal:
    pairs = call.first.pairs
    return Signal(
        tuple(int(not low <= 0 <= high) for low, high in pairs),
        tuple(int(low != 0 or high != 0) for low, high in pairs),
        0,
    )


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    return np.asarray(np.not_equal(arrays[0], 0).astype(arrays[0].dtype))


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    body = f"if ({names[0]}[i] == 0)\n    {target}[i] = 0;\nelse\n    {target}[i] = 1;"
    return loop(call.result.size, body)


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    """It has no gradient."""
    return tf.cast(tf.not_equal(tensors[0], 0.0), tensors[0].dtype)


FILLED = Operation(
    "filled",
    1,
    _bound,
    _compute,
    _hls,
    lambda call, gates: [gates.any(value) for value in gates.argument(0)],
    _tensor,
    cost=lambda call: Cost(call.result.size * ceil(call.first.width / 5)),
)
