"""What the operations of a score give on raw integers: their intervals and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.fixed import FixedPoint

__all__ = ["LARGEST_VARIANCE", "Signal", "bound", "compute", "kl_of_variance"]

Array = NDArray[Any]

#: Logarithm of the variance above which ``kl_of_variance`` is flat, and none is drawn from.
LARGEST_VARIANCE = 8.0


@dataclass(frozen=True)
class Signal:
    """What an operation can put out.

    Parameters
    ----------
    minimum, maximum : tuple of int
        Raw bounds of each element.
    fraction : int
        Bits right of the binary point.
    """

    minimum: tuple[int, ...]
    maximum: tuple[int, ...]
    fraction: int

    @property
    def type(self) -> FixedPoint:
        """Narrowest type that holds every element."""
        return FixedPoint.holding(min(self.minimum), max(self.maximum), self.fraction)

    def align(self, fraction: int) -> Signal:
        """Return the same values at a finer binary point."""
        shift = fraction - self.fraction
        return Signal(
            tuple(v << shift for v in self.minimum),
            tuple(v << shift for v in self.maximum),
            fraction,
        )


def kl_of_variance(raw: Array, signal: Signal, fraction: int) -> Array:
    """Compute the operation of this name, whose result is rounded to its binary point.

    Parameters
    ----------
    raw : ndarray of integers
        Values of `signal`: logarithms of variances.
    signal : Signal
    fraction : int
        Bits right of the binary point of the result.

    Returns
    -------
    ndarray of int64
        It falls to 0 at 0 and rises from there: its largest value in any interval is at an end.
    """
    value = np.minimum(np.asarray(raw, dtype=np.float64) * 2.0**-signal.fraction, LARGEST_VARIANCE)
    return np.asarray(np.rint((np.expm1(value) - value) * 2.0**fraction).astype(np.int64))


def _products(a: Signal, b: Signal) -> tuple[tuple[int, ...], tuple[int, ...]]:
    corners = [
        (p * r, p * s, q * r, q * s)
        for p, q, r, s in zip(a.minimum, a.maximum, b.minimum, b.maximum, strict=True)
    ]
    return tuple(min(c) for c in corners), tuple(max(c) for c in corners)


def bound(node: Expression, arguments: tuple[Signal, ...]) -> Signal:
    """Interval of an operation on arguments of one size.

    Raises
    ------
    FixedPointError
        If a table does not have one entry for each raw value of its argument.
    """
    if len(arguments) == 2:
        return _bound_pair(node.operation, *arguments)
    (a,) = arguments
    pairs = list(zip(a.minimum, a.maximum, strict=True))
    match node.operation:
        case "absolute":
            low = tuple(0 if lo <= 0 <= hi else min(abs(lo), abs(hi)) for lo, hi in pairs)
            return Signal(low, tuple(max(abs(lo), abs(hi)) for lo, hi in pairs), a.fraction)
        case "square":
            low = tuple(0 if lo <= 0 <= hi else min(lo * lo, hi * hi) for lo, hi in pairs)
            return Signal(low, tuple(max(lo * lo, hi * hi) for lo, hi in pairs), 2 * a.fraction)
        case "sum":
            return Signal((sum(a.minimum),), (sum(a.maximum),), a.fraction)
        case "offset":
            a = a.align(max(a.fraction, 0))
            more = node.parameter << a.fraction
            return Signal(
                tuple(lo + more for lo in a.minimum),
                tuple(hi + more for hi in a.maximum),
                a.fraction,
            )
        case "kl_of_variance":
            ends = [kl_of_variance(np.asarray((lo, hi)), a, node.parameter) for lo, hi in pairs]
            return Signal(
                tuple(
                    0 if lo <= 0 <= hi else int(end.min())
                    for (lo, hi), end in zip(pairs, ends, strict=True)
                ),
                tuple(int(end.max()) for end in ends),
                node.parameter,
            )
        case "shorten":
            shift = node.parameter
            return Signal(
                tuple(lo >> shift for lo, _ in pairs),
                tuple(hi >> shift for _, hi in pairs),
                a.fraction - shift,
            )
        case "saturate":
            lowest, highest = _saturation(node, a)
            return Signal(
                tuple(min(max(lo, lowest), highest) for lo, _ in pairs),
                tuple(min(max(hi, lowest), highest) for _, hi in pairs),
                a.fraction,
            )
        case _:
            if len(node.values) != max(a.maximum) - min(a.minimum) + 1:
                raise FixedPointError(
                    "a score table",
                    "must have one entry for each raw value of its argument, "
                    f"{max(a.maximum) - min(a.minimum) + 1} in all",
                    len(node.values),
                    "complete the table",
                )
            size = len(a.minimum)
            return Signal((min(node.values),) * size, (max(node.values),) * size, node.parameter)


def _bound_pair(operation: str, a: Signal, b: Signal) -> Signal:
    if operation in ("multiply", "dot"):
        low, high = _products(a, b)
        if operation == "dot":
            low, high = (sum(low),), (sum(high),)
        return Signal(low, high, a.fraction + b.fraction)
    fraction = max(a.fraction, b.fraction)
    a, b = a.align(fraction), b.align(fraction)
    if operation == "add":
        low = tuple(p + r for p, r in zip(a.minimum, b.minimum, strict=True))
        high = tuple(q + s for q, s in zip(a.maximum, b.maximum, strict=True))
        return Signal(low, high, fraction)
    if operation == "subtract":
        low = tuple(p - s for p, s in zip(a.minimum, b.maximum, strict=True))
        high = tuple(q - r for q, r in zip(a.maximum, b.minimum, strict=True))
        return Signal(low, high, fraction)
    choose = max if operation == "maximum" else min
    low = tuple(choose(p, r) for p, r in zip(a.minimum, b.minimum, strict=True))
    high = tuple(choose(q, s) for q, s in zip(a.maximum, b.maximum, strict=True))
    return Signal(low, high, fraction)


def _saturation(node: Expression, a: Signal) -> tuple[int, int]:
    kind = FixedPoint(node.parameter, node.parameter - a.fraction, min(a.minimum) < 0)
    return kind.minimum, kind.maximum


def _scale(values: Array, shift: int, out: Array | None) -> Array:
    return np.multiply(values, values.dtype.type(2**shift), out=out) if shift else values


_ALIGNED = {"add": np.add, "subtract": np.subtract, "maximum": np.maximum, "minimum": np.minimum}


def compute(
    node: Expression,
    arguments: tuple[Array, ...],
    inputs: tuple[Signal, ...],
    result: Signal,
    out: Array | None,
) -> Array:
    """Compute an operation on raw integers, exactly.

    Parameters
    ----------
    node : Expression
    arguments : tuple of ndarray (n_events, size)
        Raw integers in any dtype that holds all results.
    inputs : tuple of Signal
        Of the arguments.
    result : Signal
    out : ndarray, optional
        Where the result is written.
    """
    if len(arguments) == 2:
        return _compute_pair(node.operation, arguments, inputs, result, out)
    a, signal = arguments[0], inputs[0]
    match node.operation:
        case "absolute":
            return np.asarray(np.abs(a, out=out))
        case "square":
            return np.asarray(np.multiply(a, a, out=out))
        case "sum":
            return np.asarray(np.sum(a, axis=1, keepdims=True, dtype=a.dtype, out=out))
        case "offset":
            scaled = _scale(a, result.fraction - signal.fraction, out)
            return np.asarray(np.add(scaled, node.parameter << result.fraction, out=out))
        case "shorten":
            if a.dtype.kind == "f":
                scaled = np.multiply(a, a.dtype.type(2.0**-node.parameter), out=out)
                return np.asarray(np.floor(scaled, out=out))
            return np.asarray(np.right_shift(a, node.parameter, out=out))
        case "saturate":
            return np.asarray(np.clip(a, *_saturation(node, signal), out=out))
        case "kl_of_variance":
            return kl_of_variance(a, signal, node.parameter).astype(a.dtype)
        case _:
            table = np.asarray(node.values, dtype=a.dtype)
            return np.asarray(table[(a - min(signal.minimum)).astype(np.int64)])


def _compute_pair(
    operation: str,
    arguments: tuple[Array, ...],
    inputs: tuple[Signal, ...],
    result: Signal,
    out: Array | None,
) -> Array:
    if operation == "multiply":
        return np.asarray(np.multiply(arguments[0], arguments[1], out=out))
    if operation == "dot":
        products = arguments[0] * arguments[1]
        return np.asarray(np.sum(products, axis=1, keepdims=True, dtype=products.dtype, out=out))
    left, right = (  # at most one of them has the coarser binary point
        _scale(values, result.fraction - signal.fraction, out)
        for values, signal in zip(arguments, inputs, strict=True)
    )
    return np.asarray(_ALIGNED[operation](left, right, out=out))
