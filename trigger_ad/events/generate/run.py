"""A generation from its plan to the event file."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ...errors import ConfigError, RunFolderError
from .. import adc2021
from ..atomic import atomic
from ..origin import Origin, ProcessOrigin
from ..particles import PROCESSES, Particles
from .chunks import SIZE, Chunk, load, produce
from .processes import GENERATORS, SAMPLES
from .silence import quiet

__all__ = ["FILTER", "generate", "parts_folder", "plan", "shares"]

FILTER = ("one isolated electron (abs(eta) < 2.5) or muon (abs(eta) < 2.1) with pT > 23 GeV, "
          "reconstructed; multijet events from b bbar and c cbar only")
#: Raised when the events of the same seed change.
STREAM = "stream/1"

Progress = Callable[[int, int], None]


def shares(proportions: Mapping[str, float], events: int) -> dict[str, int]:
    """Whole numbers that add up to `events`, by largest remainder."""
    exact = {name: events * p for name, p in proportions.items()}
    counts = {name: int(x) for name, x in exact.items()}
    left = events - sum(counts.values())
    for name in sorted(exact, key=lambda k: counts[k] - exact[k])[:left]:
        counts[name] += 1
    return counts


def plan(sample: str, events: int, seed: int, folder: Path) -> list[Chunk]:
    """Chunks of a sample, so ordered that all processes advance together."""
    chunks = []
    for process, count in shares(SAMPLES[sample], events).items():
        for index, start in enumerate(range(0, count, SIZE)):
            chunk = Chunk(process, index, min(SIZE, count - start), seed, folder)
            chunks.append((start / count, chunk))
    return [chunk for _, chunk in sorted(chunks, key=lambda c: c[0])]


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
        A key of `trigger_ad.events.generate.SAMPLES`.
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
    """
    out = Path(out)
    if process not in SAMPLES:
        raise ConfigError("process", f"must be one of {', '.join(SAMPLES)}", repr(process),
                          "choose one of these names")
    for name, value, least in (("events", events, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise ConfigError(name, f"must be at least {least}", value, "give a larger number")
    folder = parts_folder(out)
    _claim(folder, seed)
    chunks = plan(process, events, seed, folder)
    _produce(chunks, workers, events, progress or (lambda done, total: None))
    particles, origin = _assemble(process, seed, chunks)
    adc2021.write(out, particles, origin)
    return out


def _claim(folder: Path, seed: int) -> None:
    """Make the folder of checkpoints, or see that it belongs to this seed and stream."""
    settings = json.dumps({k: asdict(g) for k, g in GENERATORS.items()}, sort_keys=True)
    mine = {"schema": STREAM, "seed": seed, "pythia8mc": version("pythia8mc"),
            "settings": hashlib.sha256(settings.encode()).hexdigest()}
    record = folder / "stream.json"
    folder.mkdir(parents=True, exist_ok=True)
    if record.exists():
        found = json.loads(record.read_text())
        if found != mine:
            different = ", ".join(k for k in mine if found.get(k) != mine[k])
            raise RunFolderError(str(folder), "must hold chunks of this generation",
                                 f"chunks with another {different}",
                                 "remove the folder or choose another output file")
    else:
        with atomic(record) as temporary:
            temporary.write_text(json.dumps(mine, indent=1))


def _job(job: tuple[Chunk, Path]) -> int:
    chunk, library = job
    with quiet():
        produce(chunk, library)
    return chunk.events


def _library(seed: int, path: Path) -> None:
    from .library import write

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


def _assemble(sample: str, seed: int, chunks: list[Chunk]) -> tuple[Particles, Origin]:
    """All chunks in one seeded random order, with parton events numbered in that order."""
    chunks = sorted(chunks, key=lambda c: (PROCESSES.index(c.process), c.index))
    results = [result for c in chunks if (result := load(c)) is not None]
    process = np.repeat(np.array([PROCESSES.index(c.process) for c in chunks], dtype=np.uint8),
                        [c.events for c in chunks])
    starts = np.cumsum([0, *(int(r.parton_event[-1]) + 1 for r in results)])
    identity = np.concatenate(
        [r.parton_event + start for r, start in zip(results, starts, strict=False)]
    )
    order = np.random.default_rng([seed, list(SAMPLES).index(sample)]).permutation(len(process))
    _, first, inverse = np.unique(identity[order], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    particles = Particles(np.concatenate([r.values for r in results])[order], process[order],
                          rank[inverse])
    origins = []
    for name in SAMPLES[sample]:
        own = [r for c, r in zip(chunks, results, strict=True) if c.process == name]
        if not own:
            continue
        tried = np.array([r.tried for r in own])
        sigma = np.array([r.cross_section for r in own])
        error = np.array([r.error for r in own])
        generator = GENERATORS[name]
        origins.append(ProcessOrigin(
            name=name,
            cross_section_pb=float((sigma * tried).sum() / tried.sum()),
            cross_section_error_pb=float(np.hypot.reduce(error * tried) / tried.sum()),
            tried=int(tried.sum()),
            passed=sum(len(r.values) for r in own),
            resampling=1 if generator.thinned else generator.decays,
            distinct_parton_events=sum(len(np.unique(r.parton_event)) for r in own),
        ))
    versions = {"pythia8mc": version("pythia8mc"), "fastjet": version("fastjet")}
    return particles, Origin("filtered", FILTER, seed, versions, tuple(origins))
