"""Parts that autoencoder scorers share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.front import NO_LAYERS, Front
from trigger_ad.scorers.settings import DenseSettings

__all__ = ["AutoencoderSettings", "Difference", "autoencoder", "reconstruction"]

#: How an input and its reconstruction differ.
Difference = Literal["absolute", "squared"]


class AutoencoderSettings(DenseSettings):
    """Networks that reproduce their inputs, read by the distance."""

    difference: Difference = Field(
        "absolute", description="how input and output differ; squares cost more hardware"
    )


def autoencoder(
    name: str, inputs: int, hidden: tuple[int, ...], bias: bool, front: Front = NO_LAYERS
) -> Architecture:
    """A network that reproduces its inputs.

    ReLU follows every dense layer but the latent one, the narrowest, and the last.

    Parameters
    ----------
    name : str
        Of the branch.
    inputs : int
    hidden : tuple of int
        Widths between input and output, at least one.
    bias : bool
        Whether dense layers have biases.
    front : Front, optional
        Layers before them.
    """
    latent = hidden.index(min(hidden))
    inside = ((units, index != latent) for index, units in enumerate(hidden))
    return front.network(name, inputs, (*inside, (inputs, False)), bias=bias)


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
