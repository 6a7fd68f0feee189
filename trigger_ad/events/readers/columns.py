"""What HDF5 files may hold besides objects: entries for each event, in data sets of fixed names.

===================  ====================  =========================================================
data set             shape                 entries
===================  ====================  =========================================================
``pileup``           (N,)                  collisions in the crossing; unknown where they cannot be
``labels``           (N,)                  whole numbers: classes
``nuisance``         (N,)                  what a score is not to depend on: finite numbers
``stratum``          (N,)                  0 to 255: code of the stratum an event was drawn from
``hardware_KIND``    (N, slots, 3)         pT, eta, phi of a kind as the hardware has them, integers
===================  ====================  =========================================================
"""

from __future__ import annotations

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
    """

    pileup: Column | None
    labels: Column | None
    nuisance: Column | None
    stratum: Column | None
    hardware: dict[str, Column]

    @classmethod
    def of(cls, file: Hdf5, events: int) -> Columns:
        """Look at the data sets of a file of so many events.

        Raises
        ------
        EventFileError
            If one has another length or type than it should.
        """

        def found(name: str) -> Column | None:
            return one_each(file, name, events) if name in file else None

        return cls(
            *(found("pileup"), found("labels"), found("nuisance"), found("stratum")),
            {kind: _hardware(file, kind, events) for kind in SLOTS if f"hardware_{kind}" in file},
        )

    def read(self, start: int, stop: int) -> dict[str, Any]:
        """Events `start` to `stop`, as arguments of `Block`."""
        found: dict[str, Any] = {
            "hardware": {kind: _int32(data, start, stop) for kind, data in self.hardware.items()}
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
