"""What a reader of a format gives: how it knows a file, and how it reads one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.events.block import Block
from trigger_ad.events.origin import Origin
from trigger_ad.events.units import FIRST_BLOCK, Units, check_units, refuse_mev

__all__ = ["Reader", "Settings", "Source"]


@dataclass(frozen=True)
class Settings:
    """How files are to be read.

    Attributes
    ----------
    units : {"GeV", "MeV"} or None
        Of the momenta; None stands for GeV that are looked at, see `units.refuse_mev`.
    bits : tuple of str
        Recorded decisions that blocks are to have; no others are read.
    """

    units: Units = None
    bits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_units(self.units)


@dataclass(frozen=True)
class Source(ABC):
    """An event file of one format. Making one reads nothing.

    Attributes
    ----------
    path : Path
    settings : Settings
    """

    path: Path
    settings: Settings = Settings()

    @property
    @abstractmethod
    def origin(self) -> Origin:
        """Where the events came from, and what normalises them."""

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of events."""

    @abstractmethod
    def read(self, start: int, stop: int) -> Block:
        """Events `start` to `stop`.

        Raises
        ------
        TriggerAdError
            If the file cannot be read or holds impossible values.
        """

    def blocks(self, size: int) -> Iterator[Block]:
        """All events, up to `size` at a time."""
        for start in range(0, self.count, size):
            yield self.read(start, min(start + size, self.count))

    def check(self) -> None:
        """Look at the first events and the units of their momenta; errors as in `read`."""
        first = self.read(0, min(self.count, FIRST_BLOCK))
        if first.particles is not None:
            refuse_mev(first.particles[..., 0], str(self.path), self.settings.units)

    def behind(self) -> list[Path]:
        """Other files that data of this one lie in."""
        return []


@dataclass(frozen=True)
class Reader:
    """A format.

    Attributes
    ----------
    recognises : callable
        Whether a file is of this format, by its content. The file is there.
    open : callable
        Takes a path and `Settings`, gives a `Source`; a subclass of it will do.
    """

    recognises: Callable[[Path], bool]
    open: Callable[[Path, Settings], Source]
