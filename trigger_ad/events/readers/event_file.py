"""HDF5 files of the forms of ADC2021, behind the door that all formats go through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from trigger_ad.errors import EventFileError
from trigger_ad.events.block import Block
from trigger_ad.events.origin import Origin
from trigger_ad.events.readers import adc2021, bits
from trigger_ad.events.readers.columns import Columns
from trigger_ad.events.readers.forms import Table, read_range_of, tables
from trigger_ad.events.readers.hdf5 import Hdf5, is_hdf5, opened
from trigger_ad.events.readers.reader import Reader, Source

__all__ = ["READER", "EventFile"]


@dataclass(frozen=True)
class EventFile(Source):
    """An HDF5 file of any of the forms of ADC2021."""

    @cached_property
    def origin(self) -> Origin:
        """That of the file, "filtered" for files that do not say."""
        return adc2021.read_origin(self.path)

    @cached_property
    def count(self) -> int:
        """Events in all its data sets."""
        return adc2021.count(self.path)

    def read(self, start: int, stop: int) -> Block:
        """Events `start` to `stop`, counted over all data sets; see `Source.read`."""
        with opened(self.path) as file:
            return _Opened.of(file, self).block(start, stop)

    def blocks(self, size: int) -> Iterator[Block]:
        """All events; the file is opened once."""
        with opened(self.path) as file:
            found = _Opened.of(file, self)
            for start in range(0, found.count, size):
                yield found.block(start, min(start + size, found.count))

    def check(self) -> None:
        """Look at the form of all data sets, the units of the first events and the wanted bits.

        Strata in the origin alone are refused: all events would count as those of the first.
        """
        with opened(self.path) as file:
            found = _Opened.of(file, self)
            next(table for table in found.tables if len(table)).refuse_mev(self.settings.units)
        strata = self.origin.strata
        if strata is not None and len(strata.names) > 1 and found.columns.stratum is None:
            raise EventFileError(
                self.path,
                "must have the data set stratum, since its origin has strata",
                None,
                "write the stratum of each event, or make the sample again",
            )
        bits.check(self.path, self.settings.bits)

    def behind(self) -> list[Path]:
        """Files that data sets lie in, through links or as virtual ones."""
        return adc2021.behind(self.path)


@dataclass(frozen=True)
class _Opened:
    """All that is read of an open file."""

    source: EventFile
    tables: Sequence[Table]
    columns: Columns
    count: int

    @classmethod
    def of(cls, file: Hdf5, source: EventFile) -> _Opened:
        found = tables(file)
        events = sum(map(len, found))
        return cls(source, found, Columns.of(file, events), events)

    def block(self, start: int, stop: int) -> Block:
        particles = read_range_of(self.tables, start, stop, self.source.settings.units)
        known = self.tables[0].identity is not None
        return Block(
            particles.values,
            ids=particles.parton_event if known else None,
            process=particles.process,
            name=str(self.source.path),
            first=start,
            bits=bits.read(self.source.path, start, stop, self.source.settings.bits),
            **self.columns.read(start, stop),
        )


READER = Reader(is_hdf5, EventFile)
