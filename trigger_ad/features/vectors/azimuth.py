"""Angles between objects in azimuth: the only form in which a vector has azimuth."""

from __future__ import annotations

from typing import Literal

import pydantic
from pydantic import Field

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.angles import Azimuths, distance, leading
from trigger_ad.features.vectors.kinds import Kinds, Slots, names
from trigger_ad.features.vectors.source import Numbers, Source
from trigger_ad.ir.operations.gather import take

__all__ = ["Azimuth", "azimuth"]


class Azimuth(Entry):
    """Angle to a reference, from 1 up; 0 where either of the two is absent."""

    kind: Literal["azimuth"] = Field("azimuth", description="of quantity")
    of: Kinds = Field(description="kind of object; of several the hardest object, a lepton say")
    slots: Slots | None = Field(None, description="of a single kind, from 0 up; all if absent")
    reference: Kinds = Field(
        "met", description="its first object; of several kinds the hardest of these"
    )
    shift: int = Field(0, ge=0, le=6, description="low bits of the angle dropped")

    @pydantic.model_validator(mode="after")
    def _of_one(self) -> Azimuth:
        if self.slots is not None and len(names(self.of)) > 1:
            raise ValueError("must have no slots of several kinds, of which the hardest is taken")
        return self


def azimuth(settings: Azimuth, source: Source) -> Numbers:
    """Expressions of such an entry."""
    kinds = names(settings.of)
    one = len(kinds) == 1
    first = Azimuths.of(kinds[0], settings.slots, source) if one else leading(kinds, source)
    second = leading(names(settings.reference), source)
    size = source.signal(first.codes).size
    there = first.there.multiply(take(second.there, (0,) * size))
    angle = source.shorter(distance(first, second, source), settings.shift)
    return Numbers(angle.offset(1).multiply(there), there)
