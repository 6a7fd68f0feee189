"""How far an event lies in the tails of its words, each by a table, joined over kinds of words."""

from __future__ import annotations

from functools import reduce
from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.ir.operations.extremes import largest
from trigger_ad.ir.operations.fitted import tail
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.sections.section import Name

__all__ = ["Tails", "branches", "expressions", "vectors"]


class Tails(ScorerSettings):
    """The largest tail of each vector, joined."""

    name: Literal["tails"] = Field("tails", description="tails of words, from tables")
    of: tuple[Name, ...] = Field(
        min_length=1, max_length=32, description="vectors, each of which has its largest tail"
    )
    join: Literal["sum", "largest"] = Field("sum", description="of the tails of all vectors")
    bits: int = Field(8, ge=2, le=12, description="of a tail")
    fraction: int = Field(2, ge=0, le=8, description="of these, right of the binary point")


def branches(_settings: Tails, _inputs: int) -> tuple[Architecture, ...]:
    """No networks."""
    return ()


def expressions(settings: Tails) -> dict[str, Expression]:
    """Return the score, a sum of minus binary logarithms of parts of all events, or the largest."""
    each = [largest(tail(port(name), settings.bits, settings.fraction)) for name in settings.of]
    how = Expression.add if settings.join == "sum" else Expression.maximum
    return {"score": reduce(how, each)}


def vectors(settings: Tails) -> tuple[str, ...]:
    """The vectors that it reads."""
    return settings.of
