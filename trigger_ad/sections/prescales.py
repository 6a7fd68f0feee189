"""Section of the configuration on prescales."""

from __future__ import annotations

import pydantic
from pydantic import Field

from trigger_ad.sections.section import Prescale, Section

__all__ = ["Prescales"]


class Prescales(Section):
    """Prescales of the regions; 0 switches a region off."""

    A: Prescale = Field(1.0, description="both scores at or above threshold")
    B: Prescale = Field(10.0, description="score 1 only")
    C: Prescale = Field(10.0, description="score 2 only")
    D: Prescale = Field(100.0, description="neither")

    @pydantic.model_validator(mode="after")
    def _rule(self) -> Prescales:
        for region, value in self.by_region.items():
            if 0 < value < 1 or abs(value * 100 - round(value * 100)) > 1e-6:
                raise ValueError(
                    f"{region} must be 0 or at least 1 with at most two decimals, not {value}"
                )
        return self

    @property
    def by_region(self) -> dict[str, float]:
        """Prescale by region."""
        return {"A": self.A, "B": self.B, "C": self.C, "D": self.D}
