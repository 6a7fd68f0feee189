"""Objects of one collection of CMS Level-1 NanoAOD, put into the slots of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.particles import SLOTS
from trigger_ad.events.readers.l1branches import COLLECTIONS, MISSING_ET, Chosen
from trigger_ad.events.readers.root import Branch

__all__ = ["in_slots"]

_LARGEST = float(np.finfo(np.float32).max)
_MOST = 2**31


@dataclass(frozen=True)
class _Objects:
    """Objects of crossing 0 in falling momentum; equal ones in the file's order.

    Attributes
    ----------
    name : str
        File and collection, for messages.
    fields : mapping of str to ndarray (n_objects,)
    event : ndarray (n_objects,) of int64
        Rising.
    """

    name: str
    fields: Mapping[str, npt.NDArray[Any]]
    event: npt.NDArray[np.int64]

    def filled(
        self, fields: tuple[str | None, ...], events: int, slots: int
    ) -> npt.NDArray[np.float64]:
        """(events, slots, len(fields)) of the hardest; 0 in empty slots and without a field."""
        slot = np.arange(len(self.event)) - np.searchsorted(self.event, self.event)
        kept = slot < slots
        full = np.zeros((events, slots, len(fields)))
        for column, field in enumerate(fields):
            if field is not None:
                full[self.event[kept], slot[kept], column] = self.fields[field][kept]
        return full

    def refuse(
        self, bad: npt.NDArray[np.bool_], field: str, first: int, rule: str, remedy: str
    ) -> None:
        """Raise for the first object where `bad` holds."""
        if bad.any():
            index = int(np.argmax(bad))
            value = f"{self.fields[field][index]:g} in event {first + self.event[index]}"
            raise EventFileError(self.name, rule, value, remedy)


def in_slots(
    data: Mapping[str, Branch], kind: str, chosen: Chosen, path: str, first: int, events: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32] | None]:
    """Objects of a kind, hardest first.

    Parameters
    ----------
    data : mapping of str to Branch
    kind : str
    chosen : Chosen
        Fields that are read.
    path : str
        For messages.
    first, events : int
        Number of the first event, for messages, and of events.

    Returns
    -------
    real : ndarray (events, slots, 3)
        pT, eta, phi; 0 in empty slots.
    hardware : ndarray (events, slots, 3) of int32, or None

    Raises
    ------
    EventFileError
        For lists of different lengths, two missing ETs, and numbers that are none.
    """
    objects = _of_crossing_0(data, kind, path, first, events)
    for field in filter(None, chosen.real):
        values = objects.fields[field]
        bad = ~(np.abs(values) <= _LARGEST)  # also NaN
        if field == "pt":
            bad |= values < 0
        objects.refuse(
            bad, field, first, "must have finite numbers and pT >= 0", "make the file again"
        )
    for field in filter(None, chosen.hardware or ()):
        values = objects.fields[field].astype(np.float64)
        bad = ~(np.abs(values) < _MOST) | (values != np.rint(values))
        objects.refuse(bad, field, first, f"must have integers in {field}", "make the file again")
    slots = SLOTS[kind].stop - SLOTS[kind].start
    real = objects.filled(chosen.real, events, slots)
    if chosen.hardware is None:
        return real, None
    return real, objects.filled(chosen.hardware, events, slots).astype(np.int32)


def _of_crossing_0(
    data: Mapping[str, Branch], kind: str, path: str, first: int, events: int
) -> _Objects:
    prefix = COLLECTIONS[kind]
    name = f"{path}:{prefix}"
    branches = {
        branch.removeprefix(f"{prefix}_"): found
        for branch, found in data.items()
        if branch.startswith(f"{prefix}_")
    }
    sizes = branches["pt"].sizes
    _refuse_lengths(branches, name, sizes)
    event = np.repeat(np.arange(events), sizes)
    mine = branches["bx"].values == 0
    if kind == "met":
        mine &= branches["etSumType"].values == MISSING_ET
        several = np.bincount(event[mine], minlength=events) > 1
        if several.any():
            raise EventFileError(
                name,
                f"must have one sum of type {MISSING_ET} in crossing 0",
                f"several in event {first + int(np.argmax(several))}",
                "make the file again",
            )
    index = np.flatnonzero(mine)
    falling = -branches["pt"].values[index].astype(np.float64)
    index = index[np.lexsort((falling, event[index]))]
    fields = {field: found.values[index] for field, found in branches.items()}
    return _Objects(name, fields, event[index])


def _refuse_lengths(
    branches: Mapping[str, Branch], name: str, sizes: npt.NDArray[np.int64]
) -> None:
    for field, branch in branches.items():
        if not np.array_equal(branch.sizes, sizes):
            raise EventFileError(
                f"{name}_{field}",
                f"must have as many numbers in each event as {name.rpartition(':')[2]}_pt",
                f"{len(branch.values)} and {sizes.sum()} in all",
                "copy or make the file again",
            )
