"""ROOT files as plain numbers: the one place where event files are read by uproot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.readers.border import calls, signature

__all__ = ["Branch", "Tree", "is_root", "opened"]

_SIGNATURE = b"root"


@dataclass(frozen=True)
class Branch:
    """Numbers of a branch: so many for each event.

    Attributes
    ----------
    sizes : (n_events,) int64
        Numbers of each event; 1 for branches of one number an event.
    values : (sum of sizes,)
        Integers or floats, event by event.
    """

    sizes: npt.NDArray[np.int64]
    values: npt.NDArray[Any]


@dataclass(frozen=True)
class Tree:
    """An open tree; see `opened`.

    Attributes
    ----------
    path : Path
    entries : int
    names : frozenset of str
        Of its branches.
    tree : uproot.TTree
    """

    path: Path
    entries: int
    names: frozenset[str]
    tree: Any

    def read(
        self, names: Sequence[str], start: int, stop: int, kinds: str = "fiu"
    ) -> Mapping[str, Branch]:
        """Entries `start` to `stop` of branches of NumPy's `kinds`: numbers without any.

        Raises
        ------
        EventFileError
            If uproot cannot read them, or they hold something else than numbers of each event.
        """
        with _calls(self.path):
            arrays = self.tree.arrays(
                list(names), entry_start=start, entry_stop=stop, library="ak", how=dict
            )
        return {name: self._branch(name, arrays[name], stop - start, kinds) for name in names}

    def _branch(self, name: str, array: Any, events: int, kinds: str) -> Branch:
        with _calls(self.path):
            sizes, values = _numbers(array)
        if values is None or values.dtype.kind not in kinds:
            with _calls(self.path):
                found = str(array.type.content)
            raise EventFileError(
                f"{self.path}:{name}",
                "must be a branch of numbers, or of a list of numbers for each event",
                found,
                "make the file with the Level-1 objects of NanoAOD",
            )
        # bytes that are damaged give offsets that lead anywhere
        if len(sizes) != events or (sizes < 0).any() or sizes.sum() != len(values):
            raise EventFileError(
                f"{self.path}:{name}",
                f"must have a list for each of {events} events",
                f"{len(sizes)} lists and {len(values)} numbers",
                "copy or download the file again",
            )
        return Branch(sizes, values)


def _numbers(array: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any] | None]:
    """Sizes and numbers of an array of one or two dimensions; no numbers for anything else.

    By the layout's own buffers: the compiled kernels of awkward do not check offsets, and end
    the process where these lead outside.
    """
    import awkward as ak

    layout = array.layout
    if layout.parameter("__array__") is not None:  # text is a list of numbers, too
        return np.zeros(0, np.int64), None
    if layout.is_numpy and len(layout.shape) == 1:
        return np.ones(len(layout), np.int64), np.asarray(layout.data)
    if layout.is_numpy and len(layout.shape) == 2:
        return np.full(layout.shape[0], layout.shape[1]), np.asarray(layout.data).reshape(-1)
    if isinstance(layout, ak.contents.ListOffsetArray) and layout.content.is_numpy:
        offsets = np.asarray(layout.offsets.data).astype(np.int64)
        content = np.asarray(layout.content.data)
        inside = content[max(offsets[0], 0) : max(offsets[-1], 0)]
        return np.diff(offsets), inside if inside.ndim == 1 else None
    if isinstance(layout, ak.contents.RegularArray) and layout.content.is_numpy:
        content = np.asarray(layout.content.data)[: len(layout) * layout.size]
        return np.full(len(layout), layout.size), content if content.ndim == 1 else None
    return np.zeros(0, np.int64), None


def _types_are_whole(file: Any) -> bool:
    """Whether the lists of members of all types of a file are as ROOT writes them.

    Only what is compressed has a checksum, so other damage shows where a value cannot be: nothing
    refers to these lists, and an object that nothing refers to has the identifier 0.
    """
    versions = (version for types in file.file.streamers.values() for version in types.values())
    return all(version.member("fElements").member("@fUniqueID") == 0 for version in versions)


def is_root(path: Path) -> bool:
    """Whether a file begins as ROOT files do."""
    return path.is_file() and signature(path, len(_SIGNATURE)) == _SIGNATURE


@contextmanager
def opened(path: Path, name: str) -> Iterator[Tree]:
    """A tree of a ROOT file, open as long as the block takes.

    Parameters
    ----------
    path : Path
    name : str
        Of the tree.

    Raises
    ------
    EventFileError
        If there is no such file or no such tree, or uproot cannot open it.
    """
    import uproot

    if not is_root(path):
        found = "a file of another kind" if path.is_file() else "missing"
        raise EventFileError(path, "must be a ROOT file", found, "give the path of a NanoAOD")
    with _calls(path):
        file = uproot.open(path, array_cache=None, object_cache=None)
    try:
        with _calls(path):
            whole = _types_are_whole(file)
            tree = file.get(name)
            keys = ", ".join(file.keys(cycle=False))
            entries = getattr(tree, "num_entries", None)
            names = frozenset() if entries is None else frozenset(tree.keys())
        if not whole:
            raise EventFileError(
                path,
                "must be a whole ROOT file",
                "one whose description of types is damaged",
                "copy or download the file again",
            )
        if entries is None:
            raise EventFileError(
                path, f"must hold the tree {name}", keys or None, "give the path of a NanoAOD"
            )
        yield Tree(path, int(entries), names, tree)
    finally:
        with _calls(path):
            file.close()


def _calls(path: Path) -> AbstractContextManager[None]:
    return calls("uproot", "ROOT", path)
