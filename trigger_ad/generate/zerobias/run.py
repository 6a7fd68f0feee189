"""Crossings, of zero bias or with a signal in each, from a library to the event file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import ConfigError
from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.events.particles import PROCESSES, Particles
from trigger_ad.events.readers import adc2021
from trigger_ad.generate.checkpoints import claim
from trigger_ad.generate.zerobias import signals
from trigger_ad.generate.zerobias.bins import BINS, NOT_LARGER
from trigger_ad.generate.zerobias.build import build
from trigger_ad.generate.zerobias.draws import Draws, Pileup, draw, hardest
from trigger_ad.generate.zerobias.grid import Ints
from trigger_ad.generate.zerobias.library import Library, load
from trigger_ad.generate.zerobias.objects import build as build_objects
from trigger_ad.generate.zerobias.overlay import overlay
from trigger_ad.generate.zerobias.recover import SCHEMA, Recipe
from trigger_ad.generate.zerobias.response import VERSION
from trigger_ad.generate.zerobias.strata import StrataFile
from trigger_ad.generate.zerobias.stratified import Classes, Stratified, classes_of
from trigger_ad.generate.zerobias.work import Progress, spread
from trigger_ad.storage.arrays import load_arrays
from trigger_ad.storage.extras import require
from trigger_ad.storage.outputs import atomic, check_file, check_folder
from trigger_ad.storage.silence import quiet

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
    signal: str | None
    strata: StrataFile | None = None

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
    signal: str | None = None,
    strata: StrataFile | None = None,
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
    signal : str, optional
        One of `signals.SIGNALS`: each crossing has a collision of it besides those of the
        pile-up.
    strata : StrataFile, optional
        Of which crossings are drawn; without it they are drawn alike.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ConfigError
        If a value is out of range.
    MissingDependencyError
        If a library is needed, or a signal wanted, and Pythia is not installed.
    EventFileError, SchemaError
        If the library is none, or one of another version.
    RunFolderError
        If the checkpoints there come from other settings.
    """
    out = Path(out)
    for name, value, least in (
        ("events", events, 1),
        ("seed", seed, 0),
        ("workers", workers, 1),
        ("collisions", collisions, 1),
    ):
        if value < least:
            raise ConfigError(name, f"must be at least {least}", value, "give a larger number")
    if signal is not None:
        signals.check(signal)
        if strata is not None:
            rule = "must not be given for crossings with a signal"
            raise ConfigError("strata", rule, None, "leave one of both out")
    progress = progress or _silent
    folder = out.with_name(f"{out.name}.parts")
    source = Path(library) if library is not None else folder / "library.npz"
    check_file(out, (source,))
    check_folder(folder)
    if library is not None and not source.exists():
        check_file(source, name="--library")
    if signal is not None or not source.exists():
        require("simulating collisions", "generate", pythia8mc="pythia8mc")
    if not source.exists():
        larger = NOT_LARGER if strata is None else strata.library
        build(source, collisions, seed, workers, progress, larger)
    stock = load(source)
    recipe = Recipe(pileup, stock.composition, seed, stock.digest, _record(strata))
    if strata is not None:
        _plan(stock, pileup, seed, strata)  # which refuses strata that the library does not have
    own = {} if signal is None else {"signal": signals.stream(signal)}
    claim(folder, {**recipe.to_record(), "builder": _builder(), **own})
    size = CHUNK if signal is None else signals.CHUNK
    chunks = [
        _Chunk(start, min(size, events - start), seed, pileup, source, folder, signal, strata)
        for start in range(0, events, size)
    ]
    spread(_job, [(c, c.events) for c in chunks], _finished, workers, progress)
    _write(out, stock, recipe, chunks)
    return out


