"""Dictionaries of anything that go from one room to another, where a record belongs.

What another room imports of `ROOMS` may not take, give or hold a ``dict[str, Any]`` or
``Mapping[str, Any]``: a type checker finds a wrong name in a record, never one in a dictionary.
What files are made by is left out: `to_json`, `from_json`, and those in `OF_FILES`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.rooms import PACKAGE, module_name, room

__all__ = ["ROOMS", "faults"]

#: Rooms that hand figures of runs on, and the one whose records they are of.
ROOMS = ("rates", "abcd", "menu", "validate", "ledger", "pages", "monitor", "report", "run")
ROOMS += ("compare",)

_FILES = ("to_json", "from_json")

#: Counts in the form of each counter, and the fragment in that of an experiment.
OF_FILES = {
    "rates.counters.Counter: its result of key",
    "rates.counters.Counter: record of read",
    "rates.stratified.StratifiedCounter: its result of key",
    "rates.stratified.StratifiedCounter: record of read",
    "rates.stratified.StratifiedCounts: parts",
    "abcd.grouped.GroupedCounter: its result of key",
    "abcd.grouped.GroupedCounter: record of read",
    "abcd.plane.PlaneCounter: its result of key",
    "abcd.plane.PlaneCounter: record of read",
    "menu.counts.MenuCounter: its result of key",
    "menu.counts.MenuCounter: record of read",
    "menu.scan.ScanRecord: counts",
}
_UNTYPED = ("dict", "Mapping", "MutableMapping")

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class _Module:
    """Definitions of a file, aliases of types among them, and what it uses of other files."""

    tree: ast.Module

    @property
    def definitions(self) -> dict[str, Definition]:
        found = (node for node in self.tree.body if isinstance(node, Definition))
        return {node.name: node for node in found}

    @property
    def aliases(self) -> dict[str, ast.expr]:
        """Module-level names that stand for an expression, as aliases of types do."""
        found = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = node.value
        return found

    @property
    def uses(self) -> Iterator[str]:
        """Full names of what is imported, and of attributes of imported modules."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        yield from names.values()
        for node in ast.walk(self.tree):
            owner = node.value if isinstance(node, ast.Attribute) else None
            if isinstance(owner, ast.Name) and owner.id in names:
                yield f"{names[owner.id]}.{node.attr}"


def faults(root: Path) -> list[str]:
    """What goes from room to room as a dictionary: the definition, and which part of it.

    Parameters
    ----------
    root : Path
        Folder that holds the package.
    """
    modules = {
        module_name(path.relative_to(root / PACKAGE)): _Module(
            ast.parse(path.read_text(encoding="utf-8"))
        )
        for path in sorted((root / PACKAGE).rglob("*.py"))
    }
    used = {
        (name.removeprefix(f"{PACKAGE}."), room(user))
        for user, module in modules.items()
        for name in module.uses
        if name.startswith(f"{PACKAGE}.")
    }
    shared = {name for name, by in used if by != room(name)}
    return [
        f"{name}.{definition}: {place}"
        for name, module in modules.items()
        if room(name) in ROOMS
        for definition, node in module.definitions.items()
        if f"{name}.{definition}" in shared and definition not in _FILES
        for place in _untyped(node, module.aliases)
    ]


def _untyped(node: Definition, aliases: dict[str, ast.expr]) -> Iterator[str]:
    """Parameters, results and fields of a definition that are dictionaries of anything."""
    if isinstance(node, ast.FunctionDef):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in given:
            if _is_untyped(argument.annotation, aliases):
                yield argument.arg
        if _is_untyped(node.returns, aliases):
            yield "its result"
        return
    for inner in node.body:
        if isinstance(inner, ast.AnnAssign) and _is_untyped(inner.annotation, aliases):
            yield ast.unparse(inner.target)
        public = isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
        if isinstance(inner, ast.FunctionDef) and public and inner.name not in _FILES:
            yield from (f"{place} of {inner.name}" for place in _untyped(inner, aliases))


def _is_untyped(annotation: ast.expr | None, aliases: dict[str, ast.expr]) -> bool:
    """Whether a dictionary of anything is in an annotation, or in an alias of it."""
    if annotation is None:
        return False
    for node in ast.walk(annotation):
        alias = aliases.get(node.id) if isinstance(node, ast.Name) else None
        if alias is not None and _is_untyped(alias, {}):
            return True
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id in _UNTYPED
            and ast.unparse(node.slice) == "(str, Any)"
        ):
            return True
    return False
