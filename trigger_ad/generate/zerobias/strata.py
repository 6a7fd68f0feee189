"""The file of strata: what makes a crossing hard, and how many of each kind a sample is to have."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.generate.zerobias.bins import BINS
from trigger_ad.sections import yaml12
from trigger_ad.sections.explanation import explain
from trigger_ad.sections.section import Name, Section
from trigger_ad.storage.files import read_text

__all__ = ["SCHEMA", "StrataFile", "Stratum", "load", "parse"]

SCHEMA = "zero_bias_strata/1"

Momentum = Annotated[float, Field(gt=0, le=10_000)]


class Stratum(Section):
    """A stratum, and the collisions that put a crossing into it.

    A collision belongs to the last stratum of which all conditions hold. The first has none, and
    so all collisions that belong to no other.
    """

    name: Name = Field(description="unique in the file")
    share: float = Field(gt=0, lt=1, description="part of the crossings of the sample")
    collisions: tuple[str, ...] | None = Field(
        None, min_length=1, description="bins of the library; any if not given"
    )
    pthat: Momentum | None = Field(None, description="least hardness of the collision, in GeV")
    muon: Momentum | None = Field(None, description="least pT of its hardest muon, in GeV")
    tower: Momentum | None = Field(
        None, description="least transverse energy of an electromagnetic tower of it, in GeV"
    )

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions that it has."""
        keys = ("collisions", "pthat", "muon", "tower")
        return tuple(key for key in keys if getattr(self, key) is not None)


class StrataFile(Section):
    """Strata in rising order: a crossing is of the last one of which it has a collision."""

    schema_: Literal["zero_bias_strata/1"] = Field(alias="schema", description="of the file")
    strata: tuple[Stratum, ...] = Field(min_length=2, max_length=64, description="the strata")
    library: dict[str, Annotated[float, Field(ge=1, le=100)]] = Field(
        default_factory=dict,
        description="how many times as many collisions some bins of a new library have",
    )

    def __hash__(self) -> int:
        """Of the strata alone: the library is a mapping, and plans of strata are kept by them."""
        return hash(self.strata)


def load(path: Path) -> StrataFile:
    """Read and check a file of strata; errors as of `parse`."""
    return parse(read_text(path, "YAML"), str(path))


def parse(text: str, source: str = "strata") -> StrataFile:
    """Check strata given as YAML text; `source` names it in errors.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    tree = yaml12.read(text, source)
    try:
        found = StrataFile.model_validate_json(json.dumps(tree, default=str))
    except pydantic.ValidationError as error:
        raise explain(error, StrataFile, tree, source) from None
    _check(found, tree, source)
    return found


def _check(found: StrataFile, tree: Any, source: str) -> None:
    known = {one.name for one in BINS}
    for name in found.library:
        if name not in known:
            where = f"library at {source}:{yaml12.line_of(tree, ('library',))}"
            choice = f"choose from {', '.join(one.name for one in BINS)}"
            raise ConfigError(where, "must have bins of the library", repr(name), choice)
    names: set[str] = set()
    for place, stratum in enumerate(found.strata):
        where = f"stratum {stratum.name} at {source}:{yaml12.line_of(tree, ('strata', place))}"
        if stratum.name in names:
            raise ConfigError(where, "must have a name of its own", None, "rename it")
        names.add(stratum.name)
        if bool(stratum.conditions) != bool(place):
            rule = "must have a condition" if place else "must have no condition, being the first"
            value = None if place else ", ".join(stratum.conditions)
            remedy = "say what makes its collisions hard" if place else "put one before it"
            raise ConfigError(where, rule, value, remedy)
        for name in stratum.collisions or ():
            if name not in known:
                choice = f"choose from {', '.join(one.name for one in BINS)}"
                raise ConfigError(where, "must have bins of the library", repr(name), choice)
    total = math.fsum(stratum.share for stratum in found.strata)
    if abs(total - 1) > 1e-9:
        raise ConfigError(
            f"the shares in {source}", "must sum to 1", f"{total:.12g}", "change one of them"
        )
