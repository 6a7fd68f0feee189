"""HDF5 files as plain numbers and text: the one place where event files are read by h5py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.readers.border import calls, signature
from trigger_ad.events.readers.heaps import is_endless
from trigger_ad.storage.inputs import found_at

__all__ = ["Column", "Hdf5", "is_hdf5", "opened"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
#: Where it may stand: after a user block of 512 bytes, or twice as many, and so on.
_USER_BLOCKS = (0, *(512 << n for n in range(20)))
#: Holds a row of chunks of all 76 columns.
_CACHE = {"rdcc_nbytes": 8 * 2**20, "rdcc_nslots": 10007}

#: Registered filters that the package hdf5plugin brings
#: (https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md).
_PLUGINS = {
    307: "bzip2",
    32001: "blosc",
    32004: "lz4",
    32008: "bitshuffle",
    32013: "zfp",
    32015: "zstd",
    32017: "sz",
    32018: "fcidecomp",
    32024: "sz3",
    32026: "blosc2",
    32028: "sperr",
}


@dataclass(frozen=True)
class Column:
    """A data set that has been looked at, and not yet read.

    Attributes
    ----------
    path : Path
        Its file.
    name : str
        File and data set, for messages.
    shape : tuple of int
    dtype : numpy.dtype
    data : h5py.Dataset
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    data: Any

    @property
    def numbers(self) -> bool:
        """Whether it holds integers or floats."""
        return self.dtype.kind in "fiu"

    def read(self, start: int, stop: int) -> npt.NDArray[Any]:
        """Rows `start` to `stop`, as the file has them.

        Raises
        ------
        EventFileError
            If HDF5 cannot read them; a filter that is not there is named.
        """
        try:
            with _calls(self.path):
                return np.asarray(self.data[start:stop])
        except EventFileError:
            if (missing := self._missing_filter()) is not None:
                raise missing from None
            raise

    def _missing_filter(self) -> EventFileError | None:
        """Say which filter HDF5 does not have, if that may be why it could not read."""
        with _calls(self.path):
            settings = self.data.id.get_create_plist()
            codes = [int(settings.get_filter(n)[0]) for n in range(settings.get_nfilters())]
            absent = [code for code in codes if not h5py.h5z.filter_avail(code)]
        if not absent:
            return None
        name = _PLUGINS.get(absent[0])
        return EventFileError(
            self.name,
            "must have filters that HDF5 knows here",
            f"{name} ({absent[0]})" if name else f"number {absent[0]}",
            "pip install hdf5plugin, which is imported where it is there, or write it with gzip"
            if name
            else "write it with gzip",
        )


@dataclass(frozen=True)
class Hdf5:
    """An open HDF5 file; see `opened`.

    Attributes
    ----------
    path : Path
    file : h5py.File
    """

    path: Path
    file: Any

    def names(self) -> list[str]:
        """Names at the root of the file, sorted."""
        with _calls(self.path):
            return sorted(self.file)

    def __contains__(self, name: str) -> bool:
        with _calls(self.path):
            return self.file.get(name, getlink=True) is not None

    def elsewhere(self) -> list[Path]:
        """Other files that data sets at the root lie in, through links or as virtual ones."""
        with _calls(self.path):
            found: set[str] = set()
            for name in self.file:
                link = self.file.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    found.add(link.filename)
                data = self.file.get(name)
                if isinstance(data, h5py.Dataset):
                    found |= {name for name, *_ in data.external or ()}
                    virtual = data.virtual_sources() if data.is_virtual else ()
                    found |= {source.file_name for source in virtual}
        return sorted(self.path.parent / name for name in found - {"."})

    def text(self, name: str) -> str | None:
        """An attribute of the file as text; None if there is none.

        Text is a string of either kind, bytes of UTF-8, or an array of one of these.

        Raises
        ------
        EventFileError
            If it is something else.
        """
        with _calls(self.path):
            if name not in self.file.attrs:
                return None
            value = self.file.attrs[name]
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(-1)[0]
        if isinstance(value, bytes):
            try:
                value = value.decode()
            except UnicodeDecodeError:
                value = repr(bytes(value))
        if isinstance(value, str):
            return str(value)
        raise EventFileError(
            f"{self.path}:{name}",
            "must be an attribute of text",
            _kind(value),
            "write it as a string, or delete the attribute if it is not trigger_ad's",
        )

    def column(self, name: str) -> Column | str:
        """A data set, or in words what is there instead.

        Raises
        ------
        EventFileError
            If HDF5 cannot read it, or it is a link that leads nowhere.
        """
        if name not in self:
            return "missing"
        with _calls(self.path):
            link = self.file.get(name, getlink=True)
            hard = isinstance(link, h5py.HardLink)
        if not hard:
            self._follow(name, link)
        with _calls(self.path):
            data = self.file[name]
            if not isinstance(data, h5py.Dataset):
                return "a group" if isinstance(data, h5py.Group) else "a type"
            # a data set without a dataspace has the shape None
            return Column(self.path, f"{self.path}:{name}", data.shape or (), data.dtype, data)

    def _follow(self, name: str, link: Any) -> None:
        """Refuse a link that leads nowhere."""
        try:
            with _calls(self.path):
                self.file[name]
        except EventFileError:
            file = getattr(link, "filename", None)
            place = f"{file}:{link.path}" if file else link.path
            raise EventFileError(
                f"{self.path}:{name}",
                "must lead to a data set",
                f"a link to {place}, which is missing",
                "put the data set where the link leads",
            ) from None


@contextmanager
def opened(path: Path) -> Iterator[Hdf5]:
    """An HDF5 file, open as long as the block takes.

    Raises
    ------
    EventFileError
        If there is no such file, or HDF5 cannot open it.
    """
    if (found := found_at(path)) is not None:
        raise EventFileError(path, "must be an event file", found, "give the path of an HDF5 file")
    if not is_hdf5(path):
        raise EventFileError(
            path,
            "must be an HDF5 file",
            "a file of another kind" if path.stat().st_size else "an empty file",
            "give the path of an HDF5 file",
        )
    if is_endless(path):
        raise EventFileError(
            path,
            "must be a whole HDF5 file",
            "one whose heap of text has no end",
            "copy or download the file again",
        )
    if find_spec("hdf5plugin") is not None:
        import hdf5plugin  # noqa: F401 - registers its filters
    with _calls(path):
        file = h5py.File(path, "r", **_CACHE)
    try:
        yield Hdf5(path, file)
    finally:
        with _calls(path):
            file.close()


def _calls(path: Path) -> AbstractContextManager[None]:
    return calls("HDF5", "HDF5", path)


def is_hdf5(path: Path) -> bool:
    """Whether the signature of HDF5 stands where it may stand."""
    size = path.stat().st_size
    places = (place for place in _USER_BLOCKS if place < size)
    return any(signature(path, len(_SIGNATURE), place) == _SIGNATURE for place in places)


def _kind(value: Any) -> str:
    """An attribute in words."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    if isinstance(value, h5py.Empty):
        return "an empty one"
    return f"{type(value).__name__} {value!r}"
