"""Event files by path, by pattern, or as ``packaged:NAME``."""

from __future__ import annotations

from collections.abc import Sequence
from glob import glob
from pathlib import Path

from trigger_ad.errors import EventFileError
from trigger_ad.events import packaged
from trigger_ad.storage.inputs import is_there

__all__ = ["matches", "matching"]


def matching(inputs: Sequence[str | Path]) -> list[Path]:
    """Files of all patterns, each once, in the order of their names.

    Parameters
    ----------
    inputs : sequence of str or Path
        As for `matches`.

    Raises
    ------
    EventFileError
        If one of them matches nothing, or a file has two names.
    """
    found: set[Path] = set()
    for given in inputs:
        files = matches(given)
        if not files:
            raise EventFileError(
                f"the input {given}",
                "must match an event file",
                None,
                "check the path, and quote the pattern",
            )
        found.update(files)  # other spellings of a path are one
    paths = sorted(found, key=str)
    _refuse_twice(paths)
    return paths


def matches(given: str | Path) -> list[Path]:
    """Files that a text or a path stands for.

    Parameters
    ----------
    given : str or Path
        A path, a pattern or ``packaged:NAME``. A name such as ``e[1].h5`` is itself, if it exists.
        A `Path` is no pattern, and need not exist.

    Raises
    ------
    EventFileError
        If no sample of that name is packaged.
    """
    if isinstance(given, Path):
        return [given]
    if given.startswith("packaged:"):
        return [packaged.find(given)]
    if is_there(Path(given)):
        return [Path(given)]
    return [Path(path) for path in glob(given, recursive=True)]  # noqa: PTH207 - absolute, too


def _refuse_twice(paths: list[Path]) -> None:
    """Refuse a file under two names, whose events would be counted twice."""
    seen: dict[tuple[int, int], Path] = {}
    for path in filter(is_there, paths):
        status = path.stat()
        other = seen.setdefault((status.st_dev, status.st_ino), path)
        if other != path:
            raise EventFileError(
                "the inputs",
                "must have each file once",
                f"{path}, which is the same file as {other}",
                "leave one of the two out",
            )
