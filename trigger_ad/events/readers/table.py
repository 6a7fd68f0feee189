"""The readers of event files by format."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from trigger_ad.errors import EventFileError
from trigger_ad.events.readers import event_file, l1nano
from trigger_ad.events.readers.reader import Reader, Settings, Source
from trigger_ad.storage.inputs import found_at

__all__ = ["GROUP", "READERS", "distribution", "find", "source"]

#: Entry points of other distributions that give readers. The version in it is that of `Reader` and
#: of what its functions take and return.
GROUP = "trigger_ad.readers.v1"


def source(path: Path, settings: Settings = Settings()) -> Source:  # noqa: B008 - it is frozen
    """An event file of any format; errors as in `find`."""
    return find(path).open(path, settings)


def find(path: Path) -> Reader:
    """Reader of a file, by its content: the first of `READERS`, then of other distributions.

    Another distribution gives a `Reader` under an entry point of the group `GROUP`. What a reader
    of `READERS` recognises is never given to it.

    Raises
    ------
    EventFileError
        If there is no such file, no reader recognises it, or an entry point gives no reader.
    """
    if (found := found_at(path)) is not None:
        raise EventFileError(path, "must be an event file", found, "check the path")
    for reader, _ in _readers():
        if reader.recognises(path):
            return reader
    names = (*READERS, *(entry.name for entry in _entries()))
    raise EventFileError(
        path,
        f"must be an event file of a known format ({', '.join(names)})",
        "a file of another kind" if path.stat().st_size else "an empty file",
        "convert it to one of these, or install its reader",
    )


def distribution(path: Path) -> str | None:
    """Distribution whose reader a file has, None for those of this package and for none at all.

    Raises
    ------
    EventFileError
        If an entry point gives no reader.
    """
    if found_at(path) is not None:
        return None
    return next((name for reader, name in _readers() if reader.recognises(path)), None)


def _readers() -> Iterator[tuple[Reader, str | None]]:
    """Readers in the order in which they are asked, each with its distribution."""
    yield from ((reader, None) for reader in READERS.values())
    for entry in _entries():
        yield _load(entry), None if entry.dist is None else str(entry.dist.name)


def _entries() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def _load(entry: EntryPoint) -> Reader:
    where = f"the entry point {entry.value} of reader {entry.name}"
    try:
        reader = entry.load()
    except (ImportError, AttributeError) as error:
        raise EventFileError(
            where, "must be importable", str(error), "install the distribution again"
        ) from None
    if not isinstance(reader, Reader):
        raise EventFileError(
            where,
            "must give a trigger_ad.events.readers.reader.Reader",
            type(reader).__name__,
            "see docs/events.md",
        )
    return reader


#: One line a format.
READERS: dict[str, Reader] = {"HDF5": event_file.READER, "CMS Level-1 NanoAOD": l1nano.READER}
