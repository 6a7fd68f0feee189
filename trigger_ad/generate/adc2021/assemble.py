"""Chunks to one sample in a seeded random order."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import numpy.typing as npt

from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.events.particles import PROCESSES, Particles
from trigger_ad.generate.adc2021.chunks import Chunk, Result, load
from trigger_ad.generate.processes import GENERATORS, SAMPLES

__all__ = ["FILTER", "assemble"]

FILTER = (
    "one isolated electron (abs(eta) < 2.5) or muon (abs(eta) < 2.1) with pT > 23 GeV, "
    "reconstructed; multijet events from b bbar and c cbar only"
)


def assemble(sample: str, seed: int, chunks: list[Chunk]) -> tuple[Particles, Origin]:
    """Put finished chunks together.

    The processes are interleaved at random; parton-level events are numbered in the order in
    which they first occur.
    """
    chunks = sorted(chunks, key=lambda c: (PROCESSES.index(c.process), c.index))
    results = [result for chunk in chunks if (result := load(chunk)) is not None]
    process = np.repeat(
        np.array([PROCESSES.index(c.process) for c in chunks], dtype=np.uint8),
        [c.events for c in chunks],
    )
    starts = np.cumsum([0, *(int(r.parton_event[-1]) + 1 for r in results)])
    identity = np.concatenate(
        [r.parton_event + start for r, start in zip(results, starts, strict=False)]
    )
    order = np.random.default_rng([seed, list(SAMPLES).index(sample)]).permutation(len(process))
    particles = Particles(
        np.concatenate([r.values for r in results])[order], process[order], _ranks(identity[order])
    )
    versions = {name: version(name) for name in ("pythia8mc", "fastjet")}
    origins = tuple(
        _origin(name, own)
        for name in SAMPLES[sample]
        if (own := [r for c, r in zip(chunks, results, strict=True) if c.process == name])
    )
    return particles, Origin("filtered", FILTER, seed, versions, origins)


def _ranks(identity: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Numbers from 0 for the values of `identity`, in the order of their first occurrence."""
    _, first, inverse = np.unique(identity, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _origin(name: str, results: list[Result]) -> ProcessOrigin:
    """Record of one process: cross-sections averaged with the events tried as weights."""
    generator = GENERATORS[name]
    tried = np.array([r.tried for r in results])
    sigma = np.array([r.cross_section for r in results])
    error = np.array([r.error for r in results])
    return ProcessOrigin(
        name=name,
        cross_section_pb=float((sigma * tried).sum() / tried.sum()),
        cross_section_error_pb=float(np.hypot.reduce(error * tried) / tried.sum()),
        tried=int(tried.sum()),
        passed=sum(len(r.values) for r in results),
        resampling=1 if generator.thinned else generator.decays,
        distinct_parton_events=sum(len(np.unique(r.parton_event)) for r in results),
    )
