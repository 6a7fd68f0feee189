"""What stands between words and network: vectors of integers in, vectors of integers out.

A program is made of the operations of scores and is as exact as a score. It sees the raw words
and the scaled ones; the plain case, in which the network reads the scaled words as they are, is
a program without outputs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from trigger_ad.errors import FixedPointError, SchemaError
from trigger_ad.ir.expression import PORT, Expression, walk
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.operation import Array
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import PortType, Typed, type_of

__all__ = ["INPUTS", "SCHEMA", "WORDS", "Program"]

SCHEMA = "program/1"

#: Names of the raw words and of the scaled words among the inputs of a preparation.
WORDS, INPUTS = "words", "inputs"


@dataclass(frozen=True)
class Program:
    """Named vectors computed from named vectors.

    Parameters
    ----------
    name : str
    inputs : mapping of str to PortType
    outputs : mapping of str to Expression
        Over the inputs; parts that they share are computed once.

    Raises
    ------
    FixedPointError
        If an output has the name of an input, reads what is no input, or an operation is not
        defined for its arguments or needs more than 61 bits.

    Examples
    --------
    >>> from trigger_ad.ir.expression import port
    >>> from trigger_ad.ir.operations.logarithm import log2
    >>> words = PortType(FixedPoint(10, 10, signed=False), size=2)
    >>> program = Program("prepare", {"words": words}, {"height": log2(port("words"), 2)})
    >>> print(program.type("height"))
    ap_ufixed<6,4>
    >>> program.evaluate({"words": np.array([[1, 100], [0, 1023]])})["height"]
    array([[ 0, 26],
           [ 0, 39]])
    """

    name: str
    inputs: Mapping[str, PortType] = field(hash=False)
    outputs: Mapping[str, Expression] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name, expression in self.outputs.items():
            if name in self.inputs:
                raise FixedPointError(
                    f"output {name} of program {self.name}",
                    "must have a name of its own",
                    None,
                    "rename it",
                )
            self.typed.call(expression)

    @cached_property
    def typed(self) -> Typed:
        """Intervals and values of expressions over the inputs."""
        return Typed(f"program {self.name}", self.inputs)

    @property
    def empty(self) -> bool:
        """Whether it has no outputs, so that nothing stands between words and network."""
        return not self.outputs

    @property
    def used(self) -> tuple[str, ...]:
        """Inputs that are read, in the order of their first use."""
        nodes = walk(self.outputs.values())
        return tuple(node.name for node in nodes if node.operation == PORT)

    @property
    def signals(self) -> dict[str, Signal]:
        """Interval of every output."""
        return {name: self.typed.signal(node) for name, node in self.outputs.items()}

    def type(self, output: str) -> FixedPoint:
        """Narrowest type of every element of an output."""
        return type_of(self.signals[output])

    @property
    def ports(self) -> dict[str, PortType]:
        """Outputs as the ports of what reads them."""
        return {
            name: PortType(type_of(signal), signal.size, signal.minimum, signal.maximum)
            for name, signal in self.signals.items()
        }

    @property
    def largest(self) -> int:
        """Largest magnitude of any raw intermediate value, partial sums included."""
        return self.typed.largest(list(self.outputs.values()))

    def evaluate(
        self,
        values: Mapping[str, Array],
        dtype: Any = np.int64,
        memory: dict[Expression, Array] | None = None,
    ) -> dict[str, Array]:
        """Compute the outputs exactly.

        Parameters
        ----------
        values, dtype, memory
            As of `trigger_ad.ir.score.Score.evaluate`.

        Returns
        -------
        dict of ndarray (n_events, size) of `dtype`
            Raw integers of every output.
        """
        found = self.typed.evaluate(list(self.outputs.values()), values, dtype, memory)
        return dict(zip(self.outputs, found, strict=True))

    @property
    def hash(self) -> str:
        """SHA-256 of all that changes a result: of types and operations, not of the name."""
        record = {key: value for key, value in self.to_json().items() if key != "name"}
        text = json.dumps(record, separators=(",", ":"))  # in order: outputs stand in theirs
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `from_json`.

        Operations are a list in which arguments are places of earlier ones, so that shared parts
        are written once.
        """
        places: dict[Expression, int] = {}
        operations: list[dict[str, Any]] = []
        for node in walk(self.outputs.values()):
            record = replace(node, arguments=()).to_json()
            if node.arguments:
                record["arguments"] = [places[argument] for argument in node.arguments]
            places[node] = len(operations)
            operations.append(record)
        return {
            "schema": SCHEMA,
            "name": self.name,
            "inputs": {name: kind.to_json() for name, kind in self.inputs.items()},
            "operations": operations,
            "outputs": {name: places[node] for name, node in self.outputs.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Program:
        """Rebuild from `to_json`.

        Raises
        ------
        SchemaError
            If it has another schema, or an operation is unknown, has the wrong number of
            arguments or reads one that comes later.
        """
        if record.get("schema") != SCHEMA:
            raise SchemaError(
                "a program",
                f"must have schema {SCHEMA}",
                record.get("schema"),
                "write it again with this version",
            )
        nodes: list[Expression] = []
        for operation in record["operations"]:
            nodes.append(_node(operation, nodes))
        return cls(
            record["name"],
            {name: PortType.from_json(kind) for name, kind in record["inputs"].items()},
            {name: _earlier(place, nodes) for name, place in record["outputs"].items()},
        )


def _node(record: Mapping[str, Any], nodes: list[Expression]) -> Expression:
    arguments = tuple(_earlier(place, nodes) for place in record.get("arguments", ()))
    return Expression.checked(
        record["operation"],
        arguments,
        record.get("name", ""),
        record.get("parameter", 0),
        tuple(record.get("values", ())),
    )


def _earlier(place: int, nodes: list[Expression]) -> Expression:
    if not 0 <= place < len(nodes):
        raise SchemaError(
            "an argument in a program",
            f"must be one of {len(nodes)} operations before it",
            place,
            "write the program again with this version",
        )
    return nodes[place]
