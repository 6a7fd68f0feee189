"""How records show themselves: a few lines in a terminal, a small table in a notebook.

A record says what it shows as a `Table`; how tables are written, and how long they may be, is here
and nowhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import islice
from typing import Any

__all__ = ["DASH", "Displayed", "Table", "brief"]

#: Stands for what is not known.
DASH = "–"

#: Rows of a table and characters of a line, so that no text is longer than 1,500 characters; and of
#: a cell where a row has more than two.
ROWS, LINE, CELL = 12, 92, 40

#: Rows of a table in HTML, which scrolls.
HTML_ROWS = 100


@dataclasses.dataclass(frozen=True)
class Table:
    """What a record shows.

    Parameters
    ----------
    title : str
        The first line.
    columns : tuple of str
        Their headings; none where a row is a name and a value.
    rows : tuple of tuple of str
        One cell for each column.
    note : str
        The last line.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """A few lines, columns of numbers to the right."""
        head = (self.columns,) if self.columns else ()
        most = CELL if any(len(row) > 2 for row in self.rows) else LINE
        cells = [[_clip(cell, most) for cell in row] for row in (*head, *self.rows[:ROWS])]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        right = [_numbers(column) for column in zip(*self.rows, strict=True)]
        lines = ["  " + "  ".join(map(_padded, row, widths, right)).rstrip() for row in cells]
        last = [f"  {line}" for line in self._last(ROWS)]
        return "\n".join(_clip(line, LINE) for line in (self.title, *lines, *last))

    @property
    def html(self) -> str:
        """A table without a style of its own, every text escaped."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = (
            "".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self.rows[:HTML_ROWS]
        )
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        last = "".join(f"<p>{escape(line)}</p>" for line in self._last(HTML_ROWS))
        return (
            f"<table><caption>{escape(self.title)}</caption>"
            + (f"<thead><tr>{head}</tr></thead>" if head else "")
            + f"<tbody>{body}</tbody></table>{last}"
        )

    def _last(self, rows: int) -> Iterator[str]:
        if len(self.rows) > rows:
            yield f"… {len(self.rows) - rows:,} more"
        if self.note:
            yield self.note


class Displayed:
    """A record that prints in a few lines and shows as a table in a notebook."""

    __slots__ = ()

    def _display(self) -> Table:
        """What is shown: every field with its value, unless a record knows better."""
        rows = ((name, brief(value)) for name, value in _fields(self))
        return Table(type(self).__name__, (), tuple(rows))

    def __repr__(self) -> str:
        return self._display().text

    def _repr_html_(self) -> str:
        return self._display().html


def brief(value: object) -> str:
    """Write any value on a line.

    Examples
    --------
    >>> brief(0.123456), brief(None), brief((1, 2)), brief({"A": 1.0, "B": 20.0})
    ('0.1235', '–', '1, 2', 'A 1, B 20')
    """
    if value is None:
        return DASH
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Displayed):
        return value._display().title  # noqa: SLF001 - of this very class
    if isinstance(value, Mapping):
        return _listed(f"{key} {brief(of)}" for key, of in value.items())
    if isinstance(value, tuple | list):
        return _listed(map(brief, value))
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype} of shape {value.shape}"
    return str(value)


def _listed(texts: Iterable[str]) -> str:
    """Texts with commas; no more of them than a cell can show are made."""
    return ", ".join(islice(texts, CELL)) or "none"


def _fields(record: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of a dataclass, or of a pydantic model."""
    if dataclasses.is_dataclass(record):
        names = [field.name for field in dataclasses.fields(record)]
    else:
        names = [*getattr(type(record), "model_fields", ())]
    yield from ((name, getattr(record, name)) for name in names)


def _clip(text: str, length: int) -> str:
    line = " ".join(text.split("\n"))
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _padded(cell: str, width: int, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)


def _numbers(column: Iterable[str]) -> bool:
    """Whether all cells of a column begin as numbers do."""
    return all(cell[:1].isdigit() or cell[:1] in ("", "<", "-", DASH) for cell in column)
