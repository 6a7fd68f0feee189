"""Sections of the configuration on scorers, and on what students learn from."""

from __future__ import annotations

from typing import Literal

import pydantic
from pydantic import Field

from trigger_ad.config.section import Fraction, Name, Section, Weight, Width

__all__ = ["Member", "ScorerSettings", "Teacher"]


class Teacher(Section):
    """A scorer in float that a student learns from."""

    name: Literal["svdd_ensemble", "flow", "isolation_forest"] = Field(
        description="an entry of the table of teachers"
    )
    size: Literal["small", "paper"] = Field(
        "small", description="of its networks or trees; small trains in minutes"
    )
    epochs: int | None = Field(
        None, ge=1, le=100_000, description="at most; without it those of its size"
    )
    combine: Literal["and", "or", "prod", "avg"] = Field(
        "avg", description="of svdd_ensemble: the ranks of its members"
    )


class Member(Section):
    """A scorer of one score, as a member of a pair."""

    name: Name = Field("single_ae", description="an entry of the table of scorers")
    hidden: tuple[Width, ...] = Field(
        (16, 8),
        min_length=1,
        max_length=16,
        description="widths between the 57 inputs and the outputs",
    )
    bias: bool = Field(True, description="whether dense layers have biases")
    difference: Literal["absolute", "squared"] = Field(
        "absolute", description="how input and output differ; squares cost more hardware"
    )
    latent: int = Field(
        4, ge=1, le=16, description="latent variables of vae, or outputs of svdd: its dimension"
    )
    latent_score: Literal["mu_squared", "kl"] = Field(
        "mu_squared", description="of vae: sum of the squared means, or the divergence"
    )
    beta: Weight = Field(0.1, description="of vae: weight of the divergence in the loss")
    target: int = Field(3, ge=1, le=25, description="of svdd: what every output is to be")
    members: tuple[Member, ...] = Field(
        (), description="of pair or combination: two scorers of one score each, or more to combine"
    )
    combine: Literal["and", "or", "prod", "avg"] = Field(
        "and", description="of combination: the ranks of its members"
    )
    teacher: Teacher | None = None
    learn: Literal["log", "rank"] = Field(
        "rank", description="of student: the logarithm of its teacher's score, or its order"
    )
    fidelity: Fraction | None = Field(
        None,
        description="of student: part of all pairs of events that it must order as its teacher",
    )

    @pydantic.model_validator(mode="after")
    def _taught(self) -> Member:
        if (self.name == "student") != (self.teacher is not None):
            raise ValueError("teacher must be given for a student, and for no other scorer")
        if self.fidelity is not None and self.teacher is None:
            raise ValueError("fidelity must be left out where there is no teacher")
        return self


class ScorerSettings(Member):
    """The networks and the scores they are read by."""

    name: Name = Field("double_ae", description="an entry of the table of scorers")
    hidden: tuple[Width, ...] = Field(
        (16, 8, 4, 8, 16),
        min_length=1,
        max_length=16,
        description="widths between the 57 inputs and the 57 outputs, also of the single "
        "autoencoder beside every trigger",
    )
