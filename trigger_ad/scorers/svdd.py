"""One member of a Deep SVDD ensemble: the distance of a network's outputs from a fixed point.

Caron, Hendriks and Verheyen, arXiv:2106.10164 (2021), Eq. 1, with ReLU. Without biases and with a
target that is not 0, no weights send all events to the target (Ruff et al., ICML 2018).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.settings import DenseSettings

__all__ = ["Svdd", "branches", "expressions"]


class Svdd(DenseSettings):
    """A network whose outputs are to be one fixed point."""

    name: Literal["svdd"] = Field("svdd", description="a member of a Deep SVDD ensemble")
    latent: int = Field(4, ge=1, le=16, description="outputs: its dimension")
    target: int = Field(3, ge=1, le=25, description="what every output is to be")


def branches(settings: Svdd, inputs: int) -> tuple[Architecture, ...]:
    """Networks of the scorer: svdd."""
    dense = (*((units, True) for units in settings.hidden), (settings.latent, False))
    return (settings.network("svdd", inputs, dense),)


def expressions(settings: Svdd) -> dict[str, Expression]:
    """Return the score over the port svdd."""
    return {"score": port("svdd").offset(-settings.target).square().sum()}
