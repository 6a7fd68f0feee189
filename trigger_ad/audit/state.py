"""What a trigger top remembers: zeros after power-up and after reset, by no constructor.

A constructor or a value other than 0 of static state has left bits at 0 on hardware that should
have begun with 1 (Xilinx/HLS issue 19, Vitis HLS 2022.1), with every simulation right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trigger_ad.audit.cpp import Function, Source, Statement, Structure, pragmas, statements
from trigger_ad.audit.text import REMEDY
from trigger_ad.ir.findings import Checked, Finding

__all__ = ["check_state"]

_CONSTANT = re.compile(r"\b(const|constexpr)\b")

_RULE = "must begin with zeros, without an initialiser"


def check_state(sources: Mapping[str, Source], tops: tuple[str, ...]) -> Checked:
    """Find state that does not begin with zeros, or is not reset.

    Parameters
    ----------
    sources : mapping of str to Source
        Of a project, by name in findings.
    tops : tuple of str
        Those of its functions that remember something.

    Returns
    -------
    Checked
        Counts of ``structures``, which must have no constructor and no value for a member, and
        of ``states``, each of which must be a static variable of a top, without a value.
    """
    counts = {"structures": 0, "states": 0}
    findings: list[Finding] = []
    for where, source in sources.items():
        counts["structures"] += len(source.structures)
        for structure in source.structures:
            findings += _structure(where, structure)
        for variable in source.variables:
            if variable.head.startswith("enum") or "(" in variable.head.partition("=")[0]:
                continue
            if not _CONSTANT.search(variable.head):
                findings.append(_outside(variable, where))
        for function in source.functions:
            found = _statics(function)
            counts["states"] += len(found)
            for statement in found:
                findings += _static(where, function, statement, tops)
    for top in tops:
        if not any(_of(source, top) for source in sources.values()):
            findings.append(Finding(f"top {top}", "must have its state", None, REMEDY))
    return Checked(counts, tuple(findings))


def _of(source: Source, top: str) -> bool:
    return any(_statics(one) for one in source.functions if (one.scope, one.name) == ("", top))


def _statics(function: Function) -> list[Statement]:
    """Static variables of a function, those in inner blocks too."""

    def visit(text: str) -> Iterator[Statement]:
        for statement in statements(text):
            yield statement
            if statement.body is not None:
                yield from visit(statement.body)

    return [
        statement
        for statement in visit(function.body)
        if re.match(r"static\b", statement.head) and not _CONSTANT.search(statement.head)
    ]


def _structure(where: str, structure: Structure) -> Iterator[Finding]:
    name = f"structure {structure.name} in {where}"
    for member in structure.members:
        head = member.head
        if re.match(rf"(?:explicit |constexpr )*~?{structure.name}\s*\(", head):
            yield Finding(name, "must have no constructor", f"{head!r}", REMEDY)
        elif _CONSTANT.match(head.removeprefix("static ")) or "(" in head.partition("=")[0]:
            continue
        elif not head.startswith(("typedef ", "using ")) and ("=" in head or member.body):
            yield Finding(name, "must give no member a value", f"{head!r}", REMEDY)
        elif head.startswith("static "):
            yield _outside(member, name)


def _static(
    where: str, function: Function, statement: Statement, tops: tuple[str, ...]
) -> Iterator[Finding]:
    declared = re.fullmatch(r"static [\w:<>, ]*[\w>] (\w+)(?:\[\w+\])*", statement.head)
    if function.scope or function.name not in tops:
        yield _outside(statement, f"{function.name} in {where}")
    if declared is None or statement.body is not None:
        yield Finding(
            f"the state of {function.name} in {where}", _RULE, repr(statement.head), REMEDY
        )
        return
    found = [(pragma.get("variable"), pragma.text) for pragma in pragmas(function.body)]
    if (declared[1], f"RESET variable={declared[1]}") not in found:
        yield Finding(
            f"the state {declared[1]} of {function.name} in {where}",
            "must have the pragma RESET",
            None,
            REMEDY,
        )


def _outside(statement: Statement, where: str) -> Finding:
    return Finding(
        f"variable {statement.head!r} in {where}",
        "must be a constant or the state of a top",
        None,
        REMEDY,
    )
