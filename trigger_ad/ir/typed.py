"""Expressions over ports whose types are known: intervals, and exact values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, walk
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint
from trigger_ad.ir.operations.operation import Array, BoundCall, Call
from trigger_ad.ir.operations.signal import Signal

__all__ = ["PortType", "Typed", "type_of"]


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

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "type": str(self.type),
            "size": self.size,
            "minimum": list(self.minimum),
            "maximum": list(self.maximum),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> PortType:
        """Rebuild from `to_json`."""
        return cls(
            FixedPoint.parse(record["type"]),
            record["size"],
            tuple(record["minimum"]),
            tuple(record["maximum"]),
        )


def type_of(signal: Signal) -> FixedPoint:
    """Narrowest type that holds every element of a signal."""
    return FixedPoint.holding(signal.low, signal.high, signal.fraction)


@dataclass(frozen=True)
class Typed:
    """What scores and programs have in common: expressions are bound to ports.

    Parameters
    ----------
    title : str
        How errors call it, as in ``score score1``.
    ports : mapping of str to PortType
    """

    title: str
    ports: Mapping[str, PortType]
    _calls: dict[Expression, BoundCall] = field(default_factory=dict, compare=False, repr=False)

    def call(self, expression: Expression) -> BoundCall:
        """Intervals of an operation and of its arguments.

        Raises
        ------
        FixedPointError
            If a port has no type, an operation is not defined for its arguments, or its result
            needs more than 61 bits.
        """
        for node in walk([expression], self._calls):
            inputs = tuple(self._calls[argument].result for argument in node.arguments)
            call = Call(node, inputs, self.title)
            result = self._port(node.name) if node.operation == PORT else _bound(call)
            _check_width(call, result)
            self._calls[node] = BoundCall(node, inputs, self.title, result)
        return self._calls[expression]

    def signal(self, expression: Expression) -> Signal:
        """Interval of an expression."""
        return self.call(expression).result

    def largest(self, expressions: Sequence[Expression]) -> int:
        """Largest magnitude of any raw intermediate value, partial sums included."""
        largest = 0
        for node in walk(expressions):
            call = self.call(node)
            between = () if node.operation == PORT else on_the_way(call)
            for part in (call.result, *between):
                largest = max(largest, abs(part.low), abs(part.high))
        return largest

    def evaluate(
        self,
        expressions: Sequence[Expression],
        values: Mapping[str, Array],
        dtype: Any,
        memory: dict[Expression, Array] | None,
    ) -> list[Array]:
        """Compute raw integers (n_events, size) of expressions, each shared part once."""
        done: dict[Expression, Array] = {}
        events = len(next(iter(values.values()))) if values else 1
        for node in walk(expressions):
            if node.operation == PORT:
                done[node] = np.asarray(values[node.name], dtype=dtype)
                continue
            call = self.call(node)
            arrays = [done[argument] for argument in node.arguments]
            shape = (events, call.result.size)
            out = None if memory is None else _part_of(memory, node, shape, dtype)
            found = OPERATIONS[node.operation].compute(call, arrays, events, out)
            done[node] = found.astype(dtype, copy=False)
        return [done[expression] for expression in expressions]

    def _port(self, name: str) -> Signal:
        if name not in self.ports:
            raise FixedPointError(
                f"port {name} of {self.title}",
                "must have a type",
                None,
                "choose from " + ", ".join(self.ports),
            )
        return self.ports[name].signal


def on_the_way(call: BoundCall) -> tuple[Signal, ...]:
    """Intervals of what is computed besides the result of an operation."""
    return tuple(OPERATIONS[call.node.operation].on_the_way(call).values())


def _bound(call: Call) -> Signal:
    operation = OPERATIONS[call.node.operation]
    operation.sizes(call)
    return operation.bound(call)


def _check_width(call: Call, result: Signal) -> None:
    width = max(
        (-1 - result.low).bit_length() if result.signed else 0, result.high.bit_length()
    ) + int(result.signed)
    if width > MAX_WIDTH - 1:
        raise FixedPointError(
            call.title, f"must fit {MAX_WIDTH - 1} bits", width, "shorten or saturate its arguments"
        )


def _part_of(
    memory: dict[Expression, Array], node: Expression, shape: tuple[int, int], dtype: Any
) -> Array:
    """Array for the result of an operation; events lie side by side."""
    if node not in memory or len(memory[node]) < shape[0]:
        memory[node] = np.empty(shape[::-1], dtype).T
    return memory[node][: shape[0]]
