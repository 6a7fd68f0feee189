"""Scores in C++: each operation in the width that interval analysis gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import Expression, fold
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import check_name
from trigger_ad.ir.operations import Signal
from trigger_ad.ir.score import PortType, Score
from trigger_ad.storage.templates import render

__all__ = ["Port", "Step", "render_scores", "steps"]


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
    """One operation of a score as the template needs it.

    Parameters
    ----------
    name : str
        Of the array it fills.
    operation : str
    arguments : tuple of str
        Names of the arrays it reads.
    type : FixedPoint
        Of every element, as a raw integer.
    size : int
    terms : int
        Elements of the first argument.
    shifts : tuple of int
        To the left, which bring the arguments to the binary point of the result.
    partial : FixedPoint
        Holds every partial sum of ``sum`` and ``dot``.
    lowest, highest : int
        Of the result's type, for ``saturate``.
    first : int
        Smallest argument, for ``table``.
    port : str
        For ``port``.
    parameter : int
    values : tuple of int
    """

    name: str
    operation: str
    arguments: tuple[str, ...]
    type: FixedPoint
    size: int
    terms: int
    shifts: tuple[int, ...]
    partial: FixedPoint
    lowest: int
    highest: int
    first: int
    port: str
    parameter: int
    values: tuple[int, ...]


def steps(score: Score) -> tuple[Step, ...]:
    """Operations of a score in the order of their evaluation, shared parts once."""
    found: list[Step] = []

    def visit(node: Expression, arguments: tuple[tuple[str, Signal], ...]) -> tuple[str, Signal]:
        result = score.signal(node)
        sources = [signal for _, signal in arguments]
        name = f"step{len(found)}"
        kind = result.type
        bits = node.parameter if node.operation == "saturate" else 1
        saturated = FixedPoint(
            bits, bits - kind.fraction, bool(sources) and min(sources[0].minimum) < 0
        )
        found.append(
            Step(
                name,
                node.operation,
                tuple(argument for argument, _ in arguments),
                kind,
                len(result.minimum),
                len(sources[0].minimum) if sources else 0,
                tuple(result.fraction - source.fraction for source in sources),
                _partial(node, sources, result),
                saturated.minimum,
                saturated.maximum,
                min(sources[0].minimum) if sources else 0,
                node.name,
                node.parameter,
                node.values,
            )
        )
        return name, result

    fold(score.expression, visit)
    return tuple(found)


def _partial(node: Expression, sources: Sequence[Signal], result: Signal) -> FixedPoint:
    if node.operation not in ("sum", "dot"):
        return result.type
    low, high = sources[0].minimum, sources[0].maximum
    if node.operation == "dot":
        corners = [
            (p * r, p * s, q * r, q * s)
            for p, q, r, s in zip(low, high, sources[1].minimum, sources[1].maximum, strict=True)
        ]
        low, high = tuple(min(c) for c in corners), tuple(max(c) for c in corners)
    return FixedPoint.holding(
        sum(min(value, 0) for value in low), sum(max(value, 0) for value in high), result.fraction
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
        used = used_ports(score, ports)
        records.append({"name": name, "type": score.type, "ports": used, "steps": steps(score)})
    return render("hls/score.h.j2", namespace=namespace, include=include, scores=records)


def used_ports(score: Score, ports: Mapping[str, Port]) -> tuple[Port, ...]:
    """Ports that a score reads, in the order of their first use.

    Raises
    ------
    ConversionError
        If one does not exist or has another type or size.
    """
    names: dict[str, Any] = {step.port: None for step in steps(score) if step.operation == "port"}
    for name in names:
        check_name("the name of a port", name)
        if name not in ports:
            raise ConversionError(
                f"port {name} of score {score.name}",
                "must be one of " + ", ".join(ports),
                repr(name),
                "use a port of the network",
            )
        _check_port(score, ports[name], score.ports[name])
    return tuple(ports[name] for name in names)


def _check_port(score: Score, port: Port, wanted: PortType) -> None:
    found, asked = (port.type.exact(), port.size), (wanted.type.exact(), wanted.size)
    if found != asked:
        raise ConversionError(
            f"port {port.name} of score {score.name}",
            f"must be {found[1]} x {found[0]}",
            f"{asked[1]} x {asked[0]}",
            "make the score from the converted network",
        )
