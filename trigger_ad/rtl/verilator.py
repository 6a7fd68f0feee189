"""SystemVerilog with a hand-written harness, as a shared object that simulates clock by clock."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from trigger_ad.errors import MissingToolError
from trigger_ad.storage.commands import run
from trigger_ad.storage.files import write_text
from trigger_ad.storage.outputs import atomic

__all__ = ["OLDEST", "build", "version"]

#: Oldest version that this was tried with: 5.006.
OLDEST = (5, 6)

_REMEDY = "apt-get install verilator, of Debian 12 or newer"
_COMPILE = ("-std=c++17", "-fPIC", "-fno-gnu-unique", "-w", "-c")

#: What runs once is long and not worth optimising.
_FAST, _SLOW = "-O1", "-O0"


def version() -> tuple[int, int]:
    """Version of the Verilator on PATH.

    Raises
    ------
    MissingToolError
        If there is none, it is older than was ever tried, or it does not say.
    """
    needed = f"{OLDEST[0]}.{OLDEST[1]:03d}"
    executable = _find("verilator", _REMEDY)
    said = _ask([executable, "--version"])
    match = re.match(r"Verilator (\d+)\.(\d+)", said)
    if match is None:
        raise MissingToolError(
            "verilator --version", f"must print a version from {needed}", repr(said), _REMEDY
        )
    if (int(match[1]), int(match[2])) < OLDEST:
        raise MissingToolError(
            "verilator", f"must have version {needed} or newer", f"{match[1]}.{match[2]}", _REMEDY
        )
    return int(match[1]), int(match[2])


def build(
    folder: Path,
    sources: Sequence[Path],
    harness: Path,
    parameters: Mapping[str, int],
    timeout: float = 600.0,
    flags: Sequence[str] = (),
) -> Path:
    """Compile a module, the last of the sources, with its harness.

    Parameters
    ----------
    folder : Path
        For the shared object and what the compilers said; made if it is missing.
    sources : sequence of Path
    harness : Path
        C++ that includes ``Vmodel.h``; each parameter is a macro in it too.
    parameters : mapping of str to int
        Of the module.
    timeout : float
        Seconds, for each run of a compiler.
    flags : sequence of str
        For Verilator, besides the usual ones.

    Returns
    -------
    Path
        The shared object.

    Raises
    ------
    MissingToolError
        If Verilator or the C++ compiler is missing, or Verilator too old.
    ConversionError
        If one of them fails or takes too long.
    """
    version()
    compiler = _find("g++", "apt-get install g++")
    folder = folder.resolve()
    made, library = folder / "verilated", folder / "simulation.so"
    folder.mkdir(parents=True, exist_ok=True)
    _run(
        [
            "verilator",
            "--cc",
            "-O3",
            *flags,
            "--top-module",
            sources[-1].stem,
            "--prefix",
            "Vmodel",
            "-Mdir",
            str(made),
            *(f"-G{name}={value}" for name, value in parameters.items()),
            *(os.path.relpath(path, folder) for path in sources),  # they stand in the object
        ],
        folder / "verilator.log",
        timeout,
        folder,
    )
    include = Path(_ask(["verilator", "--getenv", "VERILATOR_ROOT"])) / "include"
    command = [
        compiler,
        *_COMPILE,
        f"-ffile-prefix-map={folder.parent}=.",  # the same object wherever the project lies
        *(f"-D{name}={value}" for name, value in parameters.items()),
        f"-I{made}",
        f"-I{include}",
        f"-I{include / 'vltstd'}",
    ]
    files = sorted(made.glob("*.cpp"))
    fast = [harness.resolve(), *(path for path in files if "__Slow" not in path.name)]
    slow = [path for path in files if "__Slow" in path.name]
    runtime = [include / "verilated.cpp", include / "verilated_threads.cpp"]
    for name, level, group in (
        ("fast", _FAST, [_together(made / "fast.cpp", fast)]),
        ("slow", _SLOW, [_together(made / "slow.cpp", slow), *runtime]),
    ):
        log = folder / f"compile_{name}.log"
        _run([*command, level, *map(str, group)], log, timeout, made)
    with atomic(library) as temporary:
        objects = sorted(map(str, made.glob("*.o")))
        link = [compiler, "-shared", *objects, "-o", str(temporary), "-pthread"]
        _run(link, folder / "link.log", timeout)
    return library


def _together(path: Path, sources: Sequence[Path]) -> Path:
    """One file that includes all, as in Verilator's own makefile: headers cost more than code."""
    write_text(path, "".join(f'#include "{source}"\n' for source in sources))
    return path


def _find(name: str, remedy: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingToolError(name, "must be on PATH to simulate the RTL", None, remedy)
    return found


def _ask(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip()


def _run(command: Sequence[str], log: Path, timeout: float, folder: Path | None = None) -> None:
    run(command, f"{Path(command[0]).name} on the RTL", log, timeout, folder)
