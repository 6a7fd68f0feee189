"""What the steps of a run open, list or load, by whatever path they name it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Events of the interpreter whose first argument is a path. HDF5 opens files by itself, from paths
#: that the guarded folder of a step has let through.
EVENTS = {"open", "os.listdir", "os.scandir", "ctypes.dlopen"}


class Watch:
    """Paths below a folder by the stage that was at work.

    Parameters
    ----------
    folder : Path
        A run folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = os.path.abspath(folder)  # noqa: PTH100 - as it was named, links left alone
        self.stage = ""
        self.seen: dict[str, set[str]] = {}

    def progress(self, stage: str, part: float, note: str) -> None:
        """Told by the engine which stage begins, and which has ended."""
        self.stage = "" if part == 1.0 else stage

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        """Keep a path that belongs to the run; hidden names are the engine's own."""
        if event in EVENTS and self.stage and isinstance(arguments[0], str | bytes | os.PathLike):
            # Text, or the guard of a path would speak.
            path = arguments[0] if isinstance(arguments[0], bytes) else str(arguments[0])
            name = os.path.relpath(os.fsdecode(path), self.folder)
            if not name.startswith("."):
                self.seen.setdefault(self.stage, set()).add(name)


_watches: list[Watch] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    for watch in _watches:
        watch.note(event, arguments)


_hooked: list[bool] = []


@contextmanager
def watched(folder: Path) -> Iterator[Watch]:
    """Watch what the steps of a run do there; a hook of the interpreter stays once it is set."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    watch = Watch(folder)
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)
