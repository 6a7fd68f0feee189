"""What HDF5 files may hold besides objects: entries for each event, in data sets of fixed names.

===================  ====================  =========================================================
data set             shape                 entries
===================  ====================  =========================================================
``pileup``           (N,)                  collisions in the crossing; unknown where they cannot be
``labels``           (N,)                  whole numbers: classes
``nuisance``         (N,)                  what a score is not to depend on: finite numbers
``stratum``          (N,)                  0 to 255: code of the stratum an event was drawn from
``hardware_KIND``    (N, slots, 3)         pT, eta, phi of a kind as the hardware has them, integers
``L1_...``           (N,)                  recorded decisions: booleans, or 0 and 1
===================  ====================  =========================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.numbers import known_pileup, whole_numbers
from trigger_ad.events.particles import SLOTS
from trigger_ad.events.readers.hdf5 import Column, Hdf5

__all__ = ["Columns", "data_of_numbers", "one_each", "whole"]

_INT32 = np.iinfo(np.int32)


def data_of_numbers(file: Hdf5, name: str, remedy: str) -> Column:
    """A data set of integers or floats.

    Raises
    ------
    EventFileError
        If there is none, or it holds something else.
    """
    data = file.column(name)
    if isinstance(data, str) or not data.numbers:
        found = data if isinstance(data, str) else f"of type {data.dtype}"
        raise EventFileError(f"{file.path}:{name}", "must be a data set of numbers", found, remedy)
    return data


def one_each(file: Hdf5, name: str, events: int) -> Column:
    """A data set of one number an event; errors as in `data_of_numbers`, and for other shapes."""
    data = data_of_numbers(file, name, "write one number an event")
    _check_shape(data, events)
    return data


def whole(column: Column, start: int, stop: int, low: int, high: int) -> npt.NDArray[np.int64]:
    """Numbers of a column as int64, exactly; see `numbers.whole_numbers`."""
    return whole_numbers(column.read(start, stop).reshape(-1), column.name, start, low, high)


@dataclass(frozen=True)
class Columns:
    """The data sets of a file that have been looked at, and not yet read.

    Attributes
    ----------
    pileup, labels, nuisance, stratum : Column or None
    hardware : dict of str to Column
        By kind.
    bits : dict of str to Column
        Those that are wanted, by name.
    """

    pileup: Column | None
    labels: Column | None
    nuisance: Column | None
    stratum: Column | None
    hardware: dict[str, Column]
    bits: dict[str, Column]

    @classmethod
    def of(cls, file: Hdf5, events: int, bits: Sequence[str] = ()) -> Columns:
        """Look at the data sets of a file of so many events.

        Raises
        ------
        EventFileError
            If one has another length or type than it should, or a bit is missing.
        """

        def found(name: str) -> Column | None:
            return one_each(file, name, events) if name in file else None

        return cls(
            *(found("pileup"), found("labels"), found("nuisance"), found("stratum")),
            {kind: _hardware(file, kind, events) for kind in SLOTS if f"hardware_{kind}" in file},
            {name: _bit(file, name, events) for name in bits},
        )

    def read(self, start: int, stop: int) -> dict[str, Any]:
        """Events `start` to `stop`, as arguments of `Block`."""
        found: dict[str, Any] = {
            "hardware": {kind: _int32(data, start, stop) for kind, data in self.hardware.items()},
            "bits": {name: _decisions(data, start, stop) for name, data in self.bits.items()},
        }
        if self.pileup is not None:
            found["pileup"] = known_pileup(self.pileup.read(start, stop).reshape(-1))
        if self.labels is not None:
            found["labels"] = whole(self.labels, start, stop, -(2**63), 2**63 - 1)
        if self.stratum is not None:
            found["stratum"] = whole(self.stratum, start, stop, 0, 255).astype(np.uint8)
        if self.nuisance is not None:
            with np.errstate(over="ignore"):  # what is beyond float32 is refused as infinite
                values = self.nuisance.read(start, stop).reshape(-1).astype(np.float32)
            found["nuisance"] = values
        return found


def _check_shape(data: Column, events: int) -> None:
    if data.shape not in ((events,), (events, 1)):
        raise EventFileError(
            data.name,
            f"must have one number for each of {events} events",
            f"the shape {data.shape}",
            "write one number an event",
        )


def _hardware(file: Hdf5, kind: str, events: int) -> Column:
    data = data_of_numbers(file, f"hardware_{kind}", "write the integers of the hardware")
    shape = (events, SLOTS[kind].stop - SLOTS[kind].start, 3)
    if data.dtype.kind not in "iu" or data.shape != shape:
        raise EventFileError(
            data.name,
            f"must hold integers of the shape {shape}",
            f"{data.dtype} of the shape {data.shape}",
            "write pT, eta and phi of each slot as the hardware has them",
        )
    return data


def _int32(data: Column, start: int, stop: int) -> npt.NDArray[np.int32]:
    values = data.read(start, stop)
    outside = (values < _INT32.min) | (values > _INT32.max)
    if outside.any():
        event, slot, field = (int(i) for i in np.argwhere(outside)[0])
        raise EventFileError(
            data.name,
            "must hold integers of 32 bits",
            f"{values[event, slot, field]} in event {start + event}",
            "write pT, eta and phi of each slot as the hardware has them",
        )
    return values.astype(np.int32)


def _bit(file: Hdf5, name: str, events: int) -> Column:
    data = file.column(name)
    if isinstance(data, str) or not data.flags:
        found = data if isinstance(data, str) else f"of type {data.dtype}"
        raise EventFileError(
            f"{file.path}:{name}",
            "must be a data set of booleans, or of 0 and 1",
            found,
            "write the decision of each event, or leave the bit out",
        )
    _check_shape(data, events)
    return data


def _decisions(data: Column, start: int, stop: int) -> npt.NDArray[np.bool_]:
    values = data.read(start, stop).reshape(-1)
    return whole_numbers(values.astype(np.int64), data.name, start, 0, 1).astype(np.bool_)
