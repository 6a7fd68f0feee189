"""Prescale tables of CMS: CSV with one row for each seed, one column for each luminosity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from trigger_ad.errors import ConfigError
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.prescale import RULE, hundredths, text
from trigger_ad.storage import tables
from trigger_ad.storage.files import read_text, write_text

__all__ = ["HEADS", "PrescaleTable", "Row", "applied", "load", "of_menu", "parse", "write"]

#: Names of the first two columns, as the tables of https://github.com/cms-l1-dpg/L1MenuRun3 have.
HEADS = (("Index", "Name"), ("Bit", "Algo name"))

#: First cell of the line above the head that some tables have; the second names a column.
DEFAULT = "Default"

_INDEX = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A seed of the table: its index, its name and its prescales as they are written."""

    index: int
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PrescaleTable:
    """A prescale table; its `text` is that of the file, byte for byte.

    But for a byte-order mark, blanks and quotes around cells, and empty lines, which are left out.

    Parameters
    ----------
    columns : tuple of str
        ``2p0E34``, ``Emergency``, ...
    rows : tuple of Row
    head : tuple of str
        One of `HEADS`.
    default : str
        The column that a line above the head gives as the default one, if there is such a line.
    ending : str
        Of a line; no part of what is compared.
    closed : bool
        Whether the last line has an ending; no part of what is compared.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    head: tuple[str, str] = HEADS[0]
    default: str = ""
    ending: str = field(default="\n", compare=False)
    closed: bool = field(default=True, compare=False)

    @property
    def text(self) -> str:
        """The table as CSV."""
        lines = [[str(row.index), row.name, *row.cells] for row in self.rows]
        lines.insert(0, [*self.head, *self.columns])
        if self.default:
            lines.insert(0, [DEFAULT, self.default, *[""] * len(self.columns)])
        text = tables.written(lines, self.ending)
        return text if self.closed else text.removesuffix(self.ending)

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

    def with_column(
        self, name: str, menu: IntegerMenu, *, like: str = "", replaced: bool = False
    ) -> PrescaleTable:
        """Return the table with a column of the prescales of a menu.

        Parameters
        ----------
        name : str
            Of the column, which stands at the end, or where it stood if it is replaced.
        menu : IntegerMenu
        like : str
            Column that other seeds have their prescales from; without it they are off.
        replaced : bool
            Whether the table has a column of this name.

        Raises
        ------
        ConfigError
            If the column exists, or does not where it is to be replaced, or a seed of the menu has
            no row.
        """
        if replaced:
            self.column(name)
        elif name in self.columns:
            raise ConfigError(
                f"column {name}", "must be a new one", "in the table", "choose another name"
            )
        _all_known(menu, {row.name for row in self.rows})
        for seed in menu.prescales:
            indices = [str(row.index) for row in self.rows if row.name == seed]
            if len(indices) > 1:
                raise ConfigError(
                    f"seed {seed} of menu {menu.name}",
                    "must have one row of the prescale table",
                    f"those of {' and '.join(indices)}",
                    "remove the others",
                )
        cells = self._cells(like) if like else {row.name: "0" for row in self.rows}
        cells |= {seed: text(prescale) for seed, prescale in menu.prescales.items()}
        place = self.columns.index(name) if replaced else len(self.columns)

        def put(into: tuple[str, ...], cell: str) -> tuple[str, ...]:
            return (*into[:place], cell, *into[place + 1 :])

        rows = tuple(replace(row, cells=put(row.cells, cells[row.name])) for row in self.rows)
        return replace(self, columns=put(self.columns, name), rows=rows)

    def _cells(self, name: str) -> dict[str, str]:
        """Prescales of a column as they are written, by seed."""
        self.column(name)
        place = self.columns.index(name)
        return {row.name: row.cells[place] for row in self.rows}

    def with_rows(self, names: Sequence[str], first: int) -> PrescaleTable:
        """Return the table with rows of seeds, off in every column, with indices from `first`.

        Raises
        ------
        ConfigError
            If a seed or an index is there already.
        """
        off = ("0",) * len(self.columns)
        added = [Row(index, name, off) for index, name in enumerate(names, first)]
        taken = {row.index: row.name for row in self.rows}
        free = next(
            start
            for start in range(max(taken) + 2)
            if not any(start + place in taken for place in range(len(added)))
        )
        for row in added:
            if row.index in taken:
                raise ConfigError(
                    f"index {row.index} for seed {row.name}",
                    "must be free in the prescale table",
                    f"that of {taken[row.index]}",
                    f"begin with {free}, or with others that are free",
                )
        return replace(self, rows=(*self.rows, *added))


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
    absent = [name for name, value in prescales.items() if value and name not in menu.prescales]
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
    for name in menu.prescales:
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
        With the line and what is wrong there. An index that occurs twice is refused, and so is a
        name, unless it is off wherever it occurs: which of the two prescales would hold, nobody
        can tell.
    """
    found = tables.rows(content, source)
    if not found:
        raise ConfigError(
            source, "must be a prescale table", "an empty file", "give the path of one"
        )
    above, below = found[:1], found[1:]
    if above[0].cells[0] == DEFAULT and below:
        above, below = below[:1], below[1:]
    head, columns = _header(above[0], source)
    default = "" if above[0] is found[0] else _default(found[0], columns, source)
    if not below:
        raise ConfigError(source, "must have rows of seeds", "a head alone", "add a row for each")
    rows = [_row(row.cells, len(columns), f"{source}:{row.line}") for row in below]
    _unique(rows, [row.line for row in below], source)
    ending = "\r\n" if content.count("\r\n") == content.count("\n") > 0 else "\n"
    return PrescaleTable(columns, tuple(rows), head, default, ending, content.endswith("\n"))


