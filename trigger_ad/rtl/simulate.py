"""Build the simulation of an RTL project with Verilator, as a shared object."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from trigger_ad.commands import run
from trigger_ad.errors import MissingToolError
from trigger_ad.files import atomic, read_json, write_json, write_text
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.top import TOP
from trigger_ad.templates import render

__all__ = ["STATE_PORTS", "build_simulation", "find_simulation", "verilator_version"]

logger = logging.getLogger(__name__)

#: Folder of the simulation in a project.
FOLDER = "simulation"

_RECORD, _SCHEMA = "build.json", "simulation/1"

#: Oldest version that this was tried with, as its command prints it.
OLDEST = (5, 6)

#: Counters of the top, of four regions each, in the order in which the harness puts them out.
STATE_PORTS = (
    "prescale_counter",
    "count_before",
    "count_after",
    "latched_before",
    "latched_after",
)

#: Generated code has unused bits by design, and older versions have other names for them.
_VERILATE = ("--cc", "-O3", "--noassert", "-Wno-fatal", "-Wno-WIDTH", "-Wno-lint", "-Wno-style")
_COMPILE = ("-std=c++17", "-fPIC", "-fno-gnu-unique", "-w", "-c")

#: What runs once is long and not worth optimising.
_FAST, _SLOW = "-O1", "-O0"


def verilator_version(executable: str = "verilator") -> tuple[int, int]:
    """Version of the Verilator on PATH.

    Raises
    ------
    MissingToolError
        If there is none, it is older than was ever tried, or it does not say.
    """
    remedy = "apt-get install verilator, of Debian 12 or newer"
    needed = f"{OLDEST[0]}.{OLDEST[1]:03d}"
    if shutil.which(executable) is None:
        raise MissingToolError(
            "verilator", "must be on PATH to simulate the RTL", "missing", remedy
        )
    done = subprocess.run(
        [executable, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    match = re.search(r"Verilator (\d+)\.(\d+)", done.stdout)
    if match is None:
        raise MissingToolError(
            "verilator --version", f"must print a version from {needed}",
            repr(done.stdout.strip()), remedy,
        )  # fmt: skip
    version = int(match[1]), int(match[2])
    if version < OLDEST:
        raise MissingToolError(
            "verilator", f"must have version {needed} or newer", f"{match[1]}.{match[2]}", remedy
        )
    return version


def _source_hash(folder: Path, project: RtlProject) -> str:
    total = hashlib.sha256(" ".join((*_VERILATE, *_COMPILE, _FAST, _SLOW)).encode())
    for name in project.sources:
        content = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        total.update(f"{name} {content}\n".encode())
    total.update(_harness(project).encode())
    return total.hexdigest()


def _library(folder: Path, sources: str) -> Path:
    # The loader gives the first object again for a path that it has seen.
    return folder / FOLDER / f"rtl_{sources[:16]}.so"


def find_simulation(folder: Path) -> Path | None:
    """Shared object of a project, or None where there is none built here of these sources."""
    record = folder / FOLDER / _RECORD
    sources = _source_hash(folder, RtlProject.load(folder))
    library = _library(folder, sources)
    if not (library.is_file() and record.is_file()):
        return None
    known = read_json(record, _SCHEMA)
    content = hashlib.sha256(library.read_bytes()).hexdigest()
    if (known["sources"], known["object"]) != (sources, content):
        return None
    return library


def build_simulation(folder: Path, timeout: float = 1800.0) -> Path:
    """Build the simulation unless it was built of the same sources.

    Parameters
    ----------
    folder : Path
        Of the RTL project.
    timeout : float
        Seconds, for each of the two compilers.

    Returns
    -------
    Path
        The shared object; what the compilers said is in ``simulation/*.log``.

    Raises
    ------
    MissingToolError
        If Verilator or a C++ compiler is missing, or Verilator is too old.
    ConversionError
        If one of them fails or takes too long.
    """
    found = find_simulation(folder)
    if found is not None:
        return found
    verilator_version()
    if shutil.which("g++") is None:
        raise MissingToolError(
            "g++", "must be on PATH to simulate the RTL", "missing", "apt-get install g++"
        )
    project = RtlProject.load(folder)
    sources = _source_hash(folder, project)
    library = _library(folder, sources)
    work = library.parent
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    write_text(work / "harness.cpp", _harness(project))
    _verilate(folder.resolve(), project, work, timeout)
    with atomic(library) as temporary:
        _compile(work, temporary.resolve(), timeout)
    content = hashlib.sha256(library.read_bytes()).hexdigest()
    write_json(work / _RECORD, {"schema": _SCHEMA, "sources": sources, "object": content})
    return library


def _verilate(folder: Path, project: RtlProject, work: Path, timeout: float) -> None:
    files = [str(folder / name) for name in project.sources]
    command = ["verilator", *_VERILATE, "--top-module", TOP, "-Mdir", "verilated", *files]
    _run(command, work / "verilator.log", timeout)


def _compile(work: Path, library: Path, timeout: float) -> None:
    include = Path(_ask(["verilator", "--getenv", "VERILATOR_ROOT"])) / "include"
    made = [path.relative_to(work) for path in sorted((work / "verilated").glob("*.cpp"))]
    fast = ["harness.cpp", *(str(path) for path in made if "__Slow" not in path.name)]
    slow = [str(path) for path in made if "__Slow" in path.name]
    slow += [str(include / name) for name in ("verilated.cpp", "verilated_threads.cpp")]
    folders = ["-Iverilated", f"-I{include}", f"-I{include / 'vltstd'}"]
    for name, level, files in (("fast", _FAST, fast), ("slow", _SLOW, slow)):
        _run(["g++", *_COMPILE, level, *folders, *files], work / f"compile_{name}.log", timeout)
    objects = sorted(path.name for path in work.glob("*.o"))
    command = ["g++", "-shared", *objects, "-o", str(library), "-pthread"]
    _run(command, work / "link.log", timeout)
    for name in objects:
        (work / name).unlink()


def _harness(project: RtlProject) -> str:
    return render(
        "rtl/harness.cpp.j2",
        top=TOP,
        words=project.layout.fields,
        scores=list(project.scores.values()),
        state_ports=STATE_PORTS,
        state_size=4 * len(STATE_PORTS) + 1,
    )


def _ask(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def _run(command: Sequence[str], log: Path, timeout: float) -> None:
    run(command, f"{command[0]} on the RTL", log, timeout, folder=log.parent)
