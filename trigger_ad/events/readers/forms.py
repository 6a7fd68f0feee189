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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.events.particles import PROCESSES, Particles
from trigger_ad.events.readers.columns import data_of_numbers, one_each, whole
from trigger_ad.events.readers.hdf5 import Column, Hdf5
from trigger_ad.events.tidy import tidy
from trigger_ad.events.units import FIRST_BLOCK, Units, in_gev, refuse_mev

__all__ = ["SCHEMA", "Table", "is_own", "joined", "read_range_of", "tables"]

SCHEMA = "adc2021/1"
_PREPARED = ("X_train", "X_val", "X_test")
_SHAPES = {"Particles": ((19, 4),), "prepared": ((57,), (19, 3), (19, 3, 1))}


@dataclass(frozen=True)
class Table:
    """One data set of events.

    Attributes
    ----------
    data : Column
        The objects.
    process, identity : Column or None
        Process codes and identities, where the file has them.
    first : int
        Events in the data sets before this one.
    """

    data: Column
    process: Column | None = None
    identity: Column | None = None
    first: int = 0

    def __len__(self) -> int:
        return self.data.shape[0]

    def read(self, start: int, stop: int, units: Units = None) -> Particles:
        """Events `start` to `stop` of this data set, checked."""
        n = min(stop, len(self)) - start
        values = _float32(self.data.read(start, stop))
        if self.data.shape[1:] != (19, 4):
            values = np.concatenate(
                [values.reshape(n, 19, 3), np.full((n, 19, 1), np.nan, np.float32)], axis=2
            )
        values[..., 0] = in_gev(values[..., 0], units)
        process = np.zeros(n, np.uint8)
        if self.process is not None:
            process = _codes(self.process, start, stop)
        identity: npt.NDArray[np.int64] = np.arange(start, start + n) + self.first
        if self.identity is not None:
            identity = whole(self.identity, start, stop, -(2**63), 2**63 - 1)
        return Particles(tidy(values, self.data.name, start), process, identity)

    def refuse_mev(self, units: Units) -> None:
        """Refuse a table whose first events look as if they were in MeV; see `units.refuse_mev`."""
        values = _float32(self.data.read(0, FIRST_BLOCK))
        shape = (len(values), 19, -1)
        refuse_mev(values.reshape(shape)[..., 0], self.data.name, units)


def _float32(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):  # what is beyond float32 is refused as infinite
        return values.astype(np.float32)


def _codes(column: Column, start: int, stop: int) -> npt.NDArray[np.uint8]:
    """Codes of processes."""
    codes = whole(column, start, stop, 0, 2**63 - 1)
    if codes.max(initial=0) >= len(PROCESSES):
        event = int(np.argmax(codes >= len(PROCESSES)))
        raise EventFileError(
            column.name,
            f"must be below {len(PROCESSES)}",
            f"{codes[event]} in event {start + event}",
            "write the file again with this version",
        )
    return codes.astype(np.uint8)


def is_own(file: Hdf5) -> bool:
    """Whether any version of this package wrote a file: other attributes are left alone."""
    return (file.text("schema") or "").startswith(SCHEMA.partition("/")[0])


def tables(file: Hdf5) -> list[Table]:
    """The data sets of events in a file, in the order in which they are read.

    Raises
    ------
    EventFileError
        If the file has no known form, or one of the wrong shape, or no events.
    SchemaError
        If the file was written by another version of this package.
    """
    if is_own(file):
        schema = file.text("schema")
        if schema != SCHEMA:
            raise SchemaError(
                file.path,
                f"must have the schema '{SCHEMA}'",
                repr(schema),
                "read it with the version of trigger_ad that wrote it",
            )
        objects = _dataset(file, "Particles")
        process, identity = (
            one_each(file, name, objects.shape[0]) for name in ("process", "parton_event")
        )
        found = [Table(objects, process, identity)]
    else:
        found = list(_foreign(file))
    if not sum(map(len, found)):
        raise EventFileError(found[0].data.name, "must hold events", "0", "give a file with events")
    return found


def read_range_of(found: Sequence[Table], start: int, stop: int, units: Units = None) -> Particles:
    """Events `start` to `stop` of all tables of a file."""
    parts, first = [], 0
    for table in found:
        low, high = max(start - first, 0), min(stop - first, len(table))
        if low < high:
            parts.append(table.read(low, high, units))
        first += len(table)
    return joined(parts)


def joined(parts: Sequence[Particles]) -> Particles:
    """Events of several pieces, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Particles(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.process for p in parts]),
        np.concatenate([p.parton_event for p in parts]),
    )


def _foreign(file: Hdf5) -> Iterator[Table]:
    """Data sets of a file that was not written here."""
    if "Particles" in file:
        objects = _dataset(file, "Particles")
        identity = one_each(file, "EvtId", objects.shape[0]) if "EvtId" in file else None
        yield Table(objects, identity=identity)
        return
    prepared = [name for name in _PREPARED if name in file]
    if prepared and "Data" in file:
        raise EventFileError(
            file.path,
            "must hold events in one form",
            f"{prepared[0]} and Data",
            "remove one of the two",
        )
    names = prepared or [name for name in ("Data",) if name in file]
    if not names:
        keys = ", ".join(file.names()) or "an empty file"
        raise EventFileError(
            file.path,
            "must hold Particles, X_train, X_val, X_test or Data",
            keys,
            "rename the data set or convert the file",
        )
    first = 0
    for name in names:
        data = _dataset(file, name)
        yield Table(data, first=first)
        first += data.shape[0]


def _dataset(file: Hdf5, name: str) -> Column:
    """A data set of objects."""
    data = data_of_numbers(file, name, "write the events as float32")
    shapes = _SHAPES.get(name, _SHAPES["prepared"])
    if data.shape[1:] not in shapes:
        wanted = " or ".join(str(("N", *shape)).replace("'", "") for shape in shapes)
        raise EventFileError(
            data.name,
            f"must have the shape {wanted}",
            data.shape,
            "write 19 slots: MET, 4 e/gamma, 4 muons, 10 jets",
        )
    return data
