"""Small faults that can be planted in Python source, one at a time.

Each is one expression replaced by another that is near to it: a comparison with the other border, a
plus for a minus, a constant one larger, a default of the other kind. What only a reader or a type
checker sees is left alone: annotations, decorators, and the words of an error that is raised.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

__all__ = ["Mutant", "mutants"]

#: Operators with what takes their place.
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}

#: Functions and methods with what is called in their place.
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}

#: Arguments without which a call means something else, but still works.
DROPPED = frozenset({"initial"})

#: Arguments that no undamaged caller can tell from their default.
IDLE = frozenset({"strict"})


@dataclass(frozen=True)
class Mutant:
    """A file with one fault.

    Parameters
    ----------
    line : int
        Where it is, counted from 1.
    before, after : str
        That line as it was and as it is.
    source : str
        The whole file with the fault.
    """

    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.line}\n    - {self.before.strip()}\n    + {self.after.strip()}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every fault of a source, in the order of its syntax tree."""
    for node in _live(ast.parse(source)):
        for changed in _changed(node):
            yield _written(source, node, changed)


def _live(node: ast.AST) -> Iterator[ast.AST]:
    """Parts of a tree that are computed when the code does its work."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Raise | ast.JoinedStr):
                continue
            if not (isinstance(child, ast.keyword) and child.arg in IDLE):
                yield from _live(child)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        if type(node.op) in OPERATORS and not _is_text(node):
            yield _with(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _with(node.test, negated=True)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Call):
        yield from _calls(node)


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        yield _with(
            node, ops=[*node.ops[:index], OPERATORS[type(operator)](), *node.ops[index + 1 :]]
        )


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    kept = [keyword for keyword in node.keywords if keyword.arg not in DROPPED]
    if len(kept) < len(node.keywords):
        yield _with(node, keywords=kept)
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield _with(node, func=ast.Name(NAMES[node.func.id]))
    if isinstance(node.func, ast.Attribute) and node.func.attr in NAMES:
        yield _with(node, func=_with(node.func, attr=NAMES[node.func.attr]))


def _is_text(node: ast.AST) -> bool:
    """Whether an operation joins strings."""
    parts = (getattr(node, name, None) for name in ("left", "right", "value"))
    return any(
        isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in parts
    )


def _with(node: ast.AST, *, negated: bool = False, **fields: object) -> ast.AST:
    if negated:
        return ast.copy_location(ast.UnaryOp(ast.Not(), node), node)  # type: ignore[arg-type]
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _written(source: str, node: ast.AST, changed: ast.AST) -> Mutant:
    """The source with a node written anew; the columns of a syntax tree count bytes."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        node = node.test
    lines = source.encode().splitlines(keepends=True)
    assert isinstance(node, ast.expr | ast.stmt)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    text = ast.unparse(ast.fix_missing_locations(changed))
    if isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
        text = f"({text})"
    start = b"".join(lines[:first]) + lines[first][: node.col_offset]
    end = lines[last][node.end_col_offset :] + b"".join(lines[last + 1 :])
    mutated = (start + text.encode() + end).decode()
    before, after = source.splitlines()[first], mutated.splitlines()[first]
    return Mutant(node.lineno, before, after, mutated)
