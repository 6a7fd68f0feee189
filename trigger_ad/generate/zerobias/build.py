"""A library from its chunks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from trigger_ad.generate.checkpoints import claim
from trigger_ad.generate.zerobias import library as libraries
from trigger_ad.generate.zerobias.bins import BINS, NOT_LARGER, numbers, sizes
from trigger_ad.generate.zerobias.collisions import Piece, finished, produce
from trigger_ad.generate.zerobias.grid import CELLS
from trigger_ad.generate.zerobias.library import Composition, Library
from trigger_ad.generate.zerobias.work import Progress, spread
from trigger_ad.storage.arrays import load_arrays
from trigger_ad.storage.silence import quiet

__all__ = ["build"]


def build(
    path: Path,
    collisions: int,
    seed: int,
    workers: int,
    progress: Progress,
    larger: Mapping[str, float] = NOT_LARGER,
) -> None:
    """Generate a library; a killed build goes on from its last whole chunks.

    Parameters
    ----------
    path : Path
        NPZ file. Checkpoints are in a folder of the same name with ``.parts``.
    collisions : int
        About how many; `bins.sizes` deals them out.
    larger : mapping of str to float
        How many times as many some bins have.
    seed, workers : int
        The file does not depend on the workers.
    progress : callable
        Called with the collisions done and wanted.
    """
    folder = path.with_name(f"{path.name}.parts")
    claim(folder, libraries.stream(seed))
    pieces = [
        Piece(kind, index, min(own.chunk, count - start), seed, folder)
        for kind, (own, count) in enumerate(zip(BINS, sizes(collisions, larger), strict=True))
        for index, start in enumerate(range(0, count, own.chunk))
    ]
    slowest = sorted(pieces, key=lambda piece: not BINS[piece.kind].parent)
    spread(_job, [(p, p.events) for p in slowest], finished, workers, progress)
    libraries.save(path, _assemble(pieces, seed, numbers(collisions, larger)))


def _job(piece: Piece) -> None:
    with quiet():
        produce(piece)


def _assemble(pieces: list[Piece], seed: int, number: npt.NDArray[np.int64]) -> Library:
    """Chunks in order; cross-sections are averaged with the events tried as weights.

    `number` has what each collision is known by, (n,).
    """
    found = [load_arrays(piece.path) for piece in pieces]
    data = {name: np.concatenate([np.atleast_1d(f[name]) for f in found]) for name in found[0]}
    kind = np.array([p.kind for p in pieces])
    bins = len(BINS)
    tried = np.bincount(kind, data["tried"], bins)
    sigma = np.bincount(kind, data["tried"] * data["cross_section_pb"], bins) / tried
    error = np.sqrt(np.bincount(kind, (data["tried"] * data["error_pb"]) ** 2, bins)) / tried
    events = np.bincount(kind, [p.events for p in pieces], bins)
    first = np.cumsum([0, *(p.events for p in pieces)])[:-1]
    owner = np.concatenate([f["owner"] + start for f, start in zip(found, first, strict=True)])
    offsets, muon_offsets = (
        np.concatenate([[0], np.cumsum(data[k])]) for k in ("towers", "muon_counts")
    )
    em, had = (
        csr_array(
            (data[part].astype(np.int32), data["cell"].astype(np.int32), offsets),
            shape=(len(data["pthat"]), CELLS),
        )
        for part in ("em", "had")
    )
    return Library(
        Composition(tuple(map(int, events)), libraries.probabilities(sigma)),
        em,
        had,
        data["muons"],
        muon_offsets,
        data["pthat"],
        number[owner],
        sigma,
        error,
        tried.astype(np.int64),
        libraries.stream(seed),
    )
