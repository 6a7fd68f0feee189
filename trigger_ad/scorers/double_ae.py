"""Two autoencoders whose scores are trained to be independent.

Phys. Rev. D 105, 055006 (2022), Sec. II. What dependence is left after training can be taken out:
score 2 is then a rank among background events of like score 1.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.ir.operations.fitted import conditional
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.autoencoder import AutoencoderSettings, autoencoder, reconstruction
from trigger_ad.sections.section import Width

__all__ = ["DoubleAe", "branches", "expressions"]

#: Of a rank, a number of halvings: all bits, and those right of the binary point.
RANK_BITS, RANK_FRACTION = 10, 6


class DoubleAe(AutoencoderSettings):
    """Two autoencoders whose scores are trained to be independent."""

    name: Literal["double_ae"] = Field("double_ae", description="two autoencoders")
    hidden: tuple[Width, ...] = Field(
        (16, 8, 4, 8, 16),
        min_length=1,
        max_length=16,
        description="widths between the inputs and the outputs, of each of both",
    )
    least: int | None = Field(
        None,
        ge=50,
        le=1_000_000,
        description="effective background events of a group of score 1, in which score 2 is "
        "ranked after training; none leaves score 2 as it was trained",
    )


def branches(settings: AutoencoderSettings, inputs: int) -> tuple[Architecture, ...]:
    """Networks of the scorer: ae1 and ae2."""
    return tuple(
        autoencoder(name, inputs, settings.hidden, settings.bias, settings.front)
        for name in ("ae1", "ae2")
    )


def expressions(settings: DoubleAe) -> dict[str, Expression]:
    """Return score1 and score2 over the ports input, ae1 and ae2."""
    first, second = (reconstruction(f"ae{index}", settings.difference) for index in (1, 2))
    if settings.least is not None:
        second = conditional(second, first, RANK_BITS, RANK_FRACTION, settings.least)
    return {"score1": first, "score2": second}
