"""Kinds of object that a quantity is of: one name, or a list of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trigger_ad.sections.section import Name

__all__ = ["Kinds", "names"]

#: As the configuration has them.
Kinds = Name | Annotated[tuple[Name, ...], Field(min_length=1)]


def names(kinds: str | tuple[str, ...]) -> tuple[str, ...]:
    """Names of kinds, in order."""
    return (kinds,) if isinstance(kinds, str) else kinds
