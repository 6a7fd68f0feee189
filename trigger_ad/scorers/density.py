"""How rare a class of an event is: a table of minus the logarithm of its frequency."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.ir.operations.fitted import density
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.settings import ScorerSettings
from trigger_ad.sections.section import Name

__all__ = ["Density", "branches", "expressions", "vectors"]


class Density(ScorerSettings):
    """A table of how often the elements of a vector have their values together."""

    name: Literal["density"] = Field("density", description="rarity of a class, from a table")
    of: Name = Field(description="vector of few counts or steps, whose combinations are classes")
    bits: int = Field(11, ge=2, le=12, description="of the score")
    fraction: int = Field(6, ge=0, le=8, description="of these, right of the binary point")
    prior: float = Field(
        0.01,
        ge=0,
        lt=1,
        description="part of the product of frequencies of single elements, in steps of 0.001, "
        "which orders classes that no event has",
    )


def branches(_settings: Density, _inputs: int) -> tuple[Architecture, ...]:
    """No networks."""
    return ()


def expressions(settings: Density) -> dict[str, Expression]:
    """Return the score, minus the binary logarithm of a frequency."""
    prior = round(1000 * settings.prior)
    return {"score": density(port(settings.of), settings.bits, settings.fraction, prior)}


def vectors(settings: Density) -> tuple[str, ...]:
    """The vector that it reads."""
    return (settings.of,)
