"""Any event file by ranges of rows: what a job that is cut into pieces reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021, l1nano

__all__ = ["Events", "count", "read_origin", "read_range"]


@dataclass(frozen=True)
class Events:
    """A piece of an event file.

    Attributes
    ----------
    particles : Particles
    pileup : ndarray (n_events,) of int32, or None
        Collisions in the crossing, where the file has them.
    hardware : mapping of str to ndarray (n_events, slots, 3) of int32
        Integers of the hardware by kind, where the file has them.
    """

    particles: Particles
    pileup: npt.NDArray[np.int32] | None
    hardware: Mapping[str, npt.NDArray[np.int32]] = field(default_factory=dict)


def count(path: Path) -> int:
    """Events of a file; ROOT files are CMS Level-1 NanoAOD, all others HDF5.

    Raises
    ------
    EventFileError, SchemaError, MissingDependencyError
        As the readers do.
    """
    return l1nano.count(path) if l1nano.is_root(path) else adc2021.count(path)


def read_origin(path: Path) -> Origin:
    """Where the events of a file came from; errors as in `count`."""
    return l1nano.ORIGIN if l1nano.is_root(path) else adc2021.read_origin(path)


def read_range(path: Path, start: int, stop: int) -> Events:
    """Events `start` to `stop` of a file; errors as in `count`."""
    if l1nano.is_root(path):
        found = l1nano.read_range(path, start, stop)
        return Events(found.particles, found.pileup, found.hardware)
    particles = adc2021.read_range(path, start, stop)
    with h5py.File(path, "r") as file:
        column = file.get("pileup")
        if column is None:
            return Events(particles, None)
        pileup = np.asarray(column[start:stop])
    if pileup.shape != (len(particles),) or pileup.dtype.kind not in "iu":
        raise EventFileError(
            f"{path}:pileup",
            "must have one whole number for each event",
            f"{pileup.dtype} of shape {pileup.shape}",
            "write the file again",
        )
    return Events(particles, pileup.astype(np.int32))
