"""Numbers that are the same for each event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Gates, Operation
from trigger_ad.ir.operations.signal import Signal

__all__ = ["CONSTANT"]


def _bound(call: Call) -> Signal:
    values = call.node.values
    if not values:
        raise FixedPointError(call.title, "must have a value", None, "give one or more")
    return Signal(values, values, call.node.parameter)


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    row = np.asarray(call.node.values, dtype=np.int64)
    return np.broadcast_to(row, (events, len(row)))


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    pairs = enumerate(call.node.values)
    return "\n".join(f"{target}[{i}] = {value}LL;" for i, value in pairs)


def _trace(call: BoundCall, gates: Gates) -> list[Any]:
    return [gates.constant(value * 2.0**-call.node.parameter) for value in call.node.values]


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    """One row, which goes with any number of events."""
    return tf.constant([[value * 2.0**-node.parameter for value in node.values]], tf.float32)


CONSTANT = Operation("constant", 0, _bound, _compute, _hls, _trace, _tensor)
