"""Trigger bits that event files have by name: whether an algorithm fired in an event.

In HDF5 the group ``bits`` has a data set for each, in NanoAOD the tree has a branch for each, such
as ``L1_SingleMu22``: one boolean, 0 or 1 an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.numbers import whole_numbers
from trigger_ad.events.readers import root
from trigger_ad.events.readers.forms import tables
from trigger_ad.events.readers.hdf5 import Column, Hdf5, opened

__all__ = ["GROUP", "Bits", "check", "read"]

#: Of an HDF5 file.
GROUP = "bits"

#: (n_events,) of bool by name.
Bits = dict[str, npt.NDArray[np.bool_]]


def check(path: Path, names: Sequence[str]) -> None:
    """Refuse a file that does not have all of these bits.

    Raises
    ------
    EventFileError
        With the first that is missing, or that has another length than the events.
    """
    if names:
        read(path, 0, 1, names)


def read(path: Path, start: int, stop: int, names: Sequence[str]) -> Bits:
    """Bits of events `start` to `stop` of a file, by name.

    Raises
    ------
    EventFileError
        As `check`, and for numbers that are neither 0 nor 1.
    """
    if not names:
        return {}
    if not root.is_root(path):
        with opened(path) as file:
            events = sum(map(len, tables(file)))
            _require(path, names, [name for name in names if f"{GROUP}/{name}" in file])
            columns = {name: _column(file, name, events) for name in names}
            found = {name: column.read(start, stop) for name, column in columns.items()}
            return {name: _bits(v, columns[name].name, start) for name, v in found.items()}
    with root.opened(path, "Events") as tree:
        _require(path, names, tree.names)
        branches = tree.read(list(names), start, min(stop, tree.entries), kinds="biu")
    return {
        name: _bits(_one_each(branch, f"{path}:{name}", start), f"{path}:{name}", start)
        for name, branch in branches.items()
    }


def _require(path: Path, names: Sequence[str], found: Iterable[str]) -> None:
    known = set(found)
    missing = [name for name in names if name not in known]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise EventFileError(
            path,
            f"must have the trigger bit {missing[0]}{more}",
            None,
            "give other files, or mark the seeds in the menu with simulated: false, which "
            "lists them and leaves them out of the total",
        )


def _column(file: Hdf5, name: str, events: int) -> Column:
    """Data set of a bit."""
    column = file.column(f"{GROUP}/{name}")
    if isinstance(column, str):
        raise _refused(f"{file.path}:{GROUP}/{name}", events, column)
    if column.shape not in ((events,), (events, 1)) or column.dtype.kind not in "biu":
        raise _refused(column.name, events, f"{column.dtype} of shape {column.shape}")
    return column


def _one_each(branch: root.Branch, name: str, start: int) -> npt.NDArray[Any]:
    if (branch.sizes != 1).any():
        event = int(np.argmax(branch.sizes != 1))
        raise _refused(name, len(branch.sizes), f"{branch.sizes[event]} in event {start + event}")
    return branch.values


def _refused(name: str, events: int, found: str) -> EventFileError:
    return EventFileError(
        name,
        f"must be a boolean, 0 or 1 for each of {events} events",
        found,
        "write the bit of each event",
    )


def _bits(values: npt.NDArray[Any], name: str, start: int) -> npt.NDArray[np.bool_]:
    flat = values.reshape(-1)
    if flat.dtype.kind != "b":
        flat = whole_numbers(flat, name, start, 0, 1)
    return flat.astype(np.bool_)
