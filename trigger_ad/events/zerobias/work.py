"""Chunks of work over processes, with checkpoints in a folder that knows what it holds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from trigger_ad.errors import RunFolderError
from trigger_ad.files import read_json, write_json

__all__ = ["Progress", "claim", "spread"]

Progress = Callable[[int, int], None]
Piece = TypeVar("Piece")


def claim(folder: Path, stream: dict[str, Any]) -> None:
    """Make the folder of checkpoints, or see that it belongs to this stream.

    Raises
    ------
    RunFolderError, SchemaError
        If the checkpoints there come from another seed, version or setting.
    """
    record = folder / "stream.json"
    if not record.exists():
        write_json(record, stream)
        return
    found = read_json(record, stream["schema"])
    if found != stream:
        keys = dict.fromkeys([*stream, *found])
        different = ", ".join(k for k in keys if found.get(k) != stream.get(k))
        raise RunFolderError(
            str(folder),
            "must hold chunks of this generation",
            f"chunks with another {different}",
            "remove the folder or choose another file",
        )


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
