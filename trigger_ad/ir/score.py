"""A score as one small expression over named ports, which every back end renders.

The expression is exact: every operation on integers has an integer result, whose width
follows from interval analysis. Training renders it with real numbers, the emulator with
numpy, the firmware in C++ and SystemVerilog.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint
from trigger_ad.ir.operations import Signal, bound, compute

__all__ = ["PortType", "Score"]

Array = NDArray[Any]


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
    >>> from trigger_ad.ir.expression import port
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
                f"score {self.name}",
                "must be one number for each event",
                f"{len(self.signal(self.expression).minimum)} numbers",
                "end it with sum or dot",
            )

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
            for part in (result, *_on_the_way(node, arguments, result)):
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
            return compute(node, arguments, inputs, signals[node], out)

        return fold(self.expression, visit)[:, 0]

    def _bound(self, node: Expression, arguments: tuple[Signal, ...]) -> Signal:
        if node.operation == "port":
            result = self._port(node.name)
        else:
            sizes = {len(argument.minimum) for argument in arguments}
            if len(sizes) != 1:
                raise FixedPointError(
                    f"{node.operation} in score {self.name}",
                    "must have arguments of one size",
                    " and ".join(map(str, sorted(sizes))),
                    "give ports of one size",
                )
            result = bound(node, arguments)
        low, high = min(result.minimum), max(result.maximum)
        width = max((-1 - low).bit_length() if low < 0 else 0, high.bit_length()) + (low < 0)
        if width > MAX_WIDTH - 1:
            raise FixedPointError(
                f"{node.operation} in score {self.name}",
                f"must fit {MAX_WIDTH - 1} bits",
                width,
                "shorten or saturate its arguments",
            )
        return result

    def _port(self, name: str) -> Signal:
        if name not in self.ports:
            raise FixedPointError(
                f"port {name} of score {self.name}",
                "must have a type",
                None,
                "choose from " + ", ".join(self.ports),
            )
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


def _part_of(
    memory: dict[Expression, Array], node: Expression, shape: tuple[int, int], dtype: Any
) -> Array:
    """Array for the result of an operation; events lie side by side."""
    if node not in memory or len(memory[node]) < shape[0]:
        memory[node] = np.empty(shape[::-1], dtype).T
    return memory[node][: shape[0]]


def _on_the_way(
    node: Expression, arguments: tuple[Signal, ...], result: Signal
) -> Iterator[Signal]:
    """Intervals of what is computed besides the result of an operation."""
    if node.operation in ("add", "subtract", "maximum", "minimum", "offset"):
        yield from (argument.align(result.fraction) for argument in arguments)
    if node.operation == "offset":
        constant = (node.parameter << result.fraction,)
        yield Signal(constant, constant, result.fraction)
    if node.operation == "sum":
        yield _partial_sums(arguments[0])
    if node.operation == "dot":
        products = bound(Expression("multiply", node.arguments), arguments)
        yield from (products, _partial_sums(products))


def _partial_sums(terms: Signal) -> Signal:
    """Interval of the sums of any of the terms, in whatever order they are added."""
    low = sum(min(value, 0) for value in terms.minimum)
    high = sum(max(value, 0) for value in terms.maximum)
    return Signal((low,), (high,), terms.fraction)
