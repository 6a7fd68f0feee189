"""Objects that a quantity is of: one kind or several, and their slots."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trigger_ad.sections.section import Name

__all__ = ["Kinds", "Slots", "names"]

#: As the configuration has them.
Kinds = Name | Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)]

#: Places among the objects of a kind, from 0 up.
Slots = Annotated[
    tuple[Annotated[int, Field(ge=0, le=63)], ...], Field(min_length=1, max_length=64)
]


def names(kinds: str | tuple[str, ...]) -> tuple[str, ...]:
    """Names of kinds, in order."""
    return (kinds,) if isinstance(kinds, str) else kinds
