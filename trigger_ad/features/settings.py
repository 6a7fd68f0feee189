"""Section ``features`` of the configuration: the keys of each layout are its own."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic
from pydantic import Field

from trigger_ad.sections.named import ByName
from trigger_ad.sections.section import Identifier, Name, Section

__all__ = ["Entry", "Features", "LayoutSettings", "Vector"]


class Entry(Section):
    """A quantity of a vector; what all kinds have."""

    kind: Name = Field(description="of quantity")
    scaled: bool = Field(
        False,
        description="times the power of two that brings the spread of each number in the calibrate "
        "split nearest to 1, in the bits of a scaled input",
    )


#: Quantities one behind the other.
Vector = Annotated[
    tuple[Annotated[Entry, ByName("entries", key="kind")], ...], Field(min_length=1, max_length=256)
]


class LayoutSettings(Section):
    """How events become hardware words; what all layouts have."""

    layout: Name = Field(description="slots, fields, widths, LSBs")
    input_bits: int = Field(
        9, ge=6, le=12, description="width at which scaled inputs saturate, sign included"
    )
    input_fraction: int = Field(
        4, ge=0, le=10, description="fraction bits of a scaled input: its unit for the networks"
    )
    vectors: dict[Identifier, Vector] = Field(
        default_factory=dict,
        description="prepared from the words by name, see vectors.md; ports of scores",
    )
    network: Identifier | None = Field(
        None, description="vector that networks read; the scaled words if absent"
    )

    @pydantic.model_validator(mode="after")
    def _known(self) -> LayoutSettings:
        if self.network is not None and self.network not in self.vectors:
            raise ValueError(f"network must name one of the vectors, not {self.network!r}")
        return self


class Features(LayoutSettings):
    """Objects of an event on the scales of the CMS Level-1 trigger."""

    layout: Literal["cms_level1"] = Field("cms_level1", description="slots, fields, widths, LSBs")
    pt_shift: int = Field(
        2, ge=0, le=4, description="low bits of momenta dropped on the chip; 2 leaves 2 GeV"
    )
    angle_shift: int = Field(
        0,
        ge=0,
        le=4,
        description="low bits of eta and phi dropped beyond those of a calorimeter tower; more "
        "give momenta more weight in a score",
    )
