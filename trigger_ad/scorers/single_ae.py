"""One autoencoder, the baseline of the double one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.autoencoder import AutoencoderSettings, autoencoder, reconstruction

__all__ = ["SingleAe", "branches", "expressions"]


class SingleAe(AutoencoderSettings):
    """One autoencoder."""

    name: Literal["single_ae"] = Field("single_ae", description="one autoencoder")


def branches(settings: AutoencoderSettings, inputs: int) -> tuple[Architecture, ...]:
    """Networks of the scorer: ae."""
    return (autoencoder("ae", inputs, settings.hidden, settings.bias, settings.front),)


def expressions(settings: AutoencoderSettings) -> dict[str, Expression]:
    """Return the score over the ports input and ae."""
    return {"score": reconstruction("ae", settings.difference)}
