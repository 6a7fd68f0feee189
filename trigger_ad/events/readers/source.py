"""One event file of any format, by functions.

`trigger_ad.events.readers.sample` is what everything here reads through: it gives all that a
`Block` has. These functions are kept for programs that use them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import bits, table
from trigger_ad.events.readers.reader import Settings
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
    """Events of a file.

    Raises
    ------
    EventFileError, SchemaError, MissingDependencyError
        As the readers do.
    """
    return table.source(path).count


def read_origin(path: Path) -> Origin:
    """Where the events of a file came from; errors as in `count`."""
    return table.source(path).origin


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
    table.source(path, Settings(units)).check()


def behind(path: Path) -> list[Path]:
    """Other files that hold data of a file, which it reaches through links."""
    return table.source(path).behind()


def check_bits(path: Path, names: Sequence[str]) -> None:
    """Refuse a file that does not have all of these trigger bits."""
    bits.check(path, names)


def read_range(
    path: Path, start: int, stop: int, units: Units = None, trigger_bits: Sequence[str] = ()
) -> Events:
    """Events `start` to `stop` of a file; errors as in `check`, which looks at the units.

    Of the trigger bits of the file those that are named are read.

    Raises
    ------
    EventFileError
        Also for files of words.
    """
    block = table.source(path, Settings(units, tuple(trigger_bits))).read(start, stop)
    if block.particles is None:
        raise EventFileError(
            path, "must hold particles", "words", "read it with events.readers.sample"
        )
    particles = Particles(block.particles, block.process, block.identity)
    return Events(particles, block.pileup, block.hardware, block.bits)
