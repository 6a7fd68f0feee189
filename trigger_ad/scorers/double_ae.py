"""Two autoencoders whose scores are trained to be independent.

Phys. Rev. D 105, 055006 (2022), Sec. II.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.autoencoder import AutoencoderSettings, autoencoder, reconstruction
from trigger_ad.sections.section import Width

__all__ = ["DoubleAe", "branches", "expressions"]


class DoubleAe(AutoencoderSettings):
    """Two autoencoders whose scores are trained to be independent."""

    name: Literal["double_ae"] = Field("double_ae", description="two autoencoders")
    hidden: tuple[Width, ...] = Field(
        (16, 8, 4, 8, 16),
        min_length=1,
        max_length=16,
        description="widths between the inputs and the outputs, of each of both",
    )


def branches(settings: AutoencoderSettings, inputs: int) -> tuple[Architecture, ...]:
    """Networks of the scorer: ae1 and ae2."""
    return tuple(
        autoencoder(name, inputs, settings.hidden, settings.bias, settings.front)
        for name in ("ae1", "ae2")
    )


def expressions(settings: AutoencoderSettings) -> dict[str, Expression]:
    """Return score1 and score2 over the ports input, ae1 and ae2."""
    return {f"score{index}": reconstruction(f"ae{index}", settings.difference) for index in (1, 2)}
