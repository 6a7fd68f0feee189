"""Expressions in C++: each operation in the width that interval analysis gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, walk
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.operations.operation import BoundCall
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.typed import PortType, Typed, type_of

__all__ = ["Port", "Step", "steps", "used"]


@dataclass(frozen=True)
class Port:
    """An array of fixed-point values in C++.

    Parameters
    ----------
    name : str
        Of the port in the score.
    type_name : str
        Of its elements in C++.
    type : FixedPoint
    size : int
    """

    name: str
    type_name: str
    type: FixedPoint
    size: int


@dataclass(frozen=True)
class Step:
    """One operation as the template needs it.

    Parameters
    ----------
    name : str
        Of the array it fills.
    operation : str
    arguments : tuple of str
        Names of the arrays it reads.
    signal : Signal
        What it can put out.
    statements : str
        C++ that fills the array.
    declared : mapping of str to Signal
        What the types in the statements have to hold, in their order there.
    port : str
        For a port, its name.
    """

    name: str
    operation: str
    arguments: tuple[str, ...]
    signal: Signal
    statements: str
    declared: Mapping[str, Signal]
    port: str = ""

    @property
    def type(self) -> FixedPoint:
        """Type of every element."""
        return type_of(self.signal)

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.signal.size


def steps(typed: Typed, expressions: Iterable[Expression]) -> tuple[Step, ...]:
    """Operations of expressions in the order of their evaluation, shared parts once."""
    found: dict[Expression, Step] = {}
    for node in walk(expressions):
        arguments = tuple(found[argument].name for argument in node.arguments)
        found[node] = _step(f"step{len(found)}", typed.call(node), arguments)
    return tuple(found.values())


def _step(name: str, call: BoundCall, arguments: tuple[str, ...]) -> Step:
    node, result = call.node, call.result
    if node.operation == PORT:
        text = f"score_ops::port<{result.size}>({node.name}_port, {name});"
        return Step(name, PORT, (), result, text, {}, node.name)
    operation = OPERATIONS[node.operation]
    return Step(
        name,
        node.operation,
        arguments,
        result,
        operation.hls(call, arguments, name),
        operation.declared(call),
    )


def used(
    found: tuple[Step, ...], title: str, wanted: Mapping[str, PortType], ports: Mapping[str, Port]
) -> tuple[Port, ...]:
    """Ports that steps read, in the order of their first use.

    Parameters
    ----------
    found : tuple of Step
    title : str
        What they are of, as in ``score score1``.
    wanted : mapping of str to PortType
        As they were made for.
    ports : mapping of str to Port
        As the firmware has them.

    Raises
    ------
    ConversionError
        If one does not exist or has another type or size.
    """
    names = dict.fromkeys(step.port for step in found if step.operation == PORT)
    for name in names:
        check_name("the name of a port", name)
        if name not in ports:
            raise ConversionError(
                f"port {name} of {title}",
                "must be one of " + ", ".join(ports),
                repr(name),
                "use a port of the network",
            )
        _check_port(title, ports[name], wanted[name])
    return tuple(ports[name] for name in names)


def _check_port(title: str, port: Port, wanted: PortType) -> None:
    found, asked = (port.type.exact(), port.size), (wanted.type.exact(), wanted.size)
    if found != asked:
        raise ConversionError(
            f"port {port.name} of {title}",
            f"must be {found[1]} x {found[0]}",
            f"{asked[1]} x {asked[0]}",
            "make the score from the converted network",
        )
