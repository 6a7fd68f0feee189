"""Tables in text, CSV: the one place that knows quotes, blanks and empty lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import NamedTuple

from trigger_ad.errors import ConfigError
from trigger_ad.storage.text import lines

__all__ = ["Row", "rows", "written"]


#: Blanks between a quote that closes and the end of its cell, which no reader takes.
_BLANKS = re.compile(r'"[ \t]+(?=,|$)')


class Row(NamedTuple):
    """Cells of one line of a table, without the blanks around them, and its number from 1."""

    line: int
    cells: tuple[str, ...]


def rows(text: str, source: str) -> list[Row]:
    r"""Rows of a table; lines without anything in their cells are left out.

    Parameters
    ----------
    text : str
    source : str
        Names the text in errors.

    Raises
    ------
    ConfigError
        With the line, if it is no CSV, or a quote is open at its end.

    Examples
    --------
    >>> rows('a, "b,c"\r\n,\n1 ,2\n', "f")
    [Row(line=1, cells=('a', 'b,c')), Row(line=3, cells=('1', '2'))]
    """
    found = [
        Row(number, _cells(line, f"{source}:{number}"))
        for number, line in enumerate(lines(text, source), 1)
    ]
    return [row for row in found if any(row.cells)]


def _cells(line: str, where: str) -> tuple[str, ...]:
    """Cells of a line; one that goes on in the next line is a quote that was forgotten."""
    line = _BLANKS.sub('"', line)
    try:
        cells = next(csv.reader([line], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise ConfigError(where, "must be CSV", str(error), "mend this line") from None
    return tuple(cell.strip() for cell in cells)


def written(cells: Iterable[Iterable[str]], ending: str = "\n") -> str:
    r"""Text of a table, quoted where that is needed, every line with its end.

    Examples
    --------
    >>> written([["Index", "Name"], ["0", "L1_A,B"]])
    'Index,Name\n0,"L1_A,B"\n'
    """
    stream = io.StringIO()
    csv.writer(stream, lineterminator=ending).writerows(cells)
    return stream.getvalue()
