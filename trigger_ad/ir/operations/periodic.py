"""Differences of angles, brought back into half a period either side of zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.aligned import to_binary_point
from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.segments import E
from trigger_ad.ir.operations.signal import Signal

__all__ = ["WRAP", "wrap"]


def wrap(argument: E, period: int, fraction: int = 0) -> E:
    """Bring each element into half a period either side of 0, by one period at most.

    Parameters
    ----------
    argument : Expression
        Within 3/2 of a period either side, as the difference of two angles from 0 to a period is.
    period : int
        Any number above 1, in units of ``2**-fraction``.
    fraction : int

    Returns
    -------
    Expression
        From ``-(period // 2)`` to ``period - period // 2 - 1``, in units of the finer LSB.
    """
    return argument.apply("wrap", parameter=fraction, values=(period,))


def _aligned(call: Call) -> tuple[Signal, int]:
    """Argument and period at one binary point."""
    fraction = max(call.first.fraction, call.node.parameter)
    return call.first.align(fraction), call.node.values[0] << (fraction - call.node.parameter)


def _ends(period: int) -> tuple[int, int]:
    """Smallest and largest result."""
    return -(period // 2), period - period // 2 - 1


def _bound(call: Call) -> Signal:
    period = next(iter(call.node.values), 0)
    if period < 2:
        raise FixedPointError(
            f"the period of {call.title}", "must be 2 or more", period, "give a larger one"
        )
    fine, period = _aligned(call)
    low, high = _ends(period)
    if fine.low < low - period or fine.high > high + period:
        raise FixedPointError(
            f"the argument of {call.title}",
            f"must lie from {low - period} to {high + period}, half a period and one more",
            f"from {fine.low} to {fine.high}",
            "take the difference of two angles of one period",
        )
    reached = [_reached(pair, period) for pair in fine.pairs]
    return Signal(
        tuple(min(values) for values in reached),
        tuple(max(values) for values in reached),
        fine.fraction,
    )


def _reached(pair: tuple[int, int], period: int) -> list[int]:
    """Ends of what an interval is brought to, in up to three pieces."""
    low, high = _ends(period)
    ends: list[int] = []
    for turn in (-period, 0, period):
        first, last = max(pair[0], low - turn), min(pair[1], high - turn)
        if first <= last:
            ends += [first + turn, last + turn]
    return ends


def _on_the_way(call: BoundCall) -> Mapping[str, Signal]:
    fine, period = _aligned(call)
    constant = Signal.all(1, period, period, fine.fraction)
    return {"the argument": fine, "the period": constant}


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    _, period = _aligned(call)
    low, high = _ends(period)
    values = to_binary_point(arrays[0], call.shifts[0], None)
    turns = (values < low).astype(values.dtype) - (values > high).astype(values.dtype)
    return np.asarray(np.add(values, turns * values.dtype.type(period), out=out))


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    fine, period = _aligned(call)
    low, high = _ends(period)
    return loop(
        call.result.size,
        f"{integer(fine)} angle = score_ops::align<{call.shifts[0]}>({names[0]}[i]);\n"
        f"if (angle < {low}LL)\n    {target}[i] = angle + {period}LL;\n"
        f"else if (angle > {high}LL)\n    {target}[i] = angle - {period}LL;\n"
        f"else\n    {target}[i] = angle;",
    )


def _trace(call: BoundCall, gates: Gates) -> list[Any]:
    _, period = _aligned(call)
    return [_wire(v, period, call.result.fraction, gates) for v in gates.argument(0)]


def _wire(value: Any, period: int, fraction: int, gates: Gates) -> Any:
    """A wire may carry more than the argument; what it gives then stays within stated ends."""
    lsb = 2.0**-fraction
    low, high = (end * lsb for end in _ends(period))
    if low <= value.low and value.high <= high:
        return value
    if period & (period - 1) == 0:  # the bits above take no part
        return gates.wrap(value, period.bit_length() - 1, fraction)
    turn = period * lsb
    lowest, highest = min(low, value.low + turn), max(high, value.high - turn)
    below, above = gates.negative(value - low), gates.negative(high - value)
    kept = gates.select(below, value + turn, value, lowest, max(high, value.high))
    return gates.select(above, value - turn, kept, lowest, highest)


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    (a,) = tensors
    period = node.values[0] * 2.0**-node.parameter
    if inputs is None:  # real numbers have no last value before the end
        return a - tf.stop_gradient(period * tf.floor(a / period + 0.5))
    fraction = max(inputs[0].fraction, node.parameter)
    low, high = (
        end * 2.0**-fraction for end in _ends(node.values[0] << (fraction - node.parameter))
    )
    turns = tf.cast(a < low, a.dtype) - tf.cast(a > high, a.dtype)
    return a + tf.stop_gradient(turns * period)


WRAP = Operation(
    "wrap",
    1,
    _bound,
    _compute,
    _hls,
    _trace,
    _tensor,
    on_the_way=_on_the_way,
    declared=lambda call: {"the argument": _aligned(call)[0]},
    # Two comparisons, two sums and a choice.
    cost=lambda call: Cost(5 * call.result.size * _aligned(call)[0].width),
)
