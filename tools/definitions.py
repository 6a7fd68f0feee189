"""What a function of the package can run, definition by definition, and a hash of it.

A definition is a function, a class or a constant at the top of a module. From one that is given,
the names in it are followed through imports, those inside of functions included, to the
definitions behind them, and on from there. Comments, formatting, docstrings, annotations of
functions, descriptions of keys of the configuration and how a record is displayed do not count, nor
where a definition stands.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rooms import PACKAGE

__all__ = ["Definition", "Sources"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Compound = ast.If | ast.Try | ast.With | ast.For | ast.While


@dataclass(frozen=True, order=True)
class Definition:
    """A name at the top of a module, which is dotted and begins with the package."""

    module: str
    name: str


@dataclass
class _Module:
    """Statements behind each name, what each imported name stands for, what runs at import."""

    names: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    always: list[ast.stmt] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> _Module:
        found = cls()
        for statement in _Plain().visit(ast.parse(path.read_text(encoding="utf-8"))).body:
            found._add(statement)
        return found

    def _add(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self.imports |= dict(_imported(statement))
            return
        if isinstance(statement, _Compound):
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    self.imports |= dict(_imported(inner))
        bound = list(_bound(statement))
        for name in bound:
            self.names.setdefault(name, []).append(statement)
        if not bound:
            self.always.append(statement)


class Sources:
    """The package below a folder.

    Parameters
    ----------
    root : Path
        Folder that holds the package.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, _Module | None] = {}
        self._next: dict[Definition, frozenset[Definition]] = {}
        self._text: dict[Definition, str] = {}

    def reached(self, start: Iterable[Definition]) -> frozenset[Definition]:
        """Everything that definitions can run, they themselves included."""
        waiting, seen = list(start), set[Definition]()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.uses(node) - seen
        return frozenset(seen)

    def uses(self, node: Definition) -> frozenset[Definition]:
        """Definitions that one names."""
        if node not in self._next:
            self._next[node] = frozenset(self._names(node))
        return self._next[node]

    def hash(self, reached: Iterable[Definition], files: Iterable[Path] = ()) -> str:
        """SHA-256 of definitions and of the contents of files, whatever module they stand in."""
        texts = {self._dump(one) for one in reached}
        texts |= {f"{path.name} {path.read_bytes().hex()}" for path in files}
        return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()

    def _dump(self, node: Definition) -> str:
        if node not in self._text:
            self._text[node] = "\n".join(map(ast.dump, self._statements(node)))
        return self._text[node]

    def _statements(self, node: Definition) -> list[ast.stmt]:
        module = self._module(node.module)
        if module is None or node.name not in module.names:
            raise LookupError(f"there is no {node.name} in {node.module}")
        return [*module.names[node.name], *module.always]

    def _names(self, node: Definition) -> Iterator[Definition]:
        module = self._module(node.module)
        for statement in self._statements(node):
            inner = {
                name: target
                for part in ast.walk(statement)
                if isinstance(part, ast.Import | ast.ImportFrom)
                for name, target in _imported(part)
            }
            imports = (module.imports if module else {}) | inner
            for name, *attributes in _chains(statement):
                if name in imports:
                    yield from self._find([*imports[name].split("."), *attributes])
                elif module and name in module.names:
                    yield Definition(node.module, name)

    def _find(self, parts: list[str]) -> Iterator[Definition]:
        """Definitions that a dotted name can stand for: all of a module that is used as a whole."""
        if parts[0] != PACKAGE:
            return
        end = len(parts)
        while (module := self._module(".".join(parts[:end]))) is None:
            end -= 1
        name, rest = ".".join(parts[:end]), parts[end:]
        if rest and rest[0] in module.names:
            yield Definition(name, rest[0])
        elif rest and rest[0] in module.imports:
            yield from self._find([*module.imports[rest[0]].split("."), *rest[1:]])
        else:
            yield from (Definition(name, each) for each in module.names)

    def _module(self, name: str) -> _Module | None:
        if name not in self._known:
            place = self.root.joinpath(*name.split("."))
            files = (place / "__init__.py", place.with_suffix(".py"))
            found = next((path for path in files if path.is_file()), None)
            self._known[name] = None if found is None else _Module.of(found)
        return self._known[name]


class _Plain(ast.NodeTransformer):
    """Leaves out what changes no result: docs, annotations of functions, how records are shown."""

    def _body(self, node: ast.Module | ast.ClassDef | _Function) -> None:
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
        self.generic_visit(node)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self._body(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self._body(node)
        node.body = [part for part in node.body if getattr(part, "name", "") != "_display"]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self._body(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        node.returns = None
        self._body(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        if isinstance(node.func, ast.Name) and node.func.id == "Field":
            node.keywords = [word for word in node.keywords if word.arg != "description"]
        self.generic_visit(node)
        return node


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and the full name that it stands for."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            yield alias.asname or alias.name, f"{statement.module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            top = alias.name.partition(".")[0]
            yield top, top


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement at the top of a module gives a meaning to."""
    if isinstance(statement, _Function | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | _Compound):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, _Function | ast.ClassDef):
                yield node.name


def _chains(node: ast.AST) -> Iterator[list[str]]:
    """Names that are read, with the attributes that follow: ``a.b.c`` as one."""
    chain: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        chain.insert(0, inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        if isinstance(inner.ctx, ast.Load):
            yield [inner.id, *chain]
        return
    for child in ast.iter_child_nodes(inner):
        yield from _chains(child)