def _silent(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def _builder() -> str:
    """Hash of the code that makes objects of towers: checkpoints of another one are refused."""
    total = hashlib.sha256()
    for name in ("calibration", "egamma", "grid", "jets", "objects", "overlay"):
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
    if chunk.strata is not None:
        columns = _stratified(chunk, stock, chunk.strata)
    else:
        columns = _zero_bias(chunk, stock) if chunk.signal is None else _signal(chunk, stock)
    with atomic(chunk.path) as temporary:
        np.savez(temporary, **columns)


def _batches(chunk: _Chunk, stock: Library) -> Iterator[Draws]:
    stop = chunk.start + chunk.events
    for first in range(chunk.start, stop, BATCH):
        yield draw(chunk.pileup, stock.composition, chunk.seed, first, min(first + BATCH, stop))


def _zero_bias(chunk: _Chunk, stock: Library) -> dict[str, Any]:
    values, identity, collisions = [], [], []
    for draws in _batches(chunk, stock):
        values.append(build_objects(*overlay(stock, draws)))
        identity.append(stock.identity(hardest(draws, stock.pthat)))
        collisions.append(draws.collisions)
    return _columns(values, np.concatenate(identity), collisions)


def _record(strata: StrataFile | None) -> dict[str, Any] | None:
    return (
        None
        if strata is None
        else strata.model_dump(mode="json", by_alias=True, exclude={"library"})
    )


def _plan(stock: Library, pileup: Pileup, seed: int, strata: StrataFile) -> Stratified:
    errors = stock.error_pb / stock.cross_section_pb
    errors[0] = 0.0  # of which the soft bin has the rest
    place = classes_of(stock, strata)
    classes = Classes.of(place, len(strata.strata), stock.composition, errors)
    names = tuple(one.name for one in strata.strata)
    return Stratified(pileup, classes, names, tuple(one.share for one in strata.strata), seed)


@lru_cache(maxsize=1)
def _plan_of(library: Path, pileup: Pileup, seed: int, strata: StrataFile) -> Stratified:
    return _plan(_stock(library), pileup, seed, strata)


def _stratified(chunk: _Chunk, stock: Library, strata: StrataFile) -> dict[str, Any]:
    plan = _plan_of(chunk.library, chunk.pileup, chunk.seed, strata)
    values, identity, collisions, stratum = [], [], [], []
    stop = chunk.start + chunk.events
    for first in range(chunk.start, stop, BATCH):
        draws, places = plan.draw(first, min(first + BATCH, stop))
        values.append(build_objects(*overlay(stock, draws)))
        own = plan.classes.only(draws, places)
        identity.append(stock.identity(hardest(own, stock.pthat)))
        collisions.append(draws.collisions)
        stratum.append(places)
    found = _columns(values, np.concatenate(identity), collisions)
    return found | {"stratum": np.concatenate(stratum).astype(np.uint8)}


def _signal(chunk: _Chunk, stock: Library) -> dict[str, Any]:
    """Crossings with a collision of the signal, whose number is their identity."""
    with quiet():
        own = signals.collide(str(chunk.signal), chunk.seed, chunk.start, chunk.events)
    both = signals.joined(stock, own)
    values, collisions = [], []
    number = len(stock)
    for draws in _batches(chunk, stock):
        n = len(draws.collisions)
        values.append(
            build_objects(*overlay(both, signals.added(draws, np.arange(number, number + n))))
        )
        collisions.append(draws.collisions)
        number += n
    identity = np.arange(chunk.start, chunk.start + chunk.events)
    sigma = {"cross_section_pb": [own.cross_section_pb], "error_pb": [own.error_pb]}
    return {**_columns(values, identity, collisions), **sigma}


def _columns(
    values: list[npt.NDArray[np.float32]], identity: Ints, collisions: list[Ints]
) -> dict[str, Any]:
    return {
        "values": np.concatenate(values),
        "parton_event": identity,
        "pileup": np.concatenate(collisions).astype(np.uint16),
    }


def _write(out: Path, stock: Library, recipe: Recipe, chunks: list[_Chunk]) -> None:
    """Put finished chunks together."""
    found = [load_arrays(chunk.path) for chunk in chunks]
    data = {name: np.concatenate([f[name] for f in found]) for name in found[0]}
    n = len(data["values"])
    signal = chunks[0].signal
    columns = {"pileup": data["pileup"]}
    if signal is None:
        origin = _origin(stock, recipe, data["parton_event"])
        if chunks[0].strata is not None:
            plan = _plan(stock, recipe.pileup, recipe.seed, chunks[0].strata)
            columns["stratum"] = data["stratum"]
            drawn = np.bincount(data["stratum"], minlength=len(plan.names)).tolist()
            origin = replace(origin, strata=plan.strata(drawn))
    else:
        events = np.array([chunk.events for chunk in chunks])
        origin = signals.origin(
            signal, recipe.seed, events, data["cross_section_pb"], data["error_pb"]
        )
    adc2021.write(
        out,
        Particles(
            data["values"],
            np.full(n, PROCESSES.index(signal or "zero_bias"), np.uint8),
            data["parton_event"],
        ),
        origin,
        columns=columns,
        attributes={SCHEMA.partition("/")[0]: json.dumps(recipe.to_record(), sort_keys=True)},
    )


def _origin(stock: Library, recipe: Recipe, identity: Ints) -> Origin:
    """Record of the sample; of each bin the events of the library and how many lead a crossing."""
    sizes = stock.composition.sizes
    ends = np.cumsum(sizes)
    kind = np.searchsorted(ends, np.unique(identity), side="right")
    leading = np.bincount(kind, minlength=len(sizes) + 1)
    versions = {
        "numpy": version("numpy"),
        "pythia8mc": str(stock.stream["pythia8mc"]),
        "response": str(VERSION),
    }
    processes = tuple(
        ProcessOrigin(b.name, float(sigma), float(error), int(tried), int(size), 1, int(distinct))
        for b, sigma, error, tried, size, distinct in zip(
            BINS, stock.cross_section_pb, stock.error_pb, stock.tried, sizes, leading, strict=False
        )
    )
    return Origin("zero_bias", "", recipe.seed, versions, processes)
