"""The rooms of trigger_ad and the imports between them: no arrow upward, no circle.

    .venv/bin/python tools/rooms.py            # says what is wrong, exit code 1 if anything is
    .venv/bin/python tools/rooms.py --drawing  # the arrows between rooms, for docs/architecture.md

Every import is counted, also those inside of functions and those for type checking only. Those
that cannot be counted are faults: relative ones, those by a string, those of what is not here.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PACKAGE = "trigger_ad"

#: Rooms from the ground up: a file imports from its own room and from those before it.
ROOMS = (
    "moved",
    "errors",
    "display",
    "storage",
    "run_folder",
    "sections",
    "statistics",
    "lhc",
    "ir",
    "layers",
    "events",
    "generate",
    "features",
    "trigger",
    "scorers",
    "train",
    "references",
    "config",
    "quantize",
    "convert",
    "hls",
    "rtl",
    "emulate",
    "audit",
    "ledger",
    "rates",
    "abcd",
    "menu",
    "invariance",
    "validate",
    "pages",
    "monitor",
    "report",
    "run",
    "compare",
    "notebook",
    "cli",
)

#: What a file of the package may not import, and how none of them but those named may.
OUTSIDE = ("tests", "tools")
CALLS = ("import_module(", "__import__(", "PackageLoader(", "run_module(")
BY_STRING = ("moved", "")

Graph = Mapping[str, frozenset[str]]


def imports(root: Path) -> dict[str, frozenset[str]]:
    """Modules that each module imports, by dotted name without the package.

    Parameters
    ----------
    root : Path
        Folder that holds the package.
    """
    files = {module_name(path.relative_to(root / PACKAGE)): path for path in _sources(root)}
    return {name: frozenset(_imported(name, path, files)) for name, path in files.items()}


def _sources(root: Path) -> Iterator[Path]:
    yield from sorted((root / PACKAGE).rglob("*.py"))


def module_name(path: Path) -> str:
    """Dotted name of a file by its path below the folder that is imported from."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    for _, dotted in statements(path):
        top, _, inner = dotted.partition(".")
        if top == PACKAGE:
            module = inner if inner in files else inner.rpartition(".")[0]
            if module != name:
                yield module


def statements(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports; of a relative import a leading dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def hidden(root: Path) -> list[str]:
    """Imports that the graph cannot hold: relative, by a string, of what is not here."""
    files = {module_name(path.relative_to(root / PACKAGE)): path for path in _sources(root)}
    known, found = {*files, "__version__"} - {""}, []
    for name, path in files.items():
        for line, dotted in statements(path):
            top, _, inner = dotted.partition(".")
            if not top:
                found.append(f"{name} imports {dotted} in line {line}, not by its full name")
            elif top in OUTSIDE:
                found.append(f"{name} imports {dotted} in line {line}, from outside of the package")
            elif top == PACKAGE and not {inner, inner.rpartition(".")[0]} & known:
                found.append(f"{name} imports {dotted} in line {line}, which is not a module")
        if name not in BY_STRING:
            text = path.read_text(encoding="utf-8")
            found += [f"{name} imports by a string, {call}" for call in CALLS if call in text]
    return found


def room(module: str) -> str:
    """Room of a module: the first part of its name."""
    return module.partition(".")[0]


def folder(module: str, graph: Graph) -> str:
    """Folder of a module; of a package, itself."""
    is_package = any(other.startswith(f"{module}.") for other in graph)
    return module if is_package else module.rpartition(".")[0]


def upward(graph: Graph) -> list[str]:
    """Imports of a room that comes later, and rooms without a place."""
    place = {name: position for position, name in enumerate(ROOMS)}
    found = [
        f"{name} has no place in the order of the rooms"
        for name in sorted({room(module) for module in graph} - {*place, ""})
    ]
    for module, targets in sorted(graph.items()):
        if room(module) in place:
            found += [
                f"{module} imports {target}, from a later room"
                for target in sorted(targets)
                if place.get(room(target), -1) > place[room(module)]
            ]
    return found


def folders(graph: Graph) -> dict[str, frozenset[str]]:
    """The same graph between folders; a folder and one inside of it are two."""
    found: dict[str, set[str]] = {}
    for module, targets in graph.items():
        here = folder(module, graph)
        others = {folder(target, graph) for target in targets if target} - {here}
        found.setdefault(here, set()).update(others)
    return {name: frozenset(targets) for name, targets in found.items()}


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """Groups of nodes that reach each other, by Tarjan's algorithm; empty where there are none."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(tuple(sorted(group)))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def faults(root: Path) -> list[str]:
    """Everything that is wrong, a sentence each."""
    graph = imports(root)
    return [
        *hidden(root),
        *upward(graph),
        *(f"a circle of files: {', '.join(group)}" for group in circles(graph)),
        *(f"a circle of folders: {', '.join(group)}" for group in circles(folders(graph))),
    ]


def drawing(graph: Graph) -> Iterable[str]:
    """A line for each room: what it imports."""
    for name in ROOMS:
        targets = {room(t) for m, ts in graph.items() if room(m) == name for t in ts} - {name, ""}
        yield f"{name:11s} <- {' '.join(sorted(targets, key=ROOMS.index)) or '-'}"


def main() -> int:
    """Print the faults, or the drawing."""
    parser = argparse.ArgumentParser(description="Imports between the rooms.")
    parser.add_argument("--drawing", action="store_true", help="print the arrows between rooms")
    root = Path(__file__).resolve().parents[1]
    if parser.parse_args().drawing:
        print("\n".join(drawing(imports(root))))
        return 0
    found = faults(root)
    print("\n".join(found) or "no import upward, no circle of files or folders")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
