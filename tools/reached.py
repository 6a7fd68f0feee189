"""The tests that a change can reach, nearest first.

    .venv/bin/python tools/reached.py [--base COMMIT]

A test is reached when it, or a helper of it, imports a module that has changed, or one that imports
such a module, over any number of steps. The change is what differs from COMMIT in the work tree; by
default from the last commit, and where nothing does, that commit itself. `make check` runs these
tests; what is not Python (templates, firmware, documents) counts for the tests that mirror it.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rooms import module_name, statements

ROOT = Path(__file__).resolve().parents[1]

#: Tests for changes of what no test imports, by the start of the path.
MIRRORS = {
    "trigger_ad/": (
        "tests/test_rooms.py",
        "tests/tools/test_stage_versions.py",
        "tests/test_packaging.py",
    ),
    "trigger_ad/menu/": ("tests/menu",),
    "trigger_ad/pages/templates": ("tests/report", "tests/compare"),
    "trigger_ad/report/templates": ("tests/report",),
    "trigger_ad/compare/templates": ("tests/compare",),
    "trigger_ad/monitor/templates": ("tests/monitor",),
    "firmware/hls": ("tests/hls", "tests/audit", "tests/emulate"),
    "firmware/rtl": ("tests/rtl", "tests/audit", "tests/emulate"),
    "firmware/": ("tests/tools/test_stage_versions.py", "tests/hls", "tests/rtl", "tests/run"),
    "models/": ("tests/test_models.py", "tests/config"),
    "samples/": ("tests/test_packaging.py", "tests/events", "tests/tools"),
    "docs/": ("tests/test_docs.py", "tests/test_api.py"),
    "README.md": ("tests/test_docs.py", "tests/test_readme.py"),
    "pyproject.toml": ("tests/test_packaging.py",),
    "lock/": ("tests/test_packaging.py",),
    "tools/": ("tests/test_rooms.py",),
    "tools/definitions.py": ("tests/tools/test_definitions.py",),
    "tests/api.txt": ("tests/test_api.py",),
    "tests/frozen": ("tests/test_frozen.py",),
    "tests/conftest.py": ("tests",),
    "tests/": ("tests/test_rooms.py",),
}


def changed(base: str | None) -> list[str]:
    """Paths that differ from a commit, new files included."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(("git", *words), cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    here = git("diff", "--name-only", "--no-renames", base or "HEAD")
    here += git("ls-files", "--others", "--exclude-standard")
    # Of a first commit, as in a clone of depth 1, everything has changed.
    return here or git("show", "--name-only", "--no-renames", "--format=", "HEAD")


def modules() -> dict[str, Path]:
    """Every module of the package and of the tests by its dotted name."""
    folders = ("trigger_ad", "tests", "tools")
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {module_name(path.relative_to(ROOT)): path for path in files}


def imported(name: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Modules that a module imports; a test also imports the conftest files around it."""
    for _, dotted in statements(path):
        yield dotted if dotted in known else dotted.rpartition(".")[0]
    parts = name.split(".")
    if name.startswith("tests.tools.test_"):  # these load a tool by its path
        yield f"tools.{parts[-1].removeprefix('test_')}"
    if parts[0] == "tests" and parts[-1] != "conftest":
        for depth in range(2, len(parts)):  # the topmost one is of all tests
            yield ".".join((*parts[:depth], "conftest"))


def reached(paths: Iterable[str]) -> list[Path]:
    """Test files that changed paths reach, those with the fewest imports between first."""
    known = modules()
    importers: dict[str, set[str]] = {}
    for name, path in known.items():
        for target in imported(name, path, known):
            importers.setdefault(target, set()).add(name)
    queue = deque(module_name(Path(path)) for path in paths if path.endswith(".py"))
    found = dict.fromkeys(queue)  # also of files that are no longer there
    while queue:
        for name in sorted(importers.get(queue.popleft(), ())):
            if name not in found:
                found[name] = None
                queue.append(name)
    tests = [known[name] for name in found if name in known]
    tests = [path for path in (*tests, *_mirrored(paths)) if path.name.startswith("test_")]
    return list(dict.fromkeys(tests))


def _mirrored(paths: Iterable[str]) -> Iterator[Path]:
    for path in paths:
        for start, targets in MIRRORS.items():
            if path.startswith(start):
                for target in targets:
                    place = ROOT / target
                    yield from sorted(place.rglob("test_*.py")) if place.is_dir() else (place,)


def main() -> None:
    """Print the paths of the tests, a line each."""
    parser = argparse.ArgumentParser(description="The tests that a change can reach.")
    parser.add_argument("--base", help="commit to compare with")
    paths = reached(changed(parser.parse_args().base))
    print("\n".join(str(path.relative_to(ROOT)) for path in paths))


if __name__ == "__main__":
    main()
