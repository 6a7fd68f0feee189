"""Sections of the configuration on training, and on what makes two scores independent."""

from __future__ import annotations

from typing import Literal

import pydantic
from pydantic import Field

from trigger_ad.sections.section import Fraction, Section, Step, Weight

__all__ = ["ClosureTerm", "Disco", "PileupTerm", "Train"]


class Disco(Section):
    """Distance correlation of the two scores in the loss."""

    weight: Weight = Field(10.0, description="lambda of Eq. 2")


class ClosureTerm(Section):
    """Differentiable non-closure of the ABCD prediction in the loss."""

    weight: Weight = Field(3.0, description="of the mean magnitude of the asymmetry")
    target: float | None = Field(
        0.002,
        gt=0,
        le=1,
        description="asymmetry, half of the relative non-closure, beyond which multipliers grow; "
        "none leaves the fixed weight alone",
    )
    cuts: int = Field(8, ge=1, le=64, description="random cuts on each score; all pairs count")
    quantiles: tuple[Fraction, Fraction] = Field(
        (0.60, 0.98), description="range of the cuts, as quantiles of each score"
    )
    width: float = Field(0.05, gt=0, le=10, description="of the soft cut, in standard deviations")

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> ClosureTerm:
        low, high = self.quantiles
        if low >= high:
            raise ValueError(f"quantiles must rise, not {low:g}, {high:g}")
        return self


class PileupTerm(Section):
    """Change of the rates above cuts with pile-up, in the loss."""

    weight: Weight = Field(
        0.0, description="of the mean magnitude for each score; 0 leaves the term out"
    )
    target: float | None = Field(
        0.05,
        gt=0,
        le=10,
        description="relative change of the rate above a cut for one standard deviation of the "
        "number of collisions, beyond which multipliers grow; none leaves the fixed weight alone",
    )


class Train(Section):
    """Float training."""

    epochs: int = Field(
        60, ge=1, le=100_000, description="at most; patience can end the training before"
    )
    batch: int = Field(
        10_000, ge=64, le=1 << 24, description="events in a step; also of the correlation"
    )
    learning_rate: Step = Field(4e-3, description="at the start; it falls to a twentieth")
    copies: int = Field(
        4,
        ge=1,
        le=64,
        description="of each event, all but the first turned in phi and reflected in eta",
    )
    patience: int = Field(
        30, ge=1, le=100_000, description="epochs without a better validation loss"
    )
    transform: Literal["log", "identity"] = Field(
        "log", description="of the scores before decorrelation"
    )
    disco: Disco = Field(default_factory=Disco)
    closure: ClosureTerm = Field(default_factory=ClosureTerm)
    pileup: PileupTerm = Field(default_factory=PileupTerm)
