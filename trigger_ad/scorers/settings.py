"""What the sections of scorers have in common; each has its keys in the file of its scorer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trigger_ad.sections.named import ByName
from trigger_ad.sections.section import Name, Section, Width

__all__ = ["AnyMember", "Composite", "DenseSettings", "ScorerSettings", "TeacherSettings"]


class ScorerSettings(Section):
    """Section ``scorer``, or one of its members."""

    name: Name = Field(description="an entry of the table of scorers")


class TeacherSettings(Section):
    """A scorer in float that a student learns from."""

    name: Name = Field(description="an entry of the table of teachers")


class DenseSettings(ScorerSettings):
    """A scorer whose networks are chains of dense layers."""

    hidden: tuple[Width, ...] = Field(
        (16, 8),
        min_length=1,
        max_length=16,
        description="widths between the inputs and the outputs",
    )
    bias: bool = Field(True, description="whether dense layers have biases")


#: A scorer inside of another one.
AnyMember = Annotated[ScorerSettings, ByName("scorers", default="single_ae")]


class Composite(ScorerSettings):
    """A scorer that is made of others."""

    members: tuple[AnyMember, ...] = Field(description="scorers of one score each")
