"""A generation from its plan to the event file."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from trigger_ad.errors import ConfigError
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.adc2021.assemble import assemble
from trigger_ad.generate.adc2021.chunks import Chunk, load, produce
from trigger_ad.generate.adc2021.plan import plan
from trigger_ad.generate.checkpoints import claim
from trigger_ad.generate.processes import GENERATORS, SAMPLES
from trigger_ad.storage.extras import require
from trigger_ad.storage.outputs import check_file, check_folder
from trigger_ad.storage.silence import quiet

__all__ = ["generate", "parts_folder"]

#: Raised when the events of the same seed change.
STREAM = "stream/1"

Progress = Callable[[int, int], None]


def parts_folder(out: Path) -> Path:
    """Where the checkpoints of an output file are."""
    return out.with_name(f"{out.name}.parts")


def generate(
    process: str,
    events: int,
    seed: int,
    workers: int,
    out: str | Path,
    progress: Progress | None = None,
) -> Path:
    """Generate a sample and write it as an event file.

    A killed run goes on from its last whole chunks when it is called again; the file does
    not depend on the number of workers.

    Parameters
    ----------
    process : str
        A key of `trigger_ad.generate.adc2021.SAMPLES`.
    events : int
        Number of events in the file, exactly.
    seed : int
        Not negative.
    workers : int
        Number of processes.
    out : path-like
        The event file. Checkpoints are in a folder of the same name with ``.parts``.
    progress : callable, optional
        Called with the events done and the events wanted.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ConfigError
        If a value is out of range.
    MissingDependencyError
        If Pythia or FastJet is not installed.
    RunFolderError
        If the checkpoints there come from another seed or version.
    """
    out = Path(out)
    if process not in SAMPLES:
        raise ConfigError(
            "process",
            f"must be one of {', '.join(SAMPLES)}",
            repr(process),
            "choose one of these names",
        )
    for name, value, least in (("events", events, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise ConfigError(name, f"must be at least {least}", value, "give a larger number")
    packages = {name: name for name in ("pythia8mc", "fastjet", "awkward")}
    require("simulating events", "generate", **packages)
    folder = parts_folder(out)
    check_file(out)
    check_folder(folder)
    claim(folder, _stream(process, seed))
    chunks = plan(process, events, seed, folder)
    _produce(chunks, workers, events, progress or _silent)
    particles, origin = assemble(process, seed, chunks)
    adc2021.write(out, particles, origin)
    return out


def _silent(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _stream(process: str, seed: int) -> dict[str, Any]:
    """What the chunks of a generation depend on."""
    settings = json.dumps({k: asdict(GENERATORS[k]) for k in SAMPLES[process]}, sort_keys=True)
    return {
        "schema": STREAM,
        "seed": seed,
        "pythia8mc": version("pythia8mc"),
        "settings": hashlib.sha256(settings.encode()).hexdigest(),
    }


def _job(job: tuple[Chunk, Path]) -> int:
    chunk, library = job
    with quiet():
        produce(chunk, library)
    return chunk.events


def _library(seed: int, path: Path) -> None:
    from trigger_ad.generate.adc2021.library import write

    with quiet():
        write(path, 1 + seed % 899_999_999)


def _produce(chunks: list[Chunk], workers: int, events: int, progress: Progress) -> None:
    """Generate the chunks that are not there yet."""
    missing = [chunk for chunk in chunks if load(chunk) is None]
    done = events - sum(chunk.events for chunk in missing)
    progress(done, events)
    if not missing:
        return
    library = chunks[0].folder / "decays.npz"
    with multiprocessing.get_context("spawn").Pool(min(workers, len(missing))) as pool:
        if not library.exists() and any(c.process == "qcd" for c in missing):
            pool.apply(_library, (missing[0].seed, library))
        for count in pool.imap_unordered(_job, [(c, library) for c in missing]):
            done += count
            progress(done, events)
