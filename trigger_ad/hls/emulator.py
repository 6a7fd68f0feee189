"""The shared object that an experiment's software loads: its sources and its build."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.headers import check_project
from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.features.layout import Ports
from trigger_ad.hls.blocks import block_ports, names_of, network_ports, score_sources
from trigger_ad.hls.compile import COMPILER
from trigger_ad.hls.emulator_manifest import (
    INPUT,
    Manifest,
    find,
    library,
    result_type,
    source_hashes,
)
from trigger_ad.hls.score import used_ports
from trigger_ad.hls.units import trigger_units
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.storage.commands import run
from trigger_ad.storage.files import digest, put, write_json, write_text
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.hardware import HardwareTrigger

__all__ = ["build", "contents_hash", "write", "write_golden"]

logger = logging.getLogger(__name__)

_WORD = np.iinfo(np.int16)

#: The chip's scaling, one file for the trigger top and for this.
SCALING = "scale_words.h"

_HAND_WRITTEN = (
    "bridge.cpp",
    "exports.map",
    "golden.h",
    "interface.h",
    "loader.h",
    "model.h",
    "replay.cpp",
    "ports.h",
)


def write(project: Path, trigger: HardwareTrigger, out: Path, name: str, version: str) -> None:
    """Write the sources of an emulator: all that its Makefile needs besides a compiler.

    Parameters
    ----------
    project : Path
        Folder of the HLS project, with its scores (`trigger_ad.hls.harness.write_harness`).
    trigger : HardwareTrigger
    out : Path
        Folder to write, new or empty.
    name, version : str
        See `Manifest`.

    Raises
    ------
    ConversionError
        If the project holds another network, or name or version cannot be written.
    """
    space = library(name, version)
    network = trigger.network
    if network is not None:
        check_project(project, network)
    _check_words(trigger.layout)
    sources = out / "sources"
    _copy_network(project / "firmware", sources / "network")
    for file in _HAND_WRITTEN:
        shutil.copyfile(shipped_path("firmware", "emulator", file), sources / file)
    shutil.copyfile(shipped_path("firmware", "hls", SCALING), sources / SCALING)
    text = render("emulator/model.cpp.j2", library=space, **_values(trigger))
    write_text(sources / "model.cpp", text)
    result = result_type(len(trigger.scores))
    types = render("emulator/types.h.j2", scores=len(trigger.scores), result=result)
    write_text(sources / "types.h", types)
    makefile = render("emulator/Makefile.j2", library=space, object=f"{name}Model_v{version}.so")
    write_text(out / "Makefile", makefile)


def _values(trigger: HardwareTrigger) -> dict[str, Any]:
    """What the template of the model needs besides its name."""
    element = [".first", ".second"] if len(trigger.scores) == 2 else None
    spaces = {names_of(block).namespace: names_of(block).namespace for block in trigger.blocks}
    network = trigger.network
    if network is not None:
        spaces[cpp_namespace(network.name)] = "network"
    scores = [
        {
            "name": name,
            "namespace": spaces[names_of(block).namespace],
            "arrays": [port.name for port in used_ports(block.scores[name], block_ports(block))],
        }
        for block in trigger.blocks
        for name in block.scores
        for _ in block.names_of(name)
    ]
    for place, score in enumerate(scores):
        score["element"] = f"[{place}]" if element is None else element[place]
    units = trigger_units(trigger, lambda index, _: f"words[{index}]")
    for unit in units["units"]:
        unit["namespace"] = spaces[unit["namespace"]]
    block = trigger.blocks[0]
    plain = len(trigger.units) == 1 and network is not None and not block.beside_read
    return {
        "name": trigger.name,
        "spaces": spaces,
        "plain": plain,
        "has_network": network is not None,
        "input": None if network is None else network.input_name,
        "input_type": "inputs_t",  # hls4ml's name of it
        "ports": trigger.layout.fields,
        "outputs": [] if network is None else [network_ports(network)[n] for n in network.outputs],
        "scores": scores,
        **units,
    }


def build(
    project: Path,
    trigger: HardwareTrigger,
    out: Path,
    name: str,
    version: str,
    timeout: float = 900.0,
) -> Manifest:
    """Write and compile an emulator, unless it lies there compiled of the same sources.

    Parameters
    ----------
    project, trigger, name, version
        See `write`.
    out : Path
        Folder, replaced as a whole; ``compile.log`` has the compiler's words. Where the
        compilation fails it is left as it was, and the log lies in ``<out>.part``.
    timeout : float
        Seconds.

    Returns
    -------
    Manifest
        Also written to ``manifest.json``.

    Raises
    ------
    ConversionError
        As `write`, and if the compilation fails or takes too long.
    MissingToolError
        If there is no compiler or no make.
    """
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    write(project, trigger, temporary, name, version)
    known = find(out)
    if known is not None and known.sources == source_hashes(temporary):
        shutil.rmtree(temporary)
        return known
    _make(temporary, timeout)
    manifest = Manifest(
        name,
        version,
        trigger.name,
        contents_hash(trigger),
        trigger.layout.hash,
        len(trigger.layout.fields),
        {name: str(kind) for name, kind in trigger.scores.items()},
        source_hashes(temporary),
        digest(temporary / f"{name}Model_v{version}.so"),
        digest(temporary / "bridge.so"),
        _compiler(),
    )
    write_json(temporary / "manifest.json", manifest.to_json())
    put(temporary, out)
    return manifest


def write_golden(
    folder: Path,
    manifest: Manifest,
    words: NDArray[np.integer[Any]],
    scores: Mapping[str, NDArray[np.int64]],
) -> None:
    """Write golden vectors as text, ``golden.txt``, for ``make check``.

    Parameters
    ----------
    folder : Path
        Of the emulator.
    manifest : Manifest
    words : ndarray (n_events, n_fields) of int32
    scores : mapping of str to ndarray (n_events,) of int64
        Raw, by the names of the manifest.
    """
    columns = [words, *(scores[name][:, None] for name in manifest.scores)]
    rows = np.concatenate(columns, axis=1).tolist()
    lines = [f"{manifest.library} {manifest.words} {len(rows)}"]
    lines += [" ".join(map(str, row)) for row in rows]
    write_text(folder / "golden.txt", "\n".join(lines) + "\n")


def _check_words(layout: Ports) -> None:
    for field in layout.fields:
        if field.minimum < _WORD.min or field.maximum > _WORD.max:
            raise ConversionError(
                f"port {field.name}",
                f"must fit {INPUT}",
                f"{field.width} bits",
                "use a narrower port",
            )


def _copy_network(firmware: Path, out: Path) -> None:
    """Copy sources and headers, not the weights as text: the object must not need them."""
    for path in sorted(firmware.rglob("*")):
        if path.suffix in (".h", ".cpp"):
            target = out / path.relative_to(firmware)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def contents_hash(trigger: HardwareTrigger) -> str:
    """SHA-256 of the network of a trigger; without one, of the headers of its blocks."""
    if trigger.network is not None:
        return _network_hash(trigger.network)
    texts = [text for block in trigger.blocks for text in score_sources(block).values()]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _network_hash(network: HardwareNetwork) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.npz"
        network.save(path)
        return digest(path)


def _make(folder: Path, timeout: float) -> None:
    for tool, package in (("make", "make"), (COMPILER, "g++")):
        if shutil.which(tool) is None:
            raise MissingToolError(
                tool, "must be on PATH to compile an emulator", None, f"apt-get install {package}"
            )
    # An outer make hands its options down in the environment.
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    command = ["make", "-s", f"CXX={COMPILER}"]
    log = folder / "compile.log"
    run(command, "the compilation of the emulator", log, timeout, folder, environment)


def _compiler() -> str:
    done = subprocess.run(
        [COMPILER, "-dumpfullversion"], capture_output=True, text=True, timeout=60, check=False
    )
    return f"{COMPILER} {done.stdout.strip()}"
