"""What the readers of reports share: text, tables drawn with dashes, counts, refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.errors import ReportError

__all__ = [
    "AGAIN",
    "UNKNOWN",
    "Table",
    "decimal",
    "match",
    "percentages",
    "read_text",
    "table",
    "whole",
]

#: What tools write where they do not know.
UNKNOWN = frozenset({"", "-", "?", "undef", "NA", "N/A", "n/a"})

#: Remedy for a report that is not whole.
AGAIN = "run the tool again"

_RULE = re.compile(r"\+[-+]+\+")


def read_text(path: Path) -> str:
    """Text of a report; dates in other encodings do not matter.

    Raises
    ------
    ReportError
        If the file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ReportError(
            path,
            "must be a readable report",
            (error.strerror or "unreadable").lower(),
            "run the tool that writes it first",
        ) from None


def match(path: Path, pattern: str, text: str, what: str) -> str:
    """First group of the first match of `pattern`, a line at a time; there must be one."""
    found = re.search(pattern, text, re.M)
    if found is None:
        raise ReportError(path, f"must hold {what}", None, AGAIN)
    return found[1].strip()


def whole(name: str, text: str) -> int | None:
    """Parse a count, or None where the tool does not know."""
    if text in UNKNOWN:
        return None
    if not re.fullmatch(r"\d{1,15}", text, re.A):
        raise ReportError(name, "must be a count", repr(text), AGAIN)
    return int(text)


def decimal(name: str, text: str) -> float:
    """Parse a number that must be known."""
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?", text, re.A):
        raise ReportError(name, "must be a number", repr(text), AGAIN)
    return float(text)


def percentages(
    used: Mapping[str, int | None], available: Mapping[str, int | None]
) -> dict[str, float] | None:
    """Percent of what there is, for every figure with both; may exceed 100.

    Taken from the counts: what tools print is rounded, or ``~0``, or ``<0.01``.
    """
    found = {
        name: round(100 * count / total, 4)
        for name, count in used.items()
        if count is not None and (total := available.get(name))
    }
    return found or None


@dataclass(frozen=True)
class Table:
    """A table of text: cells without surrounding blanks.

    Parameters
    ----------
    header : tuple of tuple of str
        Lines above the first inner rule; cells may span columns.
    rows : tuple of tuple of str
        All other lines, each with as many cells as there are columns.
    """

    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]

    def heads(self, path: Path) -> tuple[str, ...]:
        """Return one head for each column, its lines joined; no head may span columns."""
        if not self.header or len({len(line) for line in (*self.header, *self.rows)}) != 1:
            raise ReportError(path, "must have a head above each column", "fewer or more", AGAIN)
        return tuple(" ".join(part).strip() for part in zip(*self.header, strict=True))

    def row(self, path: Path, *names: str) -> tuple[str, ...]:
        """Return the only row whose first cell is one of `names`, notes (``*``) left aside."""
        rows = [row for row in self.rows if row[0].rstrip("*").strip() in names]
        if len(rows) != 1:
            wanted = " or ".join(names)
            raise ReportError(path, f"must hold one row {wanted}", len(rows), AGAIN)
        return rows[0]


def table(path: Path, lines: Sequence[str], what: str) -> Table:
    """First table in `lines`, which must be whole.

    Raises
    ------
    ReportError
        If there is none, if it has no closing rule or if a row lacks cells.
    """
    stripped = [line.strip() for line in lines]
    start = next((i for i, line in enumerate(stripped) if _RULE.fullmatch(line)), len(stripped))
    end = start
    while end < len(stripped) and stripped[end].startswith(("|", "+-")):
        end += 1
    block = stripped[start:end]
    rules = [i for i, line in enumerate(block) if _RULE.fullmatch(line)]
    if len(rules) < 2 or rules[-1] != len(block) - 1:
        raise ReportError(
            path,
            f"must hold {what} as a whole table",
            "one that is cut short" if block else None,
            AGAIN,
        )
    columns = block[0].count("+") - 1
    rows = [_cells(line) for line in block[rules[1] :] if not _RULE.fullmatch(line)]
    if any(len(row) != columns for row in rows):
        raise ReportError(
            path, f"must hold {what} with {columns} cells in a row", "fewer or more", AGAIN
        )
    header = [_cells(line) for line in block[1 : rules[1]]]
    return Table(tuple(header), tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
