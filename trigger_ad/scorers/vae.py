"""Variational autoencoder whose score needs the encoder alone.

Kingma and Welling, arXiv:1312.6114 (2013); as a trigger, Govorkova et al., Nat. Mach. Intell. 4,
154 (2022). Mean and log variance of the latent variables have a network each, so that a score of
the means alone leaves the other one out of the firmware with the decoder and the sampling.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.ir.expression import Expression, port
from trigger_ad.layers.architecture import Architecture, chain
from trigger_ad.scorers.autoencoder import AutoencoderSettings, reconstruction
from trigger_ad.scorers.objective import Companion, Latent, Objective, Term
from trigger_ad.sections.section import Weight

__all__ = ["VARIANCE_BITS", "Vae", "branches", "expressions", "objective"]

#: Bits right of the binary point of what a variance adds to a score.
VARIANCE_BITS = 6


class Vae(AutoencoderSettings):
    """The encoder of a variational autoencoder; the decoder mirrors it."""

    name: Literal["vae"] = Field("vae", description="a variational autoencoder")
    latent: int = Field(4, ge=1, le=16, description="latent variables")
    latent_score: Literal["mu_squared", "kl"] = Field(
        "mu_squared", description="sum of the squared means, or the divergence"
    )
    beta: Weight = Field(0.1, description="weight of the divergence in the loss")


def branches(settings: Vae, inputs: int) -> tuple[Architecture, ...]:
    """Networks in the firmware: mu, and logvar where the score is the divergence."""
    names = ("mu", "logvar") if settings.latent_score == "kl" else ("mu",)
    return tuple(_encoder(name, settings, inputs) for name in names)


def expressions(settings: Vae) -> dict[str, Expression]:
    """Return the score over the ports mu and logvar."""
    return {"score": _divergence() if settings.latent_score == "kl" else _squared_means()}


def objective(settings: Vae, inputs: int) -> Objective:
    """Reconstruction and beta times the divergence (Higgins et al., ICLR 2017)."""
    hidden = tuple(reversed(settings.hidden))
    decoder = chain(
        "decoder", (settings.latent, *hidden, inputs), (*(True for _ in hidden), False), bias=True
    )
    variance = (
        ()
        if settings.latent_score == "kl"
        else (Companion(_encoder("logvar", settings, inputs), "input"),)
    )
    latent = Latent("latent", "mu", "logvar", settings.latent)
    cost = (
        Term(reconstruction("decoder", settings.difference)),
        Term(_divergence(), 0.5 * settings.beta),
    )
    return Objective((*variance, latent, Companion(decoder, "latent")), {"score": (cost,)})


def _encoder(name: str, settings: Vae, inputs: int) -> Architecture:
    dense = (*((units, True) for units in settings.hidden), (settings.latent, False))
    return settings.network(name, inputs, dense)


def _squared_means() -> Expression:
    return port("mu").square().sum()


def _divergence() -> Expression:
    """Twice the Kullback-Leibler divergence from the normal distribution, App. B."""
    return _squared_means().add(port("logvar").kl_of_variance(VARIANCE_BITS).sum())
