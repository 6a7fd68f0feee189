"""Records of files: refused where something is missing, or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from trigger_ad.errors import SchemaError

__all__ = ["NotWholeError", "listed", "typed", "whole"]

T = TypeVar("T")


class NotWholeError(Exception):
    """A record lacks something, or has it of another type; `whole` says of which file."""


@contextmanager
def whole(path: Path, what: str) -> Iterator[None]:
    """Refuse a file whose records are not whole.

    Parameters
    ----------
    path : Path
    what : str
        What it must hold, as in ``a whole network``.

    Raises
    ------
    SchemaError
        Where `typed` or `listed` found something else.
    """
    try:
        yield
    except NotWholeError as error:
        rule, remedy = f"must hold {what}", "write it again with this version"
        raise SchemaError(path, rule, error, remedy) from None


def typed(record: Any, key: str, kind: type[T]) -> T:
    """Value of a key of a record, of this type and none derived from it.

    Raises
    ------
    NotWholeError
        If there is none, or no record.
    """
    if not isinstance(record, Mapping) or key not in record:
        raise NotWholeError(f"one without {key}")
    value = record[key]
    if type(value) is not kind:
        raise NotWholeError(f"one with such a value of {key}")
    return value


def listed(record: Any, key: str, kind: type[T]) -> tuple[T, ...]:
    """Values of a list of a record, all of this type.

    Raises
    ------
    NotWholeError
        If there is none, or one of another type in it.
    """
    found = typed(record, key, list)
    return tuple(typed({key: value}, key, kind) for value in found)
