"""Zero-bias crossings from a library to the event file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from trigger_ad.errors import ConfigError, MissingDependencyError
from trigger_ad.events import adc2021
from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.events.particles import PROCESSES, Particles
from trigger_ad.events.zerobias.bins import BINS
from trigger_ad.events.zerobias.build import build
from trigger_ad.events.zerobias.draws import Pileup, draw, hardest
from trigger_ad.events.zerobias.library import Library, load
from trigger_ad.events.zerobias.objects import build as build_objects
from trigger_ad.events.zerobias.overlay import overlay
from trigger_ad.events.zerobias.recover import SCHEMA, Recipe
from trigger_ad.events.zerobias.work import Progress, claim, spread
from trigger_ad.files import atomic

__all__ = ["COLLISIONS", "generate"]

#: Collisions of a library that is not there yet.
COLLISIONS = 64_000
#: Crossings of a full chunk, and of those that are in memory together.
CHUNK, BATCH = 2000, 50


@dataclass(frozen=True)
class _Chunk:
    start: int
    events: int
    seed: int
    pileup: Pileup
    library: Path
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.start:09d}-{self.events}.npz"


def generate(
    pileup: Pileup,
    events: int,
    seed: int,
    workers: int,
    out: str | Path,
    library: str | Path | None = None,
    collisions: int = COLLISIONS,
    progress: Progress | None = None,
) -> Path:
    """Generate zero-bias crossings and write them as an event file.

    A killed run goes on from its last whole chunks when it is called again; the file does not
    depend on the number of workers, and a longer run starts with the events of a shorter one.

    Parameters
    ----------
    pileup : Pileup
    events : int
        Number of crossings.
    seed : int
        Not negative; of the crossings, and of the library if it is made.
    workers : int
    out : path-like
        The event file. Checkpoints are in a folder of the same name with ``.parts``.
    library : path-like, optional
        Library of collisions, made there if there is none; without it, it is made beside the
        checkpoints.
    collisions : int
        About how many a new library has, and ignored if there is one.
    progress : callable, optional
        Called with the collisions, and then with the crossings, done and wanted.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ConfigError
        If a value is out of range.
    MissingDependencyError
        If a library is needed and Pythia is not installed.
    EventFileError, SchemaError
        If the library is none, or one of another version.
    RunFolderError
        If the checkpoints there come from other settings.
    """
    out = Path(out)
    for name, value, least in (
        ("events", events, 1), ("seed", seed, 0), ("workers", workers, 1),
        ("collisions", collisions, 1),
    ):  # fmt: skip
        if value < least:
            raise ConfigError(name, f"must be at least {least}", value, "give a larger number")
    progress = progress or _silent
    folder = out.with_name(f"{out.name}.parts")
    source = Path(library) if library is not None else folder / "library.npz"
    if not source.exists():
        if find_spec("pythia8mc") is None:
            raise MissingDependencyError(
                "simulating collisions",
                "needs pythia8mc",
                "nothing",
                "pip install trigger-ad[generate]",
            )
        build(source, collisions, seed, workers, progress)
    stock = load(source)
    recipe = Recipe(pileup, stock.composition, seed, stock.digest)
    claim(folder, {**recipe.to_record(), "builder": _builder()})
    chunks = [
        _Chunk(start, min(CHUNK, events - start), seed, pileup, source, folder)
        for start in range(0, events, CHUNK)
    ]
    spread(_job, [(c, c.events) for c in chunks], _finished, workers, progress)
    _write(out, stock, recipe, chunks)
    return out


def _silent(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _builder() -> str:
    """Hash of the code that makes objects of towers: checkpoints of another one are refused."""
    total = hashlib.sha256()
    for name in ("egamma", "grid", "jets", "objects", "overlay"):
        total.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return total.hexdigest()


def _finished(chunk: _Chunk) -> bool:
    return chunk.path.exists()


@lru_cache(maxsize=1)
def _stock(path: Path) -> Library:
    return load(path)


def _job(chunk: _Chunk) -> None:
    """Build the crossings of a chunk and leave them at its checkpoint."""
    stock = _stock(chunk.library)
    values, identity, collisions = [], [], []
    stop = chunk.start + chunk.events
    for first in range(chunk.start, stop, BATCH):
        draws = draw(chunk.pileup, stock.composition, chunk.seed, first, min(first + BATCH, stop))
        values.append(build_objects(*overlay(stock, draws)))
        identity.append(hardest(draws, stock.pthat))
        collisions.append(draws.collisions)
    with atomic(chunk.path) as temporary:
        np.savez(
            temporary,
            values=np.concatenate(values),
            parton_event=np.concatenate(identity),
            pileup=np.concatenate(collisions).astype(np.uint16),
        )


def _write(out: Path, stock: Library, recipe: Recipe, chunks: list[_Chunk]) -> None:
    """Put finished chunks together."""
    found = []
    for chunk in chunks:
        with np.load(chunk.path, allow_pickle=False) as file:
            found.append({name: file[name] for name in file.files})
    data = {name: np.concatenate([f[name] for f in found]) for name in found[0]}
    n = len(data["values"])
    process = np.full(n, PROCESSES.index("zero_bias"), np.uint8)
    adc2021.write(
        out,
        Particles(data["values"], process, data["parton_event"]),
        _origin(stock, recipe, data["parton_event"]),
        columns={"pileup": data["pileup"]},
        attributes={SCHEMA.partition("/")[0]: json.dumps(recipe.to_record(), sort_keys=True)},
    )


def _origin(stock: Library, recipe: Recipe, identity: np.typing.NDArray[np.int64]) -> Origin:
    """Record of the sample; of each bin the events of the library and how many lead a crossing."""
    sizes = stock.composition.sizes
    ends = np.cumsum(sizes)
    kind = np.searchsorted(ends, np.unique(identity), side="right")
    leading = np.bincount(kind, minlength=len(sizes) + 1)
    versions = {"numpy": version("numpy"), "pythia8mc": str(stock.stream["pythia8mc"])}
    processes = tuple(
        ProcessOrigin(b.name, float(sigma), float(error), int(tried), int(size), 1, int(distinct))
        for b, sigma, error, tried, size, distinct in zip(
            BINS, stock.cross_section_pb, stock.error_pb, stock.tried, sizes, leading, strict=False
        )
    )
    return Origin("zero_bias", "", recipe.seed, versions, processes)
