"""Section ``features`` of the configuration: the keys of each layout are its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trigger_ad.sections.section import Name, Section

__all__ = ["Features", "LayoutSettings"]


class LayoutSettings(Section):
    """How events become hardware words; what all layouts have."""

    layout: Name = Field(description="slots, fields, widths, LSBs")
    input_bits: int = Field(
        9, ge=6, le=12, description="width at which scaled inputs saturate, sign included"
    )
    input_fraction: int = Field(
        4, ge=0, le=10, description="fraction bits of a scaled input: its unit for the networks"
    )


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
