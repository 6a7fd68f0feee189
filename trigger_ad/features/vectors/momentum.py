"""Momenta of slots, or of the hardest objects of one kind or of several together."""

from __future__ import annotations

from functools import reduce
from typing import Literal

import pydantic
from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.features.vectors.kinds import Kinds, Slots, names
from trigger_ad.features.vectors.measure import Measured, measured
from trigger_ad.features.vectors.source import Numbers, Source, joined
from trigger_ad.ir.expression import Expression
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
        "descending order, whatever kind they are of; each kind has its own in that order",
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
    momenta = [source.momenta(kind, settings.slots) for kind in kinds]
    if settings.leading is None:
        there = joined([source.there(kind, settings.slots) for kind in kinds])
        return Numbers(measured(joined(momenta), settings, source, lsb), there)
    values = _hardest(momenta, settings.leading, source)
    return Numbers(measured(values, settings, source, lsb), filled(values))


def _hardest(momenta: list[Expression], leading: int, source: Source) -> Expression:
    sizes = [source.signal(each).size for each in momenta]
    if leading > sum(sizes):
        rule = f"must have leading of at most {sum(sizes)}"
        raise ConfigError(source.title, rule, leading, "ask for fewer")
    slots: list[list[Expression | None]] = [
        [element(each, place) for place in range(min(size, leading))]
        for each, size in zip(momenta, sizes, strict=True)
    ]
    found = reduce(lambda one, other: _merged(one, other, leading), slots)
    return joined([value for value in found if value is not None])


def _merged(
    first: list[Expression | None], second: list[Expression | None], count: int
) -> list[Expression | None]:
    """The largest so many of two lists in descending order, in that order.

    The merging network of K. E. Batcher, Proc. AFIPS 32, 307 (1968), whose depth is a logarithm;
    None stands for a place that no value has.
    """
    size = 1 << (max(len(first), len(second)) - 1).bit_length()
    rising = [*[None] * (size - len(second)), *second[::-1]]
    pairs = list(zip([*first, *[None] * (size - len(first))], rising, strict=True))
    large, small = [_larger(*pair) for pair in pairs], [_smaller(*pair) for pair in pairs]
    ordered = _ordered(large) + (_ordered(small) if count > size else [])
    return ordered[: min(count, len(first) + len(second))]


def _ordered(values: list[Expression | None]) -> list[Expression | None]:
    """In descending order what falls and then rises, or the other way round."""
    if len(values) == 1:
        return values
    half = len(values) // 2
    pairs = list(zip(values[:half], values[half:], strict=True))
    large, small = [_larger(*pair) for pair in pairs], [_smaller(*pair) for pair in pairs]
    return _ordered(large) + _ordered(small)


def _larger(one: Expression | None, other: Expression | None) -> Expression | None:
    if one is None or other is None:
        return one if other is None else other
    return one.maximum(other)


def _smaller(one: Expression | None, other: Expression | None) -> Expression | None:
    return None if one is None or other is None else one.minimum(other)
