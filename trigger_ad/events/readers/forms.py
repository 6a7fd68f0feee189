"""The forms in which ADC2021 events are found in HDF5 files.

=========  ==================================  =============================================
form       data sets                           events
=========  ==================================  =============================================
own        ``Particles``, ``process``,         (N, 19, 4); attribute ``schema``
           ``parton_event``
original   ``Particles``, sometimes ``EvtId``  (N, 19, 4): pT, eta, phi, class
prepared   ``X_train``, ``X_val``, ``X_test``  (N, 57) or (N, 19, 3[, 1]): pT, eta, phi of
           or ``Data``                         each slot
=========  ==================================  =============================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.events.particles import PROCESSES, Particles
from trigger_ad.events.tidy import tidy

__all__ = ["SCHEMA", "Table", "pileup_column", "tables"]

SCHEMA = "adc2021/1"
_PREPARED = ("X_train", "X_val", "X_test")
_SHAPES = {"Particles": ((19, 4),), "prepared": ((57,), (19, 3), (19, 3, 1))}


@dataclass(frozen=True)
class Table:
    """One data set of events.

    Attributes
    ----------
    name : str
        File and data set, for messages.
    data : h5py.Dataset
        The objects.
    process, identity : h5py.Dataset or None
        Process codes and identities, where the file has them.
    first : int
        Events in the data sets before this one.
    """

    name: str
    data: Any
    process: Any = None
    identity: Any = None
    first: int = 0

    def __len__(self) -> int:
        return int(self.data.shape[0])

    def read(self, start: int, stop: int) -> Particles:
        """Events `start` to `stop` of this data set, checked."""
        n = min(stop, len(self)) - start
        values = np.asarray(self.data[start:stop], dtype=np.float32)
        if self.data.shape[1:] != (19, 4):
            values = np.concatenate(
                [values.reshape(n, 19, 3), np.full((n, 19, 1), np.nan, np.float32)], axis=2
            )
        process = np.zeros(n, np.uint8)
        if self.process is not None:
            process = self.process[start:stop]
            if process.max(initial=0) >= len(PROCESSES):
                event = int(np.argmax(process >= len(PROCESSES)))
                raise EventFileError(
                    f"{self.name.rpartition(':')[0]}:process",
                    f"must be below {len(PROCESSES)}",
                    f"{process[event]} in event {start + event}",
                    "write the file again with this version",
                )
        identity: npt.NDArray[np.int64] = np.arange(start, start + n) + self.first
        if self.identity is not None:
            identity = np.asarray(self.identity[start:stop], dtype=np.int64).reshape(n)
        return Particles(tidy(values, self.name, start), process, identity)


def tables(file: h5py.File, path: str) -> list[Table]:
    """The data sets of events in a file, in the order in which they are read.

    Raises
    ------
    EventFileError
        If the file has no known form, or one of the wrong shape, or no events.
    SchemaError
        If the file was written by another version of this package.
    """
    schema = file.attrs.get("schema")
    if schema is not None:
        if schema != SCHEMA:
            raise SchemaError(
                path,
                f"must have the schema '{SCHEMA}'",
                repr(schema),
                "read it with the version of trigger_ad that wrote it",
            )
        found = [
            Table(
                f"{path}:Particles",
                _dataset(file, path, "Particles"),
                _column(file, path, "process"),
                _column(file, path, "parton_event"),
            )
        ]
    else:
        found = list(_foreign(file, path))
    if not sum(map(len, found)):
        raise EventFileError(found[0].name, "must hold events", "0", "give a file with events")
    return found


def _foreign(file: h5py.File, path: str) -> Iterator[Table]:
    """Data sets of a file that was not written here."""
    if "Particles" in file:
        identity = _column(file, path, "EvtId") if "EvtId" in file else None
        yield Table(f"{path}:Particles", _dataset(file, path, "Particles"), identity=identity)
        return
    prepared = [name for name in _PREPARED if name in file]
    if prepared and "Data" in file:
        raise EventFileError(
            path, "must hold events in one form", f"{prepared[0]} and Data", "remove one of the two"
        )
    names = prepared or [name for name in ("Data",) if name in file]
    if not names:
        keys = ", ".join(sorted(file)) or "an empty file"
        raise EventFileError(
            path,
            "must hold Particles, X_train, X_val, X_test or Data",
            keys,
            "rename the data set or convert the file",
        )
    first = 0
    for name in names:
        data = _dataset(file, path, name)
        yield Table(f"{path}:{name}", data, first=first)
        first += len(data)


def _dataset(file: h5py.File, path: str, name: str) -> Any:
    """A data set of objects."""
    data = file.get(name)
    shapes = _SHAPES.get(name, _SHAPES["prepared"])
    if not isinstance(data, h5py.Dataset) or data.dtype.kind not in "fiu":
        raise EventFileError(
            f"{path}:{name}",
            "must be a data set of numbers",
            _description(data),
            "write the events as float32",
        )
    if data.shape[1:] not in shapes:
        wanted = " or ".join(str(("N", *shape)).replace("'", "") for shape in shapes)
        raise EventFileError(
            f"{path}:{name}",
            f"must have the shape {wanted}",
            data.shape,
            "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets",
        )
    return data


def _column(file: h5py.File, path: str, name: str) -> Any:
    """A data set of one whole number an event."""
    data = file.get(name)
    if not isinstance(data, h5py.Dataset) or data.dtype.kind not in "fiu":
        raise EventFileError(
            f"{path}:{name}",
            "must be a data set of numbers",
            _description(data),
            "write one number an event",
        )
    events = file["Particles"].shape[0]
    if data.shape not in ((events,), (events, 1)):
        raise EventFileError(
            f"{path}:{name}",
            f"must have one number for each of {events} events",
            f"the shape {data.shape}",
            "write one number an event",
        )
    return data


def pileup_column(file: h5py.File, path: str) -> Any:
    """The data set of the number of collisions of each event."""
    return _column(file, path, "pileup")


def _description(data: Any) -> str:
    if data is None:
        return "missing"
    return "a group" if not isinstance(data, h5py.Dataset) else f"of type {data.dtype}"
