"""What the sections of scorers have in common; each has its keys in the file of its scorer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from trigger_ad.layers.architecture import Architecture
from trigger_ad.scorers.front import Front, LayerSettings
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
    """A scorer whose networks are dense layers, and any others in front of them."""

    hidden: tuple[Width, ...] = Field(
        (16, 8),
        min_length=1,
        max_length=16,
        description="widths between the inputs and the outputs",
    )
    bias: bool = Field(True, description="whether dense layers have biases")
    shape: tuple[Width, ...] = Field(
        (),
        max_length=3,
        description="in which the first layer reads the words, channels last; a vector if empty",
    )
    layers: tuple[LayerSettings, ...] = Field(
        (), max_length=64, description="of any kind, in front of the dense ones"
    )

    @property
    def front(self) -> Front:
        """Layers in front of the dense ones."""
        return Front(self.shape, self.layers)

    def network(self, name: str, inputs: int, dense: Iterable[tuple[int, bool]]) -> Architecture:
        """A network with the layers and biases of the section; see `Front.network`."""
        return self.front.network(name, inputs, dense, bias=self.bias)


#: A scorer inside of another one.
AnyMember = Annotated[ScorerSettings, ByName("scorers", default="single_ae")]


class Composite(ScorerSettings):
    """A scorer that is made of others."""

    members: tuple[AnyMember, ...] = Field(description="scorers of one score each")
