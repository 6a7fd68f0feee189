"""Chunks: the unit of seeding, of work and of checkpoints.

A chunk is the first `events` passing events of a stream that depends only on the seed of the
run, the process and the index of the chunk. So neither the number of workers nor the order of
work can be seen in the result, and a longer run starts with the events of a shorter one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.events.particles import PROCESSES
from trigger_ad.generate.processes import GENERATORS
from trigger_ad.storage.arrays import load_arrays
from trigger_ad.storage.outputs import atomic

__all__ = ["Chunk", "Result", "load", "produce", "stream_seed"]

#: Events of a full chunk, and candidates that go through the detector together.
SIZE, BATCH = 2000, 64


@dataclass(frozen=True)
class Chunk:
    """A piece of work.

    Attributes
    ----------
    process : str
    index, events : int
    seed : int
        Seed of the run.
    folder : Path
        Where the checkpoints are.
    """

    process: str
    index: int
    events: int
    seed: int
    folder: Path

    @property
    def path(self) -> Path:
        """Checkpoint of this chunk."""
        return self.folder / f"{self.process}-{self.index:05d}.npz"


@dataclass(frozen=True)
class Result:
    """Events of a chunk and what they took.

    Attributes
    ----------
    values : (n, 19, 4) float32
    parton_event : (n,) int64
        Number of the parton-level event within the chunk, rising.
    tried : int
    cross_section, error : float
        In pb.
    """

    values: npt.NDArray[np.float32]
    parton_event: npt.NDArray[np.int64]
    tried: int
    cross_section: float
    error: float


def stream_seed(seed: int, process: str, index: int) -> np.random.SeedSequence:
    """Seed of the stream of one chunk."""
    return np.random.SeedSequence([seed, PROCESSES.index(process), index])


def load(chunk: Chunk) -> Result | None:
    """The checkpoint of a chunk if there is one with exactly its events."""
    if not chunk.path.exists():
        return None
    f = load_arrays(chunk.path)
    if len(f["values"]) != chunk.events:
        return None
    return Result(
        f["values"],
        f["parton_event"],
        int(f["tried"]),
        float(f["cross_section"]),
        float(f["error"]),
    )


def produce(chunk: Chunk, library_path: Path) -> None:
    """Generate a chunk and leave it at its checkpoint."""
    from trigger_ad.generate.adc2021.decays import HadronLevel
    from trigger_ad.generate.adc2021.library import DecayLibrary
    from trigger_ad.generate.adc2021.showers import PartonShower

    generator = GENERATORS[chunk.process]
    shower_seed, *seeds = stream_seed(chunk.seed, chunk.process, chunk.index).spawn(4)
    thinning, decays, detector = (np.random.default_rng(s) for s in seeds)
    heavy = generator.selection == "heavy_flavour"
    shower = PartonShower(
        generator, 1 + int(shower_seed.generate_state(1)[0]) % 899_999_999, thinning
    )
    hadrons = HadronLevel(shower.pythia, DecayLibrary.load(library_path) if heavy else None, decays)
    values: list[npt.NDArray[np.float32]] = []
    identity: list[npt.NDArray[np.int64]] = []
    waiting: list[Any] = []
    kept = number = 0
    while kept < chunk.events:
        times = shower.next()
        waiting += [(number, columns) for columns in hadrons.results(times)]
        number += 1
        if len(waiting) >= BATCH or (number % 1000 == 0 and waiting):
            passing, found = _reconstruct(waiting, detector)
            kept += len(found)
            values.append(found)
            identity.append(passing)
            waiting = []
    cross_section, error = shower.cross_section()
    result = Result(
        np.concatenate(values)[: chunk.events],
        np.concatenate(identity)[: chunk.events],
        shower.tried,
        cross_section,
        error,
    )
    with atomic(chunk.path) as temporary:
        np.savez(temporary, **asdict(result))


def _reconstruct(
    waiting: list[Any], rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Identities and values of the events of a batch that pass the filter."""
    from trigger_ad.generate.adc2021.objects import build, passes_filter
    from trigger_ad.generate.detector import Stable, reconstruct

    columns = np.concatenate([c for _, c in waiting], axis=1)
    event = np.repeat(np.arange(len(waiting)), [c.shape[1] for _, c in waiting])
    stable = Stable(event, columns[0].astype(np.int64), *columns[1:])
    values = build(reconstruct(stable, rng), len(waiting))
    passing = passes_filter(values)
    return np.array([number for number, _ in waiting])[passing], values[passing]
