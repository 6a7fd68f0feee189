"""What lies at a path that a user gave, whatever it is."""

from __future__ import annotations

import stat
from pathlib import Path

__all__ = ["found_at", "is_there"]


def is_there(path: Path) -> bool:
    """Whether anything lies there; a name that no disk takes has nothing."""
    return isinstance(_mode(path), int)


def found_at(path: Path) -> str | None:
    """What lies there in words, as the end of a sentence; None for a regular file."""
    mode = _mode(path)
    if isinstance(mode, str):
        return mode
    if stat.S_ISREG(mode):
        return None
    return "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"


def _mode(path: Path) -> int | str:
    """Kind of a file, or why there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return (error.strerror or "unreadable").lower()
    except ValueError:
        return "a name with a null character"
