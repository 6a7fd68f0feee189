"""Plant faults in the integer core and see which the tests miss: a measure of the tests.

    .venv/bin/python tools/mutate.py --seed 1 --count 20 [--only trigger_ad/ir]

Faults are drawn by the seed from all that `tools/mutants.py` finds in the files of the core. Each
is planted in a copy of the tree, where the quick tests of the core that reach the file run until
one fails, those of the file's own room first. What no test sees is printed with the line as it was
and as it is: either a test is missing, or the fault changes nothing. A fault takes about twenty
seconds at most, so this is no part of `make test`.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from mutants import Mutant, mutants
from reached import reached

ROOT = Path(__file__).resolve().parents[1]

#: What computes with integers, where one bit is a wrong answer.
CORE = (
    "trigger_ad/ir",
    "trigger_ad/trigger",
    "trigger_ad/emulate/arithmetic.py",
    "trigger_ad/emulate/fast.py",
    "trigger_ad/audit/widths.py",
    "trigger_ad/features/words.py",
    "trigger_ad/features/layout.py",
)

#: Rooms and files of tests that take seconds.
QUICK = (
    "tests/ir",
    "tests/trigger",
    "tests/features",
    "tests/emulate/test_fast.py",
    "tests/audit/test_widths.py",
    "tests/convert/test_binding.py",
    "tests/rtl/test_check.py",
)

#: What tests read beside the code; linked, not copied.
LINKED = ("firmware", "models", "samples", "docs", "lock", "runs")

#: Seconds after which a fault that makes the code wait for ever counts as seen.
TIMEOUT = 300.0


def core(only: Sequence[str] = CORE) -> list[Path]:
    """Files of the core, relative to the root."""
    found = [ROOT / name for name in only]
    files = [f for path in found for f in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return [file.relative_to(ROOT) for file in files]


def drawn(files: Iterable[Path], seed: int, count: int) -> list[tuple[Path, Mutant]]:
    """Faults drawn from all of some files."""
    every = [(path, one) for path in files for one in mutants((ROOT / path).read_text("utf-8"))]
    return random.Random(seed).sample(every, min(count, len(every)))


@cache
def tests_of(path: Path) -> tuple[tuple[str, ...], ...]:
    """Quick tests that reach a file: the examples in it and those of its room, then the others."""
    tests = [str(test.relative_to(ROOT)) for test in reached([str(path)])]
    quick = [test for test in tests if test.startswith(QUICK)]
    room = f"tests/{path.parts[1]}/"
    own = sorted(
        (test for test in quick if test.startswith(room)),
        key=lambda test: test != f"{room}test_{path.stem}.py",
    )
    others = tuple(test for test in quick if test not in own)
    return ((str(path), *own), *([others] if others else []))


def copy_tree(folder: Path) -> None:
    """Copy what a fault can be planted in and what runs; link the rest."""
    for name in ("trigger_ad", "tests", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder / path.name)
        elif path.name in LINKED:
            (folder / path.name).symlink_to(path)


def passes(folder: Path, tests: Sequence[str]) -> bool:
    """Run tests of a copy until one fails; a file may have none.

    Raises
    ------
    RuntimeError
        If pytest was called wrongly.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not slow and not prove", *tests]
    # A source that changes twice a second within its old length would be taken from the cache.
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    with (folder / "pytest.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            code = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return False
    if code == pytest.ExitCode.USAGE_ERROR:
        raise RuntimeError((folder / "pytest.log").read_text("utf-8"))
    return code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def planted(
    faults: Iterable[tuple[Path, Mutant]], folder: Path
) -> Iterator[tuple[Path, Mutant, bool, float]]:
    """Plant faults one after the other.

    Yields
    ------
    path : Path
    mutant : Mutant
    alive : bool
        Whether the tests passed.
    seconds : float
    """
    for path, mutant in faults:
        begin, sound = time.monotonic(), (folder / path).read_bytes()
        (folder / path).write_text(mutant.source, encoding="utf-8")
        alive = all(passes(folder, tests) for tests in tests_of(path))
        (folder / path).write_bytes(sound)
        yield path, mutant, alive, time.monotonic() - begin


def main() -> None:
    """Print a line for each fault, the changed lines of those that live, and how many they are."""
    parser = argparse.ArgumentParser(description="Plant faults that the tests should find.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--only", nargs="+", default=CORE, help="files or folders of the core")
    given = parser.parse_args()
    faults, left = drawn(core(given.only), given.seed, given.count), 0
    with TemporaryDirectory() as name:
        copy_tree(Path(name))
        every = dict.fromkeys(t for path, _ in faults for tests in tests_of(path) for t in tests)
        if not passes(Path(name), (*every,)):
            sys.exit(f"without a fault: {(Path(name) / 'pytest.log').read_text('utf-8')}")
        for path, mutant, alive, seconds in planted(faults, Path(name)):
            left += alive
            verdict = f"lives  {path}:{mutant}" if alive else f"found  {path}:{mutant.line}"
            print(f"{seconds:4.0f} s  {verdict}", flush=True)
    print(f"{left} of {len(faults)} faults live")


if __name__ == "__main__":
    main()
