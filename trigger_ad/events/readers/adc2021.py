"""Event files: read any form of ADC2021, in constant memory, and write this package's own.

`trigger_ad.events.readers.forms` shows the forms. Nothing but numbers and JSON is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.numbers import known_pileup
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers.columns import one_each
from trigger_ad.events.readers.forms import SCHEMA, is_own, joined, read_range_of, tables
from trigger_ad.events.readers.hdf5 import Column, Hdf5, opened
from trigger_ad.events.units import Units
from trigger_ad.storage.hdf5 import writing_at_once

__all__ = [
    "SCHEMA",
    "behind",
    "check",
    "check_pileup",
    "count",
    "read",
    "read_chunks",
    "read_origin",
    "read_pileup",
    "read_range",
    "write",
]

_ADC2021 = Origin("filtered", "one electron or muon with pT > 23 GeV (ADC2021)")
_COLUMNS = ("Pt", "Eta", "Phi", "Class")
_KINDS = ("MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4")
EventPath = str | PathLike[str]


def count(path: EventPath) -> int:
    """Number of events in a file."""
    with opened(Path(path)) as file:
        return sum(map(len, tables(file)))


def read_origin(path: EventPath) -> Origin:
    """Where the events of a file came from; "filtered" for files that do not say."""
    with opened(Path(path)) as file:
        tables(file)
        text = file.text("origin") if is_own(file) else None
    if text is None:
        return _ADC2021
    try:
        return Origin.from_json(text)
    except ValueError as error:
        raise EventFileError(
            f"{path}:origin",
            "must be an origin record",
            f"broken ({error})",
            "write the file again",
        ) from error


def behind(path: EventPath) -> list[Path]:
    """Other files that hold data of a file, which it reaches through links."""
    with opened(Path(path)) as file:
        return file.elsewhere()


def read_chunks(
    path: EventPath, chunk_events: int = 65536, units: Units = None
) -> Iterator[Particles]:
    """Read a file piece by piece.

    Files that are not this package's own get process 0 ("unknown") and the number of the row,
    or ``EvtId``, as identity.

    Parameters
    ----------
    path : path-like
    chunk_events : int
        Most events in a piece.
    units : {"GeV", "MeV"}, optional
        Of the momenta. Without it they are GeV, and a file whose first events look like MeV is
        refused.

    Yields
    ------
    Particles
        One after the other all events of the file.

    Raises
    ------
    EventFileError, SchemaError
        If the file cannot be read or holds impossible values. The form of the file and its
        first events are looked at before the first event is asked for.
    """
    check(path, units)
    return _chunks(path, chunk_events, units)


def check(path: EventPath, units: Units = None) -> None:
    """Look at the form and the first events of a file; parameters and errors of `read_chunks`."""
    with opened(Path(path)) as file:
        next(table for table in tables(file) if len(table)).refuse_mev(units)


def check_pileup(path: EventPath) -> None:
    """Refuse a file whose pile-up cannot be read."""
    with opened(Path(path)) as file:
        _pileup_column(file)


def _pileup_column(file: Hdf5) -> Column | None:
    """The data set of the number of collisions of each event, if there is one."""
    if "pileup" not in file:
        return None
    return one_each(file, "pileup", sum(map(len, tables(file))))


def _chunks(path: EventPath, chunk_events: int, units: Units) -> Iterator[Particles]:
    with opened(Path(path)) as file:
        for table in tables(file):
            for start in range(0, len(table), chunk_events):
                yield table.read(start, start + chunk_events, units)


def read_range(path: EventPath, start: int, stop: int, units: Units = None) -> Particles:
    """Read events `start` to `stop`, counted over all data sets of a file.

    Units are taken as given, GeV without; `check` looks at them.

    Raises
    ------
    EventFileError, SchemaError
        As `read_chunks`.
    """
    with opened(Path(path)) as file:
        return read_range_of(tables(file), start, stop, units)


def read(path: EventPath, max_events: int | None = None, units: Units = None) -> Particles:
    """Read the first `max_events` events of a file, or all.

    Raises
    ------
    EventFileError, SchemaError
        As `read_chunks`.
    """
    wanted = count(path) if max_events is None else max_events
    parts: list[Particles] = []
    for chunk in read_chunks(path, max(1, min(wanted, 65536)), units):
        parts.append(chunk[: wanted - sum(map(len, parts))])
        if sum(map(len, parts)) >= wanted:
            break
    return joined(parts)


def read_pileup(
    path: EventPath, start: int = 0, stop: int | None = None
) -> npt.NDArray[np.int32] | None:
    """Number of collisions of events `start` to `stop`, or of all.

    Returns
    -------
    (n,) int32, or None
        `numbers.UNKNOWN_PILEUP`, -1, where it is not known; None for files that do not say.
    """
    with opened(Path(path)) as file:
        column = _pileup_column(file)
        if column is None:
            return None
        values = column.read(start, column.shape[0] if stop is None else stop)
    return known_pileup(values.reshape(-1))


def write(
    path: EventPath,
    particles: Particles,
    origin: Origin,
    columns: Mapping[str, npt.NDArray[Any]] | None = None,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write an event file; an existing one is replaced when the new one is whole.

    Parameters
    ----------
    path : path-like
    particles : Particles
    origin : Origin
        Saved as JSON in an attribute.
    columns : mapping of str to (n_events, ...) numbers or booleans, optional
        Further data sets, as in `trigger_ad.events.readers.columns`.
    attributes : mapping of str to str, optional
        Further records.

    Raises
    ------
    EventFileError
        If a column has another length than the events.
    """
    for name, column in (columns or {}).items():
        if len(column) != len(particles):
            raise EventFileError(
                f"{path}:{name}",
                f"must have one entry for each of {len(particles)} events",
                len(column),
                "write one for each event",
            )
    rows = max(1, min(8192, len(particles)))
    with writing_at_once(Path(path)) as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["origin"] = origin.to_json()
        file.attrs.update(attributes or {})
        for name, values, chunks in (
            ("Particles", particles.values, (rows, 1, 1)),
            ("process", particles.process, (rows,)),
            ("parton_event", particles.parton_event, (rows,)),
            *((name, c, (rows, *c.shape[1:])) for name, c in (columns or {}).items()),
        ):
            file.create_dataset(
                name,
                data=values,
                chunks=chunks,
                compression="gzip",
                compression_opts=9,
                shuffle=True,
                track_times=False,
            )
        for name, texts in (("Particles_Names", _COLUMNS), ("Particles_Classes", _KINDS)):
            file.create_dataset(name, data=np.array(texts, dtype="S"), track_times=False)
