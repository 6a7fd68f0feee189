"""Compile a C simulation of a project, and know whether an object belongs to its sources.

A simulation has a folder in the project: that of networks and scores, or that of the trigger top.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from trigger_ad.errors import MissingToolError
from trigger_ad.hls.interface import FOLDER
from trigger_ad.storage.commands import run
from trigger_ad.storage.files import write_json
from trigger_ad.storage.outputs import atomic

__all__ = ["COMPILER", "FLAGS", "build_csim", "find_csim", "source_hash"]

COMPILER = "g++"

#: Without GNU-unique symbols two versions can live in one process.
FLAGS = ("-O3", "-std=c++17", "-fPIC", "-shared", "-fno-gnu-unique", "-fvisibility=hidden", "-w")

#: Weights are read as text when the simulation starts.
_SOURCES = (".h", ".cpp", ".txt")


def source_hash(project: Path, folder: str = FOLDER) -> str:
    """SHA-256 of every source and weight of a simulation with its path, and of the flags."""
    total = hashlib.sha256(" ".join((COMPILER, *FLAGS)).encode())
    folders = (project / "firmware", project / folder)
    files = sorted(p for parent in folders for p in parent.rglob("*") if p.suffix in _SOURCES)
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(project).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _paths(project: Path, folder: str) -> tuple[Path, Path]:
    return project / folder / "csim.so", project / folder / "build.json"


def find_csim(project: Path, folder: str = FOLDER) -> Path | None:
    """Shared object of a simulation, or None where there is none built here of these sources."""
    library, record = _paths(project, folder)
    if not (library.is_file() and record.is_file()):
        return None
    known = json.loads(record.read_text(encoding="utf-8"))
    content = hashlib.sha256(library.read_bytes()).hexdigest()
    if known != {"sources": source_hash(project, folder), "object": content}:
        return None
    return library


def build_csim(project: Path, timeout: float = 900.0, folder: str = FOLDER) -> Path:
    """Compile a simulation unless it was compiled of the same sources.

    Parameters
    ----------
    project : Path
        Folder of the HLS project, with its harness.
    timeout : float
        Seconds.
    folder : str
        Of the simulation in the project, with its ``csim.cpp``.

    Returns
    -------
    Path
        The shared object ``csim.so`` in that folder; the compiler's words are beside it in
        ``compile.log``.

    Raises
    ------
    MissingToolError
        If there is no compiler.
    ConversionError
        If it fails or takes too long.
    """
    found = find_csim(project, folder)
    if found is not None:
        return found
    compiler = shutil.which(COMPILER)
    if compiler is None:
        raise MissingToolError(
            COMPILER, "must be on PATH to compile the C simulation", None, "apt-get install g++"
        )
    library, record = _paths(project, folder)
    sources = source_hash(project, folder)
    firmware = project / "firmware"
    with atomic(library) as temporary:
        command = [
            compiler,
            *FLAGS,
            f"-ffile-prefix-map={project}=.",  # the same object wherever the project lies
            f"-I{project}",
            f"-I{firmware}",
            f"-I{firmware / 'ap_types'}",
            str(project / folder / "csim.cpp"),
            "-o",
            str(temporary),
        ]
        log = project / folder / "compile.log"
        run(command, "the compilation of the C simulation", log, timeout)
        record.unlink(missing_ok=True)
    content = hashlib.sha256(library.read_bytes()).hexdigest()
    write_json(record, {"sources": sources, "object": content})
    return library
