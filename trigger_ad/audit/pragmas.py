"""Pragmas of an HLS project: interfaces at the top alone, arrays shaped by whoever owns them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trigger_ad.audit.cpp import Function, Source, pragmas
from trigger_ad.audit.text import REMEDY
from trigger_ad.ir.findings import Checked, Finding

__all__ = ["check_pragmas"]

#: A declaration of an array: its type, its name, its size.
_DECLARED = re.compile(r"[\w>]\s+(\w+)\[[^\]]+\]\s*[;={]")

_SHAPES = ("ARRAY_PARTITION", "ARRAY_RESHAPE")

#: What only a top has: the tools ignore or refuse it in a function that is called (AMD UG1399).
_OF_TOPS = ("INTERFACE", "PIPELINE", "DATAFLOW")


def check_pragmas(sources: Mapping[str, Source], tops: tuple[str, ...]) -> Checked:
    """Find pragmas in the wrong place, and those that are absent.

    Parameters
    ----------
    sources : mapping of str to Source
        Of the project, by name in findings.
    tops : tuple of str
        Names of its tops; all other functions are called and must be inlined.

    Returns
    -------
    Checked
        Counts of ``functions``, ``pragmas`` and ``ports`` of tops.
    """
    counts = {"functions": 0, "pragmas": 0, "ports": 0}
    findings: list[Finding] = []
    for where, source in sources.items():
        for function in source.functions:
            top = not function.scope and function.name in tops
            counts["functions"] += 1
            counts["pragmas"] += len(pragmas(function.body))
            findings += _arrays(where, function, top)
            if top:
                counts["ports"] += len(function.arguments)
                findings += _ports(where, function)
            else:
                findings += _called(where, function)
    return Checked(counts, tuple(findings))


def _arrays(where: str, function: Function, top: bool) -> Iterator[Finding]:
    owned = {*_DECLARED.findall(function.body)} | {*(function.argument_names() if top else ())}
    for pragma in pragmas(function.body):
        if pragma.kind in _SHAPES and pragma.get("variable") not in owned:
            yield Finding(
                f"pragma {pragma.text!r} of {function.name} in {where}",
                "must name an array that the function declares",
                "one of its caller",
                REMEDY,
            )


def _called(where: str, function: Function) -> Iterator[Finding]:
    found = pragmas(function.body)
    for pragma in found:
        if pragma.kind in _OF_TOPS:
            yield Finding(
                f"pragma {pragma.text!r} of {function.name} in {where}",
                "must stand in a top",
                "in a function that is called",
                REMEDY,
            )
    if "INLINE" not in [pragma.text for pragma in found]:
        yield Finding(
            f"function {function.name} in {where}", "must have the pragma INLINE", None, REMEDY
        )


def _ports(where: str, function: Function) -> Iterator[Finding]:
    """Every port of a top has one interface, and no interface is of something else."""
    ports = function.argument_names()
    found = [p.get("port") or "" for p in pragmas(function.body) if p.kind == "INTERFACE"]
    named = [name for names in found for name in names.split(",")]
    for port in ports:
        if named.count(port) != 1:
            yield Finding(
                f"port {port} of {function.name} in {where}",
                "must have one interface",
                str(named.count(port)),
                REMEDY,
            )
    for name in named:
        if name not in (*ports, "return"):
            yield Finding(
                f"the interface {name} of {function.name} in {where}",
                "must be that of a port",
                "of none",
                REMEDY,
            )
