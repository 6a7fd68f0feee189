"""What a sample is made of: numbers of events by process, in chunks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trigger_ad.generate.adc2021.chunks import SIZE, Chunk
from trigger_ad.generate.processes import SAMPLES

__all__ = ["plan", "shares"]


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
