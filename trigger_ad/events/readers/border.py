"""The border to the libraries that read event files: whatever they raise becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from trigger_ad.errors import EventFileError

__all__ = ["calls", "signature"]


@contextmanager
def calls(library: str, kind: str, path: str | PathLike[str]) -> Iterator[None]:
    """Calls of a library on a file, and nothing else.

    On damaged bytes a library raises what its authors never thought of: ``struct.error``,
    ``RecursionError``, ``AssertionError``, ``UnicodeDecodeError``, ``zlib.error``. So everything
    is caught here. For the same reason nothing of our own may stand inside of the block: a fault
    of ours has to keep its traceback.

    Parameters
    ----------
    library : str
        Its name, for the sentence.
    kind : str
        Of the file: ``HDF5``.
    path : path-like

    Raises
    ------
    EventFileError
        In place of any other exception.
    """
    try:
        yield
    except MemoryError as error:
        raise EventFileError(
            path,
            "must fit into memory",
            f"sizes that {library} cannot allocate",
            "copy or download the file again if it is smaller than that, or use a larger machine",
        ) from error
    except Exception as error:
        raise EventFileError(
            path,
            f"must be a whole {kind} file",
            f"{Path(path).stat().st_size} bytes that {library} cannot read",
            "copy or download the file again",
        ) from error


def signature(path: Path, length: int, place: int = 0) -> bytes:
    """A few bytes of a file, by which its kind is known.

    Raises
    ------
    EventFileError
        If the file cannot be opened.
    """
    try:
        with path.open("rb") as raw:
            raw.seek(place)
            return raw.read(length)
    except OSError as error:
        raise EventFileError(
            path,
            "must be a readable file",
            (error.strerror or "unreadable").lower(),
            "check the path and its permissions",
        ) from None
