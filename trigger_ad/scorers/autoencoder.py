"""Parts that autoencoder scorers share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.settings import DenseSettings

__all__ = ["AutoencoderSettings", "Difference", "autoencoder", "reconstruction"]

#: How an input and its reconstruction differ.
Difference = Literal["absolute", "squared"]


class AutoencoderSettings(DenseSettings):
    """Networks that reproduce their inputs, read by the distance."""

    difference: Difference = Field(
        "absolute", description="how input and output differ; squares cost more hardware"
    )


def autoencoder(name: str, inputs: int, settings: DenseSettings) -> Architecture:
    """A network that reproduces its inputs.

    ReLU follows every dense layer but the latent one, the narrowest, and the last.

    Parameters
    ----------
    name : str
        Of the branch.
    inputs : int
    settings : DenseSettings
    """
    latent = settings.hidden.index(min(settings.hidden))
    hidden = ((units, index != latent) for index, units in enumerate(settings.hidden))
    return settings.network(name, inputs, (*hidden, (inputs, False)))


def reconstruction(name: str, difference: str) -> Expression:
    """Distance between the input and one branch's output, summed over the inputs.

    Parameters
    ----------
    name : str
        Port of the branch.
    difference : str
        ``"absolute"`` or ``"squared"``, as Eq. 1 of Phys. Rev. D 105, 055006 (2022).
    """
    each = port("input").subtract(port(name))
    return (each.absolute() if difference == "absolute" else each.square()).sum()
