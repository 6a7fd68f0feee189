"""Whether what a global trigger was given is what a menu says: fragments and prescale columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import IntegerMenu, IntegerSeed
from trigger_ad.menu.prescale import text
from trigger_ad.menu.table import PrescaleTable

__all__ = ["require_column", "require_fragment"]


def require_fragment(found: Sequence[IntegerSeed], menu: IntegerMenu, path: Path) -> None:
    """Refuse a fragment whose seeds are not the anomaly seeds of a menu.

    Parameters
    ----------
    found : sequence of IntegerSeed
        From `fragment.load`.
    menu : IntegerMenu
    path : Path
        Of the fragment, for the sentence.

    Raises
    ------
    ConfigError
        With the first seed that is missing, is not in the menu, or has other cuts or another
        prescale.
    """
    wanted = {seed.name: _content(seed) for seed in menu.seeds if seed.anomaly}
    known = {seed.name: _content(seed) for seed in found}
    for name in (*wanted, *known):
        if wanted.get(name) != known.get(name):
            raise ConfigError(
                f"seed {name} of {path}",
                f"must be as in menu {menu.name}, {wanted.get(name, 'which has none')}",
                known.get(name, "left out"),
                "write the fragment again",
            )


def _content(seed: IntegerSeed) -> str:
    cuts = sorted(str(cut) for cut in seed.cuts)
    return f"{' and '.join(cuts)}, prescale {text(seed.prescale)}"


def require_column(table: PrescaleTable, column: str, menu: IntegerMenu, path: Path) -> None:
    """Refuse a column that gives a seed of a menu another prescale, or has no row for it.

    Parameters
    ----------
    table : PrescaleTable
    column : str
    menu : IntegerMenu
    path : Path
        Of the table, for the sentence.

    Raises
    ------
    ConfigError
        Also if there is no such column.
    """
    found = table.column(column)
    for name, prescale in menu.prescales.items():
        if found.get(name) != prescale:
            raise ConfigError(
                f"seed {name} of column {column} in {path}",
                f"must have the prescale of menu {menu.name}, {text(prescale)}",
                text(found[name]) if name in found else "without a row",
                "write the column again",
            )
