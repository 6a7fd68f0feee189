"""HDF5 files that are written whole, also where the disk refuses a part of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from trigger_ad.storage.outputs import atomic

__all__ = ["writing", "writing_at_once"]


@contextmanager
def writing(path: Path) -> Iterator[tuple[h5py.File, Callable[[], None]]]:
    """An empty HDF5 file that is moved to `path` if the block succeeds.

    Parameters
    ----------
    path : Path

    Yields
    ------
    file : h5py.File
    check : callable
        Ends the block where the disk has refused something; otherwise the end of the block does.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays, and nothing partial is left.
    """
    with atomic(path) as temporary, temporary.open("w+b", buffering=0) as raw:
        disk = _Disk(raw)
        with h5py.File(disk, "w") as file:
            yield file, disk.check
        disk.check()


@contextmanager
def writing_at_once(path: Path) -> Iterator[h5py.File]:
    """As `writing`, for a file that has room in memory, where it is until it is whole."""
    with h5py.File(path.name, "w", driver="core", backing_store=False) as file:
        yield file
        file.flush()
        content = file.id.get_file_image()
    with atomic(path) as temporary:
        temporary.write_bytes(content)


class _Disk(io.RawIOBase):
    """A file on disk that drops all that follows a write that failed.

    HDF5 keeps what it could not write and tries again when the file is closed and when the
    interpreter ends, where another failure ends the process. So it is told that all was written,
    and `check` says that it was not.
    """

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self._failure: OSError | None = None

    def check(self) -> None:
        """Raise the first failure."""
        if self._failure is not None:
            raise self._failure

    def write(self, data: object, /) -> int:
        """Write all of it."""
        rest = memoryview(data).cast("B")  # type: ignore[arg-type]
        length = len(rest)
        try:
            while self._failure is None and len(rest):
                rest = rest[self._raw.write(rest) :]
        except OSError as error:
            self._failure = error
        return length

    def truncate(self, size: int | None = None, /) -> int:
        """Change the length."""
        try:
            if self._failure is None:
                return self._raw.truncate(size)
        except OSError as error:
            self._failure = error
        return size or 0

    def readinto(self, buffer: object, /) -> int | None:
        """Read what was written."""
        return self._raw.readinto(buffer)  # type: ignore[arg-type]

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        """Place."""
        return self._raw.tell()
