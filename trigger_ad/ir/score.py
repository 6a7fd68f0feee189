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

from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.operation import Array
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import PortType, Typed, type_of

__all__ = ["PortType", "Score"]


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
        if self.signal(self.expression).size != 1:
            raise FixedPointError(
                f"score {self.name}",
                "must be one number for each event",
                f"{self.signal(self.expression).size} numbers",
                "end it with sum or dot",
            )

    @cached_property
    def typed(self) -> Typed:
        """Intervals and values of expressions over the ports."""
        return Typed(f"score {self.name}", self.ports)

    def signal(self, expression: Expression) -> Signal:
        """Interval of a part of the score."""
        return self.typed.signal(expression)

    @property
    def type(self) -> FixedPoint:
        """Type of the result."""
        return type_of(self.signal(self.expression))

    @property
    def reach(self) -> int:
        """Most different values that it can have."""
        if self.expression.operation == "table":
            return len({*self.expression.values})
        signal = self.signal(self.expression)
        return signal.high - signal.low + 1

    @property
    def largest(self) -> int:
        """Largest magnitude of any raw intermediate value, partial sums included."""
        return self.typed.largest([self.expression])

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
        (result,) = self.typed.evaluate([self.expression], values, dtype, memory)
        return result[:, 0]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`."""
        return {
            "name": self.name,
            "expression": self.expression.to_json(),
            "ports": {name: kind.to_json() for name, kind in self.ports.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Score:
        """Rebuild from `to_json`."""
        ports = {name: PortType.from_json(kind) for name, kind in record["ports"].items()}
        return cls(record["name"], Expression.from_json(record["expression"]), ports)
