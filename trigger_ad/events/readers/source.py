"""Any event file by ranges of rows: what a job that is cut into pieces reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021, bits, l1nano
from trigger_ad.events.units import Units

__all__ = ["Events", "behind", "check", "check_bits", "count", "read_origin", "read_range"]


@dataclass(frozen=True)
class Events:
    """A piece of an event file.

    Attributes
    ----------
    particles : Particles
    pileup : ndarray (n_events,) of int32, or None
        Collisions in the crossing, where the file has them; -1 for events that it has none of.
    hardware : mapping of str to ndarray (n_events, slots, 3) of int32
        Integers of the hardware by kind, where the file has them.
    bits : mapping of str to ndarray (n_events,) of bool
        Trigger bits that were asked for, by name.
    """

    particles: Particles
    pileup: npt.NDArray[np.int32] | None
    hardware: Mapping[str, npt.NDArray[np.int32]] = field(default_factory=dict)
    bits: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


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
    return (l1nano if l1nano.is_root(path) else adc2021).read_origin(path)


def check(path: Path, units: Units = None) -> None:
    """Look at the form and the first events of a file, and at the units of its momenta.

    Parameters
    ----------
    path : Path
    units : {"GeV", "MeV"}, optional
        What is known of the momenta; without it, momenta that look like MeV are refused.

    Raises
    ------
    EventFileError, SchemaError, MissingDependencyError
        As `count`, and for impossible values.
    """
    if l1nano.is_root(path):
        l1nano.check(path, units)
    else:
        adc2021.check(path, units)
        adc2021.check_pileup(path)


def behind(path: Path) -> list[Path]:
    """Other files that hold data of a file, which it reaches through links."""
    return [] if l1nano.is_root(path) else adc2021.behind(path)


def check_bits(path: Path, names: Sequence[str]) -> None:
    """Refuse a file that does not have all of these trigger bits; errors as in `bits.check`."""
    bits.check(path, names)


def read_range(
    path: Path, start: int, stop: int, units: Units = None, trigger_bits: Sequence[str] = ()
) -> Events:
    """Events `start` to `stop` of a file; errors as in `check`, which looks at the units.

    Of the trigger bits of the file those that are named are read.
    """
    if l1nano.is_root(path):
        found = l1nano.read_range(path, start, stop, units)
        events = Events(found.particles, found.pileup, found.hardware)
    else:
        particles = adc2021.read_range(path, start, stop, units)
        events = Events(particles, adc2021.read_pileup(path, start, stop))
    return replace(events, bits=bits.read(path, start, stop, trigger_bits))
