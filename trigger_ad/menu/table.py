"""Prescale tables of CMS: CSV with one row for each seed, one column for each luminosity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.prescale import RULE, hundredths, text
from trigger_ad.storage.files import read_text, write_text

__all__ = ["HEADS", "PrescaleTable", "Row", "applied", "load", "of_menu", "parse", "write"]

#: Names of the first two columns, as the tables of https://github.com/cms-l1-dpg/L1MenuRun3 have.
HEADS = (("Index", "Name"), ("Bit", "Algo name"))


@dataclass(frozen=True)
class Row:
    """A seed of the table: its index, its name and its prescales as they are written."""

    index: int
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PrescaleTable:
    """A prescale table; its `text` is that of the file, byte for byte.

    Parameters
    ----------
    columns : tuple of str
        ``2p0E34``, ``Emergency``, ...
    rows : tuple of Row
    head : tuple of str
        One of `HEADS`.
    ending : str
        Of a line.
    closed : bool
        Whether the last line has an ending.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    head: tuple[str, str] = HEADS[0]
    ending: str = "\n"
    closed: bool = True

    @property
    def text(self) -> str:
        """The table as CSV."""
        lines = [",".join((*self.head, *self.columns))]
        lines += [",".join((str(row.index), row.name, *row.cells)) for row in self.rows]
        return self.ending.join(lines) + self.ending * self.closed

    def column(self, name: str) -> dict[str, int]:
        """Prescales of a column in hundredths, by seed.

        Raises
        ------
        ConfigError
            If there is no such column.
        """
        if name not in self.columns:
            raise ConfigError(
                f"column {name}",
                "must be in the prescale table",
                None,
                "choose from " + ", ".join(self.columns),
            )
        place = self.columns.index(name)
        return {row.name: hundredths(row.cells[place]) or 0 for row in self.rows}

    def with_column(self, name: str, menu: IntegerMenu) -> PrescaleTable:
        """Return the table with one more column: the prescales of a menu, 0 for other seeds.

        Raises
        ------
        ConfigError
            If the column exists, or a seed of the menu has no row.
        """
        if name in self.columns:
            raise ConfigError(
                f"column {name}", "must be a new one", "in the table", "choose another name"
            )
        _all_known(menu, {row.name for row in self.rows})
        known = {seed.name: text(seed.prescale) for seed in menu.seeds}
        rows = [replace(r, cells=(*r.cells, known.get(r.name, "0"))) for r in self.rows]
        return replace(self, columns=(*self.columns, name), rows=tuple(rows))


def of_menu(menu: IntegerMenu, column: str, first: int = 0) -> PrescaleTable:
    """Table of one column from the prescales of a menu; indices count from `first`."""
    seeds = enumerate(menu.seeds, first)
    rows = tuple(Row(index, seed.name, (text(seed.prescale),)) for index, seed in seeds)
    return PrescaleTable((column,), rows)


def applied(menu: IntegerMenu, table: PrescaleTable, column: str) -> IntegerMenu:
    """Give a menu the prescales of a column.

    Raises
    ------
    ConfigError
        If a seed of the menu has no row, or a seed that the column switches on is not in the
        menu: its rate would be missing from the total. Also if a region has another prescale
        there than in the trigger.
    """
    prescales = table.column(column)
    _all_known(menu, set(prescales))
    absent = [name for name, value in prescales.items() if value and name not in menu.names]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise ConfigError(
            f"seed {absent[0]}{more} of column {column}",
            f"must be in menu {menu.name}",
            None,
            "add it to the menu or switch it off in the table",
        )
    for seed in menu.seeds:
        if seed.region is not None and prescales[seed.name] != seed.prescale:
            raise ConfigError(
                f"seed {seed.name} of column {column}",
                f"must have the prescale of region {seed.region} in the trigger, "
                f"{text(seed.prescale)}",
                text(prescales[seed.name]),
                f"change the column, or trigger.prescale.{seed.region} of the run",
            )
    return menu.prescaled(prescales)


def _all_known(menu: IntegerMenu, names: set[str]) -> None:
    for name in menu.names:
        if name not in names:
            raise ConfigError(
                f"seed {name} of menu {menu.name}",
                "must be in the prescale table",
                None,
                "add a row for it",
            )


def load(path: Path) -> PrescaleTable:
    """Read and check a table.

    Raises
    ------
    ConfigError
        With the line and what is wrong there.
    """
    return parse(read_text(path, "CSV"), str(path))


def write(path: Path, table: PrescaleTable) -> None:
    """Write a table whole; `load` reads it back."""
    write_text(path, table.text)


def parse(content: str, source: str = "prescale table") -> PrescaleTable:
    """Check a table given as text; `source` names it in errors.

    Raises
    ------
    ConfigError
        With the line and what is wrong there. A name or an index that occurs twice is refused:
        which of the two prescales would hold, nobody can tell.
    """
    ending = "\r\n" if "\r\n" in content else "\n"
    closed = content.endswith(ending)
    lines = content.removesuffix(ending).split(ending)
    head, columns = _header(lines[0].split(","), source)
    rows = tuple(
        _row(line.split(","), len(columns), f"{source}:{number}")
        for number, line in enumerate(lines[1:], 2)
    )
    _unique(rows, source)
    return PrescaleTable(columns, rows, head, ending, closed)


def _header(cells: list[str], source: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    columns = tuple(cells[2:])
    for head in HEADS:
        if tuple(cells[:2]) == head and columns and len(set(columns)) == len(columns):
            return head, columns
    raise ConfigError(
        f"{source}:1",
        "must be Index,Name and columns of different names",
        repr(",".join(cells[:4])),
        "begin with the names of the columns, each once",
    )


def _row(cells: list[str], columns: int, where: str) -> Row:
    if len(cells) != columns + 2:
        raise ConfigError(
            where, f"must have {columns + 2} cells", len(cells), "write one for each column"
        )
    if not (cells[0].isascii() and cells[0].isdigit() and str(int(cells[0])) == cells[0]):
        raise ConfigError(
            f"the index at {where}",
            "must be a number",
            repr(cells[0]),
            "begin every row with the index of its seed",
        )
    for cell in cells[2:]:
        if hundredths(cell) is None:
            raise ConfigError(
                f"a prescale of seed {cells[1]} at {where}",
                RULE,
                repr(cell),
                "write such a prescale",
            )
    return Row(int(cells[0]), cells[1], tuple(cells[2:]))


def _unique(rows: tuple[Row, ...], source: str) -> None:
    names: dict[str, int] = {}
    indices: dict[int, str] = {}
    for row in rows:
        if row.name in names:
            raise ConfigError(
                f"seed {row.name} of {source}",
                "must have one index",
                f"{names[row.name]} and {row.index}",
                "remove one of the rows",
            )
        if row.index in indices:
            raise ConfigError(
                f"index {row.index} of {source}",
                "must have one seed",
                f"{indices[row.index]} and {row.name}",
                "give one of them another index",
            )
        names[row.name], indices[row.index] = row.index, row.name
