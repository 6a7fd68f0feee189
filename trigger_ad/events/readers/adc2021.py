"""Event files: read any form of ADC2021, in constant memory, and write this package's own.

`trigger_ad.events.readers.forms` shows the forms. Nothing but numbers and JSON is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from trigger_ad.errors import EventFileError
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers.forms import SCHEMA, pileup_column, tables
from trigger_ad.storage.hdf5 import writing_at_once

__all__ = [
    "SCHEMA",
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
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
#: Holds a row of chunks of all 76 columns.
_CACHE = {"rdcc_nbytes": 8 * 2**20, "rdcc_nslots": 10007}

EventPath = str | PathLike[str]


@contextmanager
def _open(path: EventPath) -> Iterator[h5py.File]:
    """An event file; whatever HDF5 cannot read is an `EventFileError`."""
    path = Path(path)
    if not path.is_file():
        raise EventFileError(
            path,
            "must be an event file",
            "a folder" if path.is_dir() else "missing",
            "give the path of an HDF5 file",
        )
    try:
        with path.open("rb") as raw:
            signature = raw.read(len(_SIGNATURE))
        if signature != _SIGNATURE:
            raise EventFileError(
                path,
                "must be an HDF5 file",
                "a file of another kind" if signature else "an empty file",
                "give the path of an HDF5 file",
            )
        with h5py.File(path, "r", **_CACHE) as file:
            yield file
    except OSError as error:
        raise EventFileError(
            path,
            "must be a whole HDF5 file",
            f"{path.stat().st_size} bytes that HDF5 cannot read",
            "copy or download the file again",
        ) from error


def count(path: EventPath) -> int:
    """Number of events in a file."""
    with _open(path) as file:
        return sum(map(len, tables(file, str(path))))


def read_origin(path: EventPath) -> Origin:
    """Where the events of a file came from; "filtered" for files that do not say."""
    with _open(path) as file:
        tables(file, str(path))
        if "origin" not in file.attrs:
            return _ADC2021
        try:
            return Origin.from_json(file.attrs["origin"])
        except ValueError as error:
            raise EventFileError(
                f"{path}:origin",
                "must be an origin record",
                f"broken ({error})",
                "write the file again",
            ) from error


def read_chunks(path: EventPath, chunk_events: int = 65536) -> Iterator[Particles]:
    """Read a file piece by piece.

    Files that are not this package's own get process 0 ("unknown") and the number of the row,
    or ``EvtId``, as identity.

    Parameters
    ----------
    path : path-like
    chunk_events : int
        Most events in a piece.

    Yields
    ------
    Particles
        One after the other all events of the file.

    Raises
    ------
    EventFileError, SchemaError
        If the file cannot be read or holds impossible values. The form of the file is looked
        at before the first event is asked for.
    """
    count(path)
    return _chunks(path, chunk_events)


def _chunks(path: EventPath, chunk_events: int) -> Iterator[Particles]:
    with _open(path) as file:
        for table in tables(file, str(path)):
            for start in range(0, len(table), chunk_events):
                yield table.read(start, start + chunk_events)


def read_range(path: EventPath, start: int, stop: int) -> Particles:
    """Read events `start` to `stop`, counted over all data sets of a file.

    Raises
    ------
    EventFileError, SchemaError
        As `read_chunks`.
    """
    with _open(path) as file:
        parts, first = [], 0
        for table in tables(file, str(path)):
            low, high = max(start - first, 0), min(stop - first, len(table))
            if low < high:
                parts.append(table.read(low, high))
            first += len(table)
    return Particles(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.process for p in parts]),
        np.concatenate([p.parton_event for p in parts]),
    )


def read(path: EventPath, max_events: int | None = None) -> Particles:
    """Read the first `max_events` events of a file, or all.

    Raises
    ------
    EventFileError, SchemaError
        As `read_chunks`.
    """
    wanted = count(path) if max_events is None else max_events
    parts: list[Particles] = []
    for chunk in read_chunks(path, max(1, min(wanted, 65536))):
        parts.append(chunk[: wanted - sum(map(len, parts))])
        if sum(map(len, parts)) >= wanted:
            break
    return Particles(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.process for p in parts]),
        np.concatenate([p.parton_event for p in parts]),
    )


def read_pileup(path: EventPath) -> npt.NDArray[np.uint16] | None:
    """Number of collisions of each event, (n,); None for files that do not say."""
    with _open(path) as file:
        tables(file, str(path))
        if "pileup" not in file:
            return None
        return np.asarray(pileup_column(file, str(path))[:], dtype=np.uint16).reshape(-1)


def write(
    path: EventPath,
    particles: Particles,
    origin: Origin,
    columns: Mapping[str, npt.NDArray[np.integer]] | None = None,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write an event file; an existing one is replaced when the new one is whole.

    Parameters
    ----------
    path : path-like
    particles : Particles
    origin : Origin
        Saved as JSON in an attribute.
    columns : mapping of str to (n_events,) integers, optional
        Further data sets, which readers of the objects leave alone.
    attributes : mapping of str to str, optional
        Further records.
    """
    rows = max(1, min(8192, len(particles)))
    with writing_at_once(Path(path)) as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["origin"] = origin.to_json()
        file.attrs.update(attributes or {})
        for name, values, chunks in (
            ("Particles", particles.values, (rows, 1, 1)),
            ("process", particles.process, (rows,)),
            ("parton_event", particles.parton_event, (rows,)),
            *((name, column, (rows,)) for name, column in (columns or {}).items()),
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
