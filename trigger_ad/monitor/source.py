"""Lines of a file that grows, or of the standard input."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from trigger_ad.errors import FeedError

__all__ = ["LONGEST", "STDIN", "lines"]

#: Name of the standard input.
STDIN = "-"

#: A line without an end is cut here, so that memory stays constant.
LONGEST = 1 << 20

_BLOCK = 1 << 16


def lines(source: str, follow: bool, poll: float = 0.5) -> Iterator[str | None]:
    """Read whole lines.

    A file may grow, be cut to nothing, or be moved away and begun anew under its name; what
    the old one still holds is read first. A last line without its end is waited for while
    following, and given as it is otherwise.

    Parameters
    ----------
    source : str
        A path, or ``-`` for the standard input, which is read to its end.
    follow : bool
        Whether to wait at the end of a file for more.
    poll : float
        Time between two looks, in s.

    Yields
    ------
    str or None
        A line without its end; None whenever nothing new was there.

    Raises
    ------
    FeedError
        If the file cannot be read at the start.
    """
    if source == STDIN:
        yield from _stdin(poll)
        return
    path = Path(source)
    held = b""
    file = _open(path)
    while True:
        with os.fdopen(file, "rb", buffering=0) as stream:
            while True:
                held, ready = _cut(held + (block := stream.read(_BLOCK)))
                yield from ready
                if block:
                    continue
                if not follow or _replaced(path, file, stream.tell()):
                    break
                yield None
                time.sleep(poll)
            # The old file may have grown between the last read and its replacement.
            held, ready = _cut(held + stream.read())
            yield from ready
        if held:
            yield held.decode("utf-8", "replace")
            held = b""
        if not follow:
            return
        file = _open(path)


def _stdin(poll: float) -> Iterator[str | None]:
    held = b""
    file = sys.stdin.fileno()
    while True:
        if not select.select([file], [], [], poll)[0]:
            yield None
            continue
        block = os.read(file, _BLOCK)
        held, ready = _cut(held + block)
        yield from ready
        if not block:
            break
    if held:
        yield held.decode("utf-8", "replace")


def _open(path: Path) -> int:
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "a folder")
        return os.open(path, os.O_RDONLY)
    except OSError as error:
        raise FeedError(
            path,
            "must be a readable file of counters",
            (error.strerror or "unreadable").lower(),
            "check the path",
        ) from None


def _cut(held: bytes) -> tuple[bytes, list[str]]:
    """What is left of the last line, and the lines before it."""
    *whole, rest = held.split(b"\n")
    if len(rest) > LONGEST:
        whole, rest = [*whole, rest], b""
    return rest, [line.decode("utf-8", "replace") for line in whole]


def _replaced(path: Path, file: int, read: int) -> bool:
    """Whether another file has the name now, or this one was cut; not while there is none."""
    try:
        now, ours = path.stat(), os.fstat(file)
    except OSError:
        return False
    return (now.st_dev, now.st_ino) != (ours.st_dev, ours.st_ino) or now.st_size < read
