"""The anomaly seeds of a menu for a global trigger: cuts, algorithms, prescale column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from trigger_ad.menu.integers import Cut, IntegerMenu, IntegerSeed, ScoreValue
from trigger_ad.menu.prescale import hundredths, text
from trigger_ad.menu.table import of_menu
from trigger_ad.storage.files import read_json, write_json

__all__ = ["SCHEMA", "fragment", "load", "write"]

SCHEMA = "menu_fragment/1"


def fragment(menu: IntegerMenu, column: str = "default", first: int = 0) -> dict[str, Any]:
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
    return {
        "schema": SCHEMA,
        "menu": menu.name,
        "cuts": [
            {"name": name, "score": str(cut.quantity), "compare": ">=", "threshold": cut.threshold}
            for name, cut in cuts.items()
        ],
        "algorithms": [
            {
                "index": index,
                "name": seed.name,
                "require": [_name(cut) for cut in seed.cuts if cut.passes],
                "veto": [_name(cut) for cut in seed.cuts if not cut.passes],
                "expression": " AND ".join(
                    _name(cut) if cut.passes else f"NOT {_name(cut)}" for cut in seed.cuts
                ),
                "prescale": text(seed.prescale),
            }
            for index, seed in enumerate(seeds, first)
        ],
        "prescale_csv": of_menu(replace(menu, seeds=seeds), column, first).text.splitlines(),
    }


def _name(cut: Cut) -> str:
    sign = "m" if cut.threshold < 0 else ""
    return f"{cut.quantity}_ge_{sign}{abs(cut.threshold)}"


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a fragment whole."""
    write_json(path, record)


def load(path: Path) -> tuple[IntegerSeed, ...]:
    """Seeds of a written fragment; required cuts come before vetoed ones.

    Raises
    ------
    RunFolderError
        If the file is missing or is not JSON.
    SchemaError
        If it has another schema.
    """
    record = read_json(path, SCHEMA)
    cuts = {c["name"]: Cut(ScoreValue(c["score"]), c["threshold"]) for c in record["cuts"]}
    return tuple(
        IntegerSeed(
            algorithm["name"],
            (
                *(cuts[name] for name in algorithm["require"]),
                *(replace(cuts[name], passes=False) for name in algorithm["veto"]),
            ),
            hundredths(algorithm["prescale"]) or 0,
        )
        for algorithm in record["algorithms"]
    )
