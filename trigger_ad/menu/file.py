"""The menu file: seeds with cuts as people write them, YAML 1.2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from trigger_ad.errors import ConfigError
from trigger_ad.menu.prescale import RULE, hundredths
from trigger_ad.sections import yaml12
from trigger_ad.sections.explanation import explain
from trigger_ad.sections.section import Name, Section
from trigger_ad.storage.files import read_text

__all__ = ["PACKAGED", "SCHEMA", "Menu", "Seed", "find", "load", "parse", "small"]

SCHEMA = "menu/1"

#: Menus that come with the package.
PACKAGED = ("small",)

Momentum = Annotated[float, Field(gt=0, le=100_000)]
Counts = Annotated[int, Field(ge=1, le=1 << 31)]
Threshold = Annotated[int, Field(ge=-(1 << 62), le=1 << 62)]

#: Keys that a seed of each object must have one of, and may have besides.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "egamma": (("pt_gev", "pt"), ("eta", "eta_counts")),
    "muon": (("pt_gev", "pt"), ("eta", "eta_counts")),
    "jet": (("pt_gev", "pt"), ("eta", "eta_counts")),
    "met": (("pt_gev", "pt"), ()),
    "ht": (("pt_gev", "pt"), ("eta", "eta_counts", "jet_pt_gev", "jet_pt")),
    "region": (("region",), ()),
    "score": (("score",), ("threshold",)),
    "bit": (("bit",), ()),
}
#: Objects without a momentum.
_PLAIN = ("region", "score", "bit")
_RIVALS = (("pt_gev", "pt"), ("eta", "eta_counts"), ("jet_pt_gev", "jet_pt"))


class Seed(Section):
    """One algorithm of the menu.

    ``object`` says what is cut on; which of the other keys belong to it, docs/menu.md says.
    A trigger bit that the event file has needs no object.
    A list of momenta asks for as many objects, the hardest first.
    """

    name: Name = Field(description="unique in the menu")
    object: Literal["egamma", "muon", "jet", "met", "ht", "region", "score", "bit"] | None = Field(
        None, description="what is cut on; not needed beside a bit"
    )
    pt_gev: Momentum | tuple[Momentum, ...] | None = Field(None, description="momenta in GeV")
    pt: Counts | tuple[Counts, ...] | None = Field(None, description="momenta as hardware words")
    eta: float | None = Field(None, ge=0, le=10, description="largest absolute pseudorapidity")
    eta_counts: int | None = Field(
        None, ge=0, le=1 << 31, description="the same as a hardware word"
    )
    jet_pt_gev: Momentum | None = Field(None, description="of jets in the sum, GeV")
    jet_pt: Counts | None = Field(None, description="the same as a hardware word")
    region: Literal["A", "B", "C", "D"] | None = Field(None, description="of the two scores")
    score: Name | None = Field(None, description="its name")
    threshold: Threshold | None = Field(None, description="in LSB of the score")
    bit: Name | None = Field(None, description="a trigger bit that the event file has")
    simulated: bool = Field(
        True, description="false for a bit that no sample stands for: listed, but never counted"
    )
    prescale: float = Field(1.0, description="0 is off")

    @pydantic.field_validator("prescale")
    @classmethod
    def _prescale(cls, value: float) -> float:
        if hundredths(value) is None:
            raise ValueError(f"a prescale {RULE}, not {value:.12g}")
        return value

    @pydantic.model_validator(mode="after")
    def _keys(self) -> Seed:
        if self.object is None and self.bit is None:
            raise ValueError(f"seed {self.name} must have an object or a bit, not neither")
        needed, optional = _KEYS[self.kind]
        given = {key for pair in _KEYS.values() for keys in pair for key in keys}
        given = {key for key in given if getattr(self, key) is not None}
        for key in sorted(given - {*needed, *optional}):
            known = ", ".join((*needed, *optional))
            raise ValueError(f"a seed of object {self.kind} must have only {known}, not {key}")
        for rivals in (needed, *_RIVALS):
            if len(given & set(rivals)) > 1:
                raise ValueError(
                    f"seed {self.name} must have one of {' and '.join(rivals)}, not both"
                )
        if not given & set(needed):
            raise ValueError(f"seed {self.name} must have {' or '.join(needed)}, not neither")
        if not self.simulated and self.kind != "bit":
            raise ValueError(f"seed {self.name} must be a bit where simulated is false")
        momenta = self.momenta
        if not momenta and self.kind not in _PLAIN:
            raise ValueError(f"seed {self.name} must have a momentum, not an empty list")
        if len(momenta) > 1 and self.kind in ("met", "ht"):
            raise ValueError(f"seed {self.name} must have one momentum, not {len(momenta)}")
        if list(momenta) != sorted(momenta, reverse=True):
            raise ValueError(f"momenta must fall, not {', '.join(f'{pt:g}' for pt in momenta)}")
        return self

    @property
    def kind(self) -> str:
        """What is cut on."""
        return self.object or "bit"

    @property
    def momenta(self) -> tuple[float, ...]:
        """Momenta as they are written, in GeV or counts; none for anomaly seeds."""
        value = self.pt_gev if self.pt is None else self.pt
        if value is None:
            return ()
        return value if isinstance(value, tuple) else (value,)

    @property
    def hundredths(self) -> int:
        """Prescale in hundredths."""
        found = hundredths(self.prescale)
        return 0 if found is None else found

    @property
    def anomaly(self) -> bool:
        """Whether the seed is a cut on learned scores."""
        return self.kind in ("region", "score")


class Menu(Section):
    """Seeds in the order of their bits."""

    schema_: Literal["menu/1"] = Field(alias="schema", description="version of this file")
    name: Name = Field(description="of the menu")
    thresholds: dict[Name, Threshold] = Field(
        default_factory=dict, description="of the two scores of the regions, in order, in LSB"
    )
    seeds: tuple[Seed, ...] = Field(min_length=1, description="in the order of their bits")

    @pydantic.model_validator(mode="after")
    def _two(self) -> Menu:
        if len(self.thresholds) not in (0, 2):
            raise ValueError(f"thresholds must name two scores, not {len(self.thresholds)}")
        return self


def find(text: str) -> Path:
    """Path of a menu that is named as a path, or as ``packaged:NAME``.

    Parameters
    ----------
    text : str

    Raises
    ------
    ConfigError
        If no menu of that name comes with the package.
    """
    if not text.startswith("packaged:"):
        return Path(text)
    name = text.removeprefix("packaged:")
    if name not in PACKAGED:
        raise ConfigError(
            "a packaged menu",
            f"must be one of {', '.join(PACKAGED)}",
            repr(name),
            "choose one of these names or give a path",
        )
    return Path(__file__).parent / f"{name}.yaml"


def load(path: Path) -> Menu:
    """Read and check a menu file.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    return parse(read_text(path, "YAML"), str(path))


def parse(text: str, source: str = "menu") -> Menu:
    """Check a menu given as YAML text; `source` names it in errors.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    tree = yaml12.read(text, source)
    try:
        menu = Menu.model_validate_json(json.dumps(tree, default=str))
    except pydantic.ValidationError as error:
        raise explain(error, Menu, tree, source) from None
    _unique(menu, tree, source)
    return menu


def _unique(menu: Menu, tree: Any, source: str) -> None:
    lines: dict[str, int] = {}
    for index, seed in enumerate(menu.seeds):
        line = yaml12.line_of(tree, ("seeds", index, "name"))
        if seed.name in lines:
            raise ConfigError(
                f"seed {seed.name} at {source}:{line}",
                "must have a name of its own",
                f"that of the seed at line {lines[seed.name]}",
                "rename one of them",
            )
        lines[seed.name] = line


def small() -> Menu:
    """Menu that comes with the package: a dozen seeds at Level-1 thresholds and region A."""
    return load(find("packaged:small"))
