"""A score as one small expression over named ports, which every back end renders.

The expression is exact: every operation on integers has an integer result, whose width
follows from interval analysis. Training renders it with real numbers, the emulator with
numpy, the firmware in C++ and SystemVerilog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.expression import Expression, fold
from trigger_ad.fixed import MAX_WIDTH, FixedPoint

__all__ = ["LARGEST_VARIANCE", "PortType", "Score", "Signal", "kl_of_variance"]

Array = NDArray[Any]

#: Logarithm of the variance above which ``kl_of_variance`` is flat.
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


@dataclass(frozen=True)
class PortType:
    """Elements and range of a port.

    Parameters
    ----------
    type : FixedPoint
        Of every element.
    size : int
        Number of elements.
    minimum, maximum : tuple of int, optional
        Raw bounds of each element where they are narrower than the type.
    """

    type: FixedPoint
    size: int
    minimum: tuple[int, ...] = ()
    maximum: tuple[int, ...] = ()

    @property
    def signal(self) -> Signal:
        """The port as the first signal of an expression."""
        return Signal(
            self.minimum or (self.type.minimum,) * self.size,
            self.maximum or (self.type.maximum,) * self.size,
            self.type.fraction,
        )


@dataclass(frozen=True)
class Score:
    """A named scalar expression with the types of its ports.

    Parameters
    ----------
    name : str
    expression : Expression
        With one element as its result.
    ports : mapping of str to PortType

    Raises
    ------
    FixedPointError
        If the result is not one element or an operation needs more than 62 bits.

    Examples
    --------
    >>> from trigger_ad.expression import port
    >>> kind = PortType(FixedPoint(8, 4), size=3)
    >>> x, y = port("x"), port("y")
    >>> score = Score("l1", x.subtract(y).absolute().sum(), {"x": kind, "y": kind})
    >>> print(score.type)
    ap_ufixed<10,6>
    >>> score.evaluate({"x": np.array([[1, 2, 3]]), "y": np.array([[4, 4, 4]])})
    array([6])
    """

    name: str
    expression: Expression
    ports: Mapping[str, PortType] = field(hash=False)

    def __post_init__(self) -> None:
        if len(self.signal(self.expression).minimum) != 1:
            raise FixedPointError(
                f"score {self.name}", "must be one number for each event",
                f"{len(self.signal(self.expression).minimum)} numbers", "end it with sum or dot",
            )  # fmt: skip

    def signal(self, expression: Expression) -> Signal:
        """Interval of a part of the score."""
        return fold(expression, self._bound)

    @property
    def type(self) -> FixedPoint:
        """Type of the result."""
        return self.signal(self.expression).type

    @property
    def largest(self) -> int:
        """Largest magnitude of any raw intermediate value, partial sums included."""
        largest = 0

        def visit(node: Expression, arguments: tuple[Signal, ...]) -> Signal:
            nonlocal largest
            result = self._bound(node, arguments)
            parts = [result]
            if node.operation in ("add", "subtract", "maximum", "minimum", "offset"):
                parts += [argument.align(result.fraction) for argument in arguments]
            for part in parts:
                bounds = part.minimum + part.maximum
                largest = max(largest, *(abs(bound) for bound in bounds))
            return result

        fold(self.expression, visit)
        return largest

    @cached_property
    def _signals(self) -> dict[Expression, Signal]:
        """Interval of every part."""
        signals: dict[Expression, Signal] = {}

        def visit(node: Expression, arguments: tuple[Signal, ...]) -> Signal:
            signals[node] = self._bound(node, arguments)
            return signals[node]

        fold(self.expression, visit)
        return signals

    def evaluate(
        self,
        values: Mapping[str, Array],
        dtype: Any = np.int64,
        memory: dict[Expression, Array] | None = None,
    ) -> Array:
        """Score events exactly.

        Parameters
        ----------
        values : mapping of str to ndarray (n_events, size)
            Raw integers of every port, in any dtype that holds them.
        dtype : numpy dtype
            int64, or a float type in which every integer up to `largest` is exact.
        memory : dict, optional
            Arrays for intermediate values, filled here and used again by the next call with
            the same `dtype`. It then holds the result too.

        Returns
        -------
        ndarray (n_events,) of `dtype`
            Raw integers of `type`.
        """
        signals = self._signals

        def visit(node: Expression, arguments: tuple[Array, ...]) -> Array:
            if node.operation == "port":
                return np.asarray(values[node.name], dtype=dtype)
            inputs = tuple(signals[argument] for argument in node.arguments)
            shape = (len(arguments[0]), len(signals[node].minimum))
            out = None if memory is None else _part_of(memory, node, shape, arguments[0].dtype)
            return _compute(node, arguments, inputs, signals[node], out)

        return fold(self.expression, visit)[:, 0]

    def _bound(self, node: Expression, arguments: tuple[Signal, ...]) -> Signal:
        if node.operation == "port":
            result = self._port(node.name)
        else:
            sizes = {len(argument.minimum) for argument in arguments}
            if len(sizes) != 1:
                raise FixedPointError(
                    f"{node.operation} in score {self.name}", "must have arguments of one size",
                    " and ".join(map(str, sorted(sizes))), "give ports of one size",
                )  # fmt: skip
            result = _bound(node, arguments)
        low, high = min(result.minimum), max(result.maximum)
        width = max((-1 - low).bit_length() if low < 0 else 0, high.bit_length()) + (low < 0)
        if width > MAX_WIDTH - 1:
            raise FixedPointError(
                f"{node.operation} in score {self.name}", f"must fit {MAX_WIDTH - 1} bits",
                width, "shorten or saturate its arguments",
            )  # fmt: skip
        return result

    def _port(self, name: str) -> Signal:
        if name not in self.ports:
            raise FixedPointError(
                f"port {name} of score {self.name}", "must have a type", "none",
                "choose from " + ", ".join(self.ports),
            )  # fmt: skip
        return self.ports[name].signal

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "name": self.name,
            "expression": self.expression.to_json(),
            "ports": {
                name: {
                    "type": str(kind.type),
                    "size": kind.size,
                    "minimum": list(kind.minimum),
                    "maximum": list(kind.maximum),
                }
                for name, kind in self.ports.items()
            },
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Score:
        """Rebuild from `to_json`."""
        ports = {
            name: PortType(
                FixedPoint.parse(kind["type"]),
                kind["size"],
                tuple(kind["minimum"]),
                tuple(kind["maximum"]),
            )
            for name, kind in record["ports"].items()
        }
        return cls(record["name"], Expression.from_json(record["expression"]), ports)


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


def _bound(node: Expression, arguments: tuple[Signal, ...]) -> Signal:
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


def _part_of(
    memory: dict[Expression, Array], node: Expression, shape: tuple[int, int], dtype: Any
) -> Array:
    """Array for the result of an operation; events lie side by side."""
    if node not in memory or len(memory[node]) < shape[0]:
        memory[node] = np.empty(shape[::-1], dtype).T
    return memory[node][: shape[0]]


def _scale(values: Array, shift: int, out: Array | None) -> Array:
    return np.multiply(values, values.dtype.type(2**shift), out=out) if shift else values


_ALIGNED = {
    "add": np.add, "subtract": np.subtract, "maximum": np.maximum, "minimum": np.minimum,
}  # fmt: skip


def _compute(
    node: Expression,
    arguments: tuple[Array, ...],
    inputs: tuple[Signal, ...],
    result: Signal,
    out: Array | None,
) -> Array:
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
