"""Scores in C++: each operation in the width that interval analysis gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, walk
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.operations.operation import BoundCall
from trigger_ad.ir.operations.signal import Signal
from trigger_ad.ir.program import Program
from trigger_ad.ir.score import PortType, Score
from trigger_ad.ir.typed import Typed, type_of
from trigger_ad.storage.templates import render

__all__ = ["Port", "Step", "render_program", "render_scores", "score_steps", "steps", "used_ports"]


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


def render_scores(
    namespace: str, include: str, scores: Mapping[str, Score], ports: Mapping[str, Port]
) -> str:
    """C++ header with one function for each score.

    Parameters
    ----------
    namespace : str
    include : str
        Header that defines the types of the ports.
    scores : mapping of str to Score
        By name, which is that of the function.
    ports : mapping of str to Port
        What the firmware has to offer; scores use some of them.

    Raises
    ------
    ConversionError
        If a score reads a port that does not exist or has another type or size.
    """
    records = []
    for name, score in scores.items():
        check_name("the name of a score", name)
        if name in ports:
            raise ConversionError(
                f"the name {name} of a score",
                "must be its own",
                "that of a port",
                "rename the score",
            )
        used, found = used_ports(score, ports), score_steps(score)
        records.append({"name": name, "type": score.type, "ports": used, "steps": found})
    return render("hls/score.h.j2", namespace=namespace, include=include, scores=records)


def score_steps(score: Score) -> tuple[Step, ...]:
    """Operations of a score in the order of their evaluation."""
    return steps(score.typed, [score.expression])


def used_ports(score: Score, ports: Mapping[str, Port]) -> tuple[Port, ...]:
    """Ports that a score reads, in the order of their first use.

    Raises
    ------
    ConversionError
        If one does not exist or has another type or size.
    """
    return _used(score_steps(score), f"score {score.name}", score.ports, ports)


def _used(
    found: tuple[Step, ...], title: str, wanted: Mapping[str, PortType], ports: Mapping[str, Port]
) -> tuple[Port, ...]:
    names: dict[str, Any] = {step.port: None for step in found if step.operation == PORT}
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


def render_program(
    namespace: str, include: str, program: Program, ports: Mapping[str, Port]
) -> str:
    """C++ header with the function of a program, which has its name.

    It takes the ports that are read, in the order of their first use, then one array for each
    output, of the type ``PROGRAM_OUTPUT_t`` that the header defines: fixed-point, as a port is.

    Parameters
    ----------
    namespace, include
        As of `render_scores`.
    program : Program
    ports : mapping of str to Port
        The inputs of the program as the firmware has them.

    Raises
    ------
    ConversionError
        If an input has another type or size than its port.
    """
    for name in (program.name, *program.outputs):
        check_name("a name in a program", name)
    found = steps(program.typed, program.outputs.values())
    used = _used(found, f"program {program.name}", program.inputs, ports)
    places = dict(zip(walk(program.outputs.values()), found, strict=True))
    outputs = [
        {"name": name, "step": places[expression]} for name, expression in program.outputs.items()
    ]
    return render(
        "hls/program.h.j2",
        namespace=namespace,
        include=include,
        name=program.name,
        ports=used,
        steps=found,
        outputs=outputs,
    )
