"""Logarithm to base 2 by the leading one (Mitchell, IRE Trans. El. Comp. EC-11, 512 (1962)).

A number ``2**e (1 + m)`` with ``0 <= m < 1`` gives ``e + m``: exact at powers of two, at most
0.0861 too small between them. Numbers below 1, 0 and negative ones among them, give 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.operations.cpp import integer, loop
from trigger_ad.ir.operations.node import Node
from trigger_ad.ir.operations.operation import Array, BoundCall, Call, Cost, Gates, Operation
from trigger_ad.ir.operations.segments import E
from trigger_ad.ir.operations.signal import Signal

__all__ = ["LOG2", "log2"]

#: Most bits right of the binary point of a result, far beyond what the straight line is good for.
MOST_BITS = 16


def log2(argument: E, fraction: int) -> E:
    """Logarithm to base 2 of each element, by straight lines between the powers of two.

    Parameters
    ----------
    argument : Expression
        What is below 1, in real units, counts as 1.
    fraction : int
        Bits right of the binary point of the result, which is rounded down; from 0 to 16.
    """
    return argument.apply("log2", parameter=fraction)


def _of_integer(raw: int, shift: int, fraction: int) -> int:
    """Logarithm of ``raw * 2**-shift`` by Python's integers."""
    if raw < 1 or raw.bit_length() - 1 < shift:
        return 0
    exponent = raw.bit_length() - 1
    rest = raw - (1 << exponent)
    return ((exponent - shift) << fraction) + (rest << fraction >> exponent)


def _bound(call: Call) -> Signal:
    shift, fraction = call.first.fraction, call.node.parameter
    if not 0 <= fraction <= MOST_BITS:
        raise FixedPointError(
            f"the fraction bits of {call.title}",
            f"must be from 0 to {MOST_BITS}",
            fraction,
            "choose from these",
        )
    return Signal(
        tuple(_of_integer(low, shift, fraction) for low in call.first.minimum),
        tuple(_of_integer(high, shift, fraction) for high in call.first.maximum),
        fraction,
    )


def _compute(call: BoundCall, arrays: Sequence[Array], events: int, out: Array | None) -> Array:
    """Leading one by `frexp`, which is exact below 2**53; above, the integers are shortened."""
    values = arrays[0].astype(np.int64)
    shift, fraction = call.first.fraction, call.node.parameter
    positive = np.maximum(values, 1)
    beyond = positive >> 32
    exponent = np.where(beyond > 0, _leading(beyond) + 32, _leading(positive & 0xFFFFFFFF))
    rest = positive - (np.int64(1) << exponent)
    up, down = np.maximum(fraction - exponent, 0), np.maximum(exponent - fraction, 0)
    found = ((exponent - shift) << fraction) + (rest << up >> down)
    return np.where((values < 1) | (exponent < shift), 0, found)


def _leading(values: Array) -> Array:
    """Place of the leading one of integers below 2**32; -1 for 0."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64) - 1


def _steps(bits: int) -> list[int]:
    """Shifts, halved each time, that bring the leading one of so many bits to the top."""
    return [1 << k for k in reversed(range((bits - 1).bit_length()))]


def _declared(call: BoundCall) -> Mapping[str, Signal]:
    """Types of the C++ below, in their order there."""
    bits = max(call.first.high, 1).bit_length()
    fraction = call.node.parameter
    return {
        "the number": Signal.all(1, 0, (1 << bits) - 1, call.first.fraction),
        "the exponent": Signal.all(1, 0, bits - 1, 0),
        "the mantissa": Signal.all(1, 0, (2 << fraction) - 1, fraction),
    }


def _hls(call: BoundCall, names: Sequence[str], target: str) -> str:
    """Shift to the left until the leading one is on top, and count."""
    shift, fraction, types = call.first.fraction, call.node.parameter, _declared(call)
    bits = types["the number"].width
    number, exponent, mantissa = (integer(signal) for signal in types.values())
    lines = [
        f"{number} number = 1;",
        f"if ({names[0]}[i] > 0)\n    number = {names[0]}[i];",
        f"{exponent} exponent = {bits - 1};",
    ]
    lines += [
        f"if ((number >> {bits - step}) == 0) {{\n    number = number << {step};\n"
        f"    exponent -= {step};\n}}"
        for step in _steps(bits)
    ]
    lines += [
        f"{mantissa} mantissa = number >> {max(bits - 1 - fraction, 0)}; // with its leading one",
        f"mantissa = mantissa << {max(fraction - bits + 1, 0)};",
        f"if ({names[0]}[i] < {1 << max(shift, 0)}LL)\n    {target}[i] = 0;",
        f"else\n    {target}[i] = ((exponent - {shift + 1}) << {fraction}) + mantissa;",
    ]
    return loop(call.result.size, "\n".join(lines))


def _trace(call: BoundCall, gates: Gates) -> list[Any]:
    shift, fraction = call.first.fraction, call.node.parameter
    values = gates.argument(0)
    return [_wire(value, shift, fraction, gates) for value in values]


def _wire(value: Any, shift: int, fraction: int, gates: Gates) -> Any:
    """As the C++, of so many bits that the exponent needs no adder."""
    raw = gates.positive(value) * 2.0**shift
    steps = _steps(max(int(raw.high), 1).bit_length())
    number, bits = raw * 2.0 ** -sum(steps), []
    for step in steps:  # the leading one goes to 2**0
        on_top = gates.any(gates.low_bits(number, 1, step - 1))
        number = gates.select(on_top, number, number * 2.0**step, 0.0, 2.0 - number.step)
        bits.append(on_top * float(step))
    found = gates.merge([*bits, gates.low_bits(number, 0, fraction)])
    if shift > 0:
        found = gates.select(
            gates.any(gates.floor(raw, -shift)), found - shift, gates.constant(0), 0.0, found.high
        )
    elif shift < 0:
        found = gates.select(
            gates.any(raw), found - shift, gates.constant(0), 0.0, found.high - shift
        )
    return found


def _tensor(tf: Any, node: Node, tensors: Sequence[Any], inputs: Any) -> Any:
    (a,) = tensors
    value = tf.maximum(a, 1.0)
    power, exponent = _power_of_two(tf, value)
    mantissa = value / power - 1.0
    if inputs is not None:
        mantissa = tf.floor(mantissa * 2.0**node.parameter) * 2.0**-node.parameter
    slope = tf.stop_gradient(tf.cast(a >= 1.0, a.dtype) / power)
    return tf.stop_gradient(exponent + mantissa) + slope * (a - tf.stop_gradient(a))


def _power_of_two(tf: Any, value: Any) -> tuple[Any, Any]:
    """Largest power of two not above a positive value, and its exponent, from the float's bits."""
    kind, low, bias = (tf.int32, 23, 127) if value.dtype == tf.float32 else (tf.int64, 52, 1023)
    exponent = tf.bitwise.right_shift(tf.bitcast(value, kind), tf.constant(low, kind))
    power = tf.bitcast(tf.bitwise.left_shift(exponent, tf.constant(low, kind)), value.dtype)
    return power, tf.cast(exponent - bias, value.dtype)


def _cost(call: BoundCall) -> Cost:
    """A choice of two for every bit of every step."""
    bits = _declared(call)["the number"].width
    return Cost(call.result.size * bits * len(_steps(bits)))


LOG2 = Operation("log2", 1, _bound, _compute, _hls, _trace, _tensor, declared=_declared, cost=_cost)
