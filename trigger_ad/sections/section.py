"""What every section of the configuration is made of."""

from __future__ import annotations

from typing import Annotated

import pydantic
from pydantic import AfterValidator, Field

from trigger_ad.display import Displayed, Table, brief
from trigger_ad.sections.reserved import is_free

__all__ = [
    "NAME_PATTERN",
    "PART_PATTERN",
    "Bits",
    "Epochs",
    "Fraction",
    "Identifier",
    "Name",
    "Part",
    "Pieces",
    "Prescale",
    "RateHz",
    "Section",
    "Seed",
    "Sparsity",
    "Step",
    "Weight",
    "Width",
]

#: Names that reach C++, Tcl or a path.
NAME_PATTERN = r"[A-Za-z][A-Za-z0-9_]{0,63}"

#: Names of FPGAs, which reach Tcl.
PART_PATTERN = r"[A-Za-z0-9-]{3,64}"


def _free(name: str) -> str:
    if not is_free(name, rtl=True):
        raise ValueError(
            f"must be a name that is no word of C++, HLS or SystemVerilog, not {name!r}"
        )
    return name


Name = Annotated[str, Field(pattern=f"^{NAME_PATTERN}$")]
Identifier = Annotated[Name, AfterValidator(_free)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Prescale = Annotated[float, Field(ge=0, le=42_949_672.95)]
Bits = Annotated[int, Field(ge=2, le=16)]
Sparsity = Annotated[float, Field(ge=0, lt=1)]
Width = Annotated[int, Field(ge=1, le=1024)]
Part = Annotated[str, Field(pattern=f"^{PART_PATTERN}$")]
Epochs = Annotated[int, Field(ge=0, le=100_000)]
Step = Annotated[float, Field(gt=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e6)]
RateHz = Annotated[float, Field(gt=0, le=1e12)]
Pieces = Annotated[int, Field(ge=0, le=1_000_000_000)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Section(Displayed, pydantic.BaseModel):
    """A part of the configuration: frozen, no unknown keys, no silent conversions."""

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False
    )

    def __str__(self) -> str:
        return repr(self)

    def _display(self) -> Table:
        """Every key; of sections inside those that are not at their defaults."""
        fields = type(self).model_fields.items()
        rows = ((field.alias or name, _inside(getattr(self, name))) for name, field in fields)
        return Table(type(self).__name__.lower(), (), tuple(rows))


def _inside(value: object) -> str:
    """Keys of a section that are not at their defaults, or any other value."""
    if not isinstance(value, Section):
        return brief(value)
    fields = type(value).model_fields
    own = (
        f"{field.alias or name} {_inside(getattr(value, name))}"
        for name, field in fields.items()
        if getattr(value, name) != field.get_default(call_default_factory=True)
    )
    return ", ".join(own) or "defaults"
