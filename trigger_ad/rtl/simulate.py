"""The simulation of an RTL project: built with Verilator, known by the hash of its sources."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from trigger_ad.errors import RunFolderError
from trigger_ad.rtl import verilator
from trigger_ad.rtl.project import RtlProject
from trigger_ad.storage.files import read_json, write_json, write_text
from trigger_ad.storage.templates import render
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import state_signals

__all__ = ["FOLDER", "build_simulation", "find_simulation"]

#: Folder of the simulation in a project.
FOLDER = "simulation"

_RECORD, _SCHEMA = "build.json", "simulation/1"

#: Generated adders drop bits by design.
_FLAGS = ("-Wno-fatal", "-Wno-WIDTH", "-Wno-lint")


def find_simulation(folder: Path) -> Path | None:
    """Shared object of a project, or None where there is none built here of these sources."""
    sources = _source_hash(folder, RtlProject.load(folder))
    library = _library(folder, sources)
    try:
        known = read_json(folder / FOLDER / _RECORD, _SCHEMA)
        content = hashlib.sha256(library.read_bytes()).hexdigest()
    except (RunFolderError, FileNotFoundError):
        return None
    return library if (known["sources"], known["object"]) == (sources, content) else None


def build_simulation(folder: Path, timeout: float = 1800.0) -> Path:
    """Build the simulation unless it was built of the same sources.

    Parameters
    ----------
    folder : Path
        Of the RTL project.
    timeout : float
        Seconds, for each run of a compiler.

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
    project = RtlProject.load(folder)
    sources, work = _source_hash(folder, project), folder / FOLDER
    shutil.rmtree(work, ignore_errors=True)
    harness = work / "harness.cpp"
    write_text(harness, _harness(folder))
    files = [folder.resolve() / name for name in project.sources]
    built = verilator.build(work, files, harness, {}, timeout, _FLAGS)
    shutil.rmtree(work / "verilated")
    library = built.replace(_library(folder, sources))
    content = hashlib.sha256(library.read_bytes()).hexdigest()
    write_json(work / _RECORD, {"schema": _SCHEMA, "sources": sources, "object": content})
    return library


def _source_hash(folder: Path, project: RtlProject) -> str:
    total = hashlib.sha256(" ".join(_FLAGS).encode())
    for name in project.sources:
        content = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        total.update(f"{name} {content}\n".encode())
    total.update(_harness(folder).encode())
    return total.hexdigest()


def _library(folder: Path, sources: str) -> Path:
    # The loader gives the first object again for a path that it has seen.
    return folder / FOLDER / f"rtl_{sources[:16]}.so"


def _harness(folder: Path) -> str:
    top = TopInterface.load(folder)
    return render(
        "rtl/harness.cpp.j2",
        words=top.layout.fields,
        scores=top.scores,
        regions=top.regions,
        registers=top.registers,
        state=state_signals(top.regions),
    )
