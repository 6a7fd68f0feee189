"""Chunks of work over processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

__all__ = ["Progress", "spread"]

Progress = Callable[[int, int], None]
Piece = TypeVar("Piece")


def spread(
    job: Callable[[Piece], None],
    pieces: Sequence[tuple[Piece, int]],
    finished: Callable[[Piece], bool],
    workers: int,
    progress: Progress,
) -> None:
    """Do the pieces that are not finished, each with its number of events."""
    missing = [(piece, events) for piece, events in pieces if not finished(piece)]
    total = sum(events for _, events in pieces)
    done = total - sum(events for _, events in missing)
    progress(done, total)
    if not missing:
        return
    jobs = [(job, piece, events) for piece, events in missing]
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        for events in pool.imap_unordered(_run, jobs):
            done += events
            progress(done, total)


def _run(task: tuple[Callable[[Any], None], Any, int]) -> int:
    job, piece, events = task
    job(piece)
    return events
