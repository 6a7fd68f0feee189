"""How a momentum is written: in LSB, as a logarithm, or as a number of steps."""

from __future__ import annotations

from functools import reduce
from typing import Annotated

import pydantic
from pydantic import Field

from trigger_ad.features.settings import Entry
from trigger_ad.features.vectors.source import Source
from trigger_ad.ir.expression import Expression
from trigger_ad.ir.operations.logarithm import log2

__all__ = ["Measured", "measured"]

#: Thresholds in GeV.
Steps = Annotated[
    tuple[Annotated[float, Field(gt=0, le=10_000)], ...], Field(min_length=1, max_length=64)
]


class Measured(Entry):
    """A quantity that is a momentum."""

    shift: int = Field(0, ge=0, le=10, description="low bits dropped")
    log2_bits: int | None = Field(
        None,
        ge=0,
        le=8,
        description="logarithm to base 2 of the momentum in LSB, with so many bits behind the "
        "binary point; 0 below 1 LSB",
    )
    steps_gev: Steps | None = Field(None, description="how many of these thresholds are reached")

    @pydantic.model_validator(mode="after")
    def _one_way(self) -> Measured:
        if self.log2_bits is not None and self.steps_gev is not None:
            raise ValueError("must have one of log2_bits and steps_gev, not both")
        if self.shift and (self.log2_bits is not None or self.steps_gev is not None):
            raise ValueError("must have no shift beside log2_bits or steps_gev")
        steps = self.steps_gev or ()
        if list(steps) != sorted({*steps}):
            raise ValueError("steps_gev must grow from one to the next")
        return self


def measured(values: Expression, settings: Measured, source: Source, lsb: float) -> Expression:
    """Momenta in the way that an entry asks for.

    Parameters
    ----------
    values : Expression
        In LSB, from 0.
    settings : Measured
    source : Source
    lsb : float
        In GeV.
    """
    if settings.log2_bits is not None:
        return log2(values, settings.log2_bits)
    if settings.steps_gev is None:
        return source.shorter(values, settings.shift)
    most = source.signal(values).high
    codes = [source.code(gev, lsb, most) for gev in settings.steps_gev]
    return reduce(Expression.add, (source.at_least(values, code) for code in codes))
