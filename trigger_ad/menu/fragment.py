"""The anomaly seeds of a menu for a global trigger: cuts, algorithms, prescale column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from trigger_ad.errors import RunFolderError
from trigger_ad.menu.integers import Cut, IntegerMenu, IntegerSeed, ScoreValue
from trigger_ad.menu.prescale import RULE, hundredths, text
from trigger_ad.menu.table import of_menu
from trigger_ad.storage.record import FileRecord, Record

__all__ = ["AlgorithmRow", "CutRow", "FragmentRecord", "fragment", "load"]

Threshold = Annotated[int, Field(ge=-(1 << 62), le=1 << 62)]


class CutRow(Record):
    """A comparison of a score with its threshold, in counts, by name."""

    name: str
    score: str
    compare: Literal[">="]
    threshold: Threshold


class AlgorithmRow(Record):
    """A seed: the cuts that must hold and must not, the same in words, and its prescale."""

    index: int
    name: str
    require: tuple[str, ...]
    veto: tuple[str, ...]
    expression: str
    prescale: str

    @field_validator("prescale")
    @classmethod
    def _written(cls, value: str) -> str:
        if hundredths(value) is None:
            raise ValueError(RULE)
        return value


class FragmentRecord(FileRecord):
    """What ``menu_fragment.json`` holds.

    Parameters
    ----------
    menu : str
        Its name.
    cuts : tuple of CutRow
    algorithms : tuple of AlgorithmRow
    prescale_csv : tuple of str
        Lines of a prescale table.
    """

    SCHEMA: ClassVar[str] = "menu_fragment/1"

    menu: str
    cuts: tuple[CutRow, ...]
    algorithms: tuple[AlgorithmRow, ...]
    prescale_csv: tuple[str, ...]


def fragment(menu: IntegerMenu, column: str = "default", first: int = 0) -> FragmentRecord:
    """Record of the anomaly seeds.

    A global trigger that has an algorithm bit for each cut ``score >= threshold`` builds a seed
    from the cuts that must hold (``require``) and those that must not (``veto``).

    Parameters
    ----------
    menu : IntegerMenu
    column : str
        Name of the prescale column.
    first : int
        Index of the first algorithm.
    """
    seeds = tuple(seed for seed in menu.seeds if seed.anomaly)
    cuts = {_name(cut): cut for seed in seeds for cut in seed.cuts}
    return FragmentRecord(
        menu=menu.name,
        cuts=tuple(
            CutRow(name=name, score=str(cut.quantity), compare=">=", threshold=cut.threshold)
            for name, cut in cuts.items()
        ),
        algorithms=tuple(_algorithm(index, seed) for index, seed in enumerate(seeds, first)),
        prescale_csv=tuple(of_menu(replace(menu, seeds=seeds), column, first).text.splitlines()),
    )


def _algorithm(index: int, seed: IntegerSeed) -> AlgorithmRow:
    return AlgorithmRow(
        index=index,
        name=seed.name,
        require=tuple(_name(cut) for cut in seed.cuts if cut.passes),
        veto=tuple(_name(cut) for cut in seed.cuts if not cut.passes),
        expression=" AND ".join(
            _name(cut) if cut.passes else f"NOT {_name(cut)}" for cut in seed.cuts
        ),
        prescale=text(seed.prescale),
    )


def _name(cut: Cut) -> str:
    sign = "m" if cut.threshold < 0 else ""
    return f"{cut.quantity}_ge_{sign}{abs(cut.threshold)}"


def load(path: Path) -> tuple[IntegerSeed, ...]:
    """Seeds of a written fragment; required cuts come before vetoed ones.

    Raises
    ------
    RunFolderError
        If the file is missing or is not JSON, or not a whole fragment.
    SchemaError
        If it has another schema.
    """
    record = FragmentRecord.read(path)
    cuts = {row.name: Cut(ScoreValue(row.score), row.threshold) for row in record.cuts}
    for row in record.algorithms:
        for name in (*row.require, *row.veto):
            if name not in cuts:
                raise RunFolderError(
                    path, f"must have the cut {name} of {row.name}", None, "write it again"
                )
    return tuple(
        IntegerSeed(
            row.name,
            (
                *(cuts[name] for name in row.require),
                *(replace(cuts[name], passes=False) for name in row.veto),
            ),
            hundredths(row.prescale) or 0,
        )
        for row in record.algorithms
    )