def _header(row: tables.Row, source: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    columns = row.cells[2:]
    known = row.cells[:2] in HEADS
    if known and "" in columns:
        raise ConfigError(
            f"column {columns.index('') + 3} at {source}:{row.line}",
            "must have a name",
            None,
            "give it one, or remove the comma there from every line",
        )
    if known and columns and len(set(columns)) == len(columns):
        return (row.cells[0], row.cells[1]), columns
    raise ConfigError(
        f"{source}:{row.line}",
        "must be Index,Name and columns of different names",
        repr(",".join(row.cells[:4])),
        "begin with the names of the columns, each once",
    )


def _default(row: tables.Row, columns: Sequence[str], source: str) -> str:
    named = [cell for cell in row.cells[1:] if cell]
    if len(named) != 1 or named[0] not in columns:
        raise ConfigError(
            f"{source}:{row.line}",
            "must give one column as the default",
            repr(",".join(named)),
            "choose from " + ", ".join(columns),
        )
    return named[0]


def _row(cells: tuple[str, ...], columns: int, where: str) -> Row:
    if len(cells) != columns + 2:
        raise ConfigError(
            where, f"must have {columns + 2} cells", len(cells), "write one for each column"
        )
    if not _INDEX.fullmatch(cells[0]):
        raise ConfigError(
            f"the index at {where}",
            "must be a number of at most nine digits",
            repr(cells[0]),
            "begin every row with the index of its seed",
        )
    if not cells[1]:
        raise ConfigError(f"the seed at {where}", "must have a name", None, "write it there")
    for cell in cells[2:]:
        if hundredths(cell) is None:
            raise ConfigError(
                f"a prescale of seed {cells[1]} at {where}",
                RULE,
                repr(cell),
                "write such a prescale",
            )
    return Row(int(cells[0]), cells[1], cells[2:])


def _unique(rows: Sequence[Row], lines: Sequence[int], source: str) -> None:
    names: dict[str, tuple[int, int]] = {}
    indices: dict[int, tuple[str, int]] = {}
    on = {row.name for row in rows if any(hundredths(cell) for cell in row.cells)}
    for row, line in zip(rows, lines, strict=True):
        if row.name in names and row.name in on:
            index, first = names[row.name]
            raise ConfigError(
                f"seed {row.name} at {source}:{line}",
                "must have one index",
                f"{index} in line {first} and {row.index} here",
                "remove one of the rows",
            )
        if row.index in indices:
            name, first = indices[row.index]
            raise ConfigError(
                f"index {row.index} at {source}:{line}",
                "must have one seed",
                f"{name} in line {first} and {row.name} here",
                "give one of them another index",
            )
        names[row.name], indices[row.index] = (row.index, line), (row.name, line)
