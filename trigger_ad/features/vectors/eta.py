"""Pseudorapidities of the slots of a kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.kinds import Slots
from trigger_ad.features.vectors.source import Numbers, Source
from trigger_ad.sections.section import Name

__all__ = ["Eta", "eta"]


class Eta(Entry):
    """Pseudorapidity words, 0 for an empty slot."""

    kind: Literal["eta"] = Field("eta", description="of quantity")
    of: Name = Field(description="kind of object")
    slots: Slots | None = Field(None, description="from 0 up; all if absent")
    absolute: bool = Field(False, description="without the sign")
    shift: int = Field(0, ge=0, le=10, description="low bits dropped")


def eta(settings: Eta, source: Source) -> Numbers:
    """Expressions of such an entry."""
    values = source.take(settings.of, "eta", settings.slots)
    if settings.absolute:
        values = values.absolute()
    there = source.there(settings.of, settings.slots)
    return Numbers(source.shorter(values, settings.shift).multiply(there), there)
