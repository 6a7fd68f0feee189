"""Momenta of slots, or of the hardest objects of one kind or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pydantic
from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.features.vectors.kinds import Kinds, Slots, names
from trigger_ad.features.vectors.measure import Measured, measured
from trigger_ad.features.vectors.source import Numbers, Source, joined
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.operations.extremes import largest
from trigger_ad.ir.operations.gather import element
from trigger_ad.ir.operations.presence import filled

__all__ = ["Momentum", "momentum"]


class Momentum(Measured):
    """Momenta of objects, 0 for an empty slot; MET is an object of one slot."""

    kind: Literal["momentum"] = Field("momentum", description="of quantity")
    of: Kinds = Field(description="kinds of object: met, egamma, muon, jet; one, or a list")
    slots: Slots | None = Field(None, description="of each kind, from 0 up; all if absent")
    leading: int | None = Field(
        None,
        ge=1,
        le=8,
        description="in place of slots: so many of the largest momenta of all these kinds, in "
        "descending order, whatever kind they are of",
    )

    @pydantic.model_validator(mode="after")
    def _one_choice(self) -> Momentum:
        if self.slots is not None and self.leading is not None:
            raise ValueError("must have one of slots and leading, not both")
        return self


def momentum(settings: Momentum, source: Source) -> Numbers:
    """Expressions of such an entry."""
    kinds = names(settings.of)
    lsb = source.lsb(kinds)
    values = joined([source.momenta(kind, settings.slots) for kind in kinds])
    there = joined([source.there(kind, settings.slots) for kind in kinds])
    if settings.leading is not None:
        count = source.signal(values).size
        if settings.leading > count:
            rule = f"must have leading of at most {count}"
            raise ConfigError(source.title, rule, settings.leading, "ask for fewer")
        values = _hardest([element(values, i) for i in range(count)], settings.leading)
        there = filled(values)
    return Numbers(measured(values, settings, source, lsb), there)


def _hardest(values: Sequence[Expression], count: int) -> Expression:
    """The largest so many, in descending order: each value is put in its place."""
    if count == 1:
        return largest(joined(values))
    top: list[Expression] = []
    for value in values:
        rest = value
        for place, held in enumerate(top):
            top[place], rest = held.maximum(rest), held.minimum(rest)
        if len(top) < count:
            top.append(rest)
    return joined(top)
