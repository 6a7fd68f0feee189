"""Reader of ``report_utilization`` of Vivado, after synthesis or placement (AMD UG906)."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.text import AGAIN, Table, decimal, percentages, table, whole
from trigger_ad.ledger.reports.vivado import open_report
from trigger_ad.ledger.rows import ResourceRow, ResourceStage

__all__ = ["utilization"]

#: Sections of the 7 series and of UltraScale. Tables of regions repeat their rows elsewhere.
_LOGIC = ("CLB Logic", "Slice Logic")
_MEMORY = ("BLOCKRAM", "Memory")
_DSP = ("ARITHMETIC", "DSP")

_BLACK = "Black Boxes"

Sections = dict[str, list[str]]


def utilization(path: Path, top: str | None = None, part: str | None = None) -> ResourceRow:
    """Read one utilisation report of a whole design.

    Parameters
    ----------
    path : Path
    top, part : str, optional
        Top and part that the report must be of.

    Returns
    -------
    ResourceRow
        ``logic synthesis`` or ``implementation``, as the design state says. Latency and timing
        are not in this report.

    Raises
    ------
    ReportError
        If the file is missing, cut short, of another kind, tool, top or part, or of a design
        with black boxes: what is in these is not counted.
    """
    report = open_report(path, "Utilization Design Information", top, part)
    stage = report.stage
    if stage is None:
        raise ReportError(path, "must name its design state", None, AGAIN)
    sections = _sections(path, report.text)
    _require_whole_design(path, sections)
    logic, memory, dsp = (_table(path, sections, *names) for names in (_LOGIC, _MEMORY, _DSP))
    figures = {
        "lut": _figure(path, logic, "CLB LUTs", "Slice LUTs"),
        "ff": _figure(path, logic, "CLB Registers", "Slice Registers"),
        "dsp": _figure(path, dsp, "DSPs"),
        "bram": _tiles(path, memory),
        "uram": _optional(path, memory, "URAM"),
    }
    used = {name: pair[0] for name, pair in figures.items()}
    available = {name: pair[1] for name, pair in figures.items()}
    return ResourceRow(
        stage,
        "Vivado",
        report.version,
        **used,
        lut_memory=_optional(path, logic, "LUT as Memory")[0],
        carry=_carry(path, logic, sections),
        clock="not in this report" if stage is ResourceStage.IMPLEMENTATION else "not timed",
        part=report.part,
        top=report.top,
        percent=percentages(used, available),
        note=f"design state {report.state}",
    )


def _sections(path: Path, text: str) -> Sections:
    """Lines of each section by title; all that the contents promise must be there."""
    lines = text.splitlines()
    promised: list[str] = []
    sections: Sections = {}
    current: list[str] = []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        found = re.fullmatch(r"\d+(?:\.\d+)?\. (\S.*?) *", line)
        if found is None:
            current.append(line)
        elif re.fullmatch(r"-{3,}", following):
            current = sections.setdefault(found[1], [])
        else:
            promised.append(found[1])
    missing = [title for title in promised if title not in sections]
    if missing or not promised:
        raise ReportError(
            path,
            "must hold every section of its contents",
            f"without {missing[0]}" if missing else "without contents",
            AGAIN,
        )
    if any(line.startswith("+-") for line in current):
        table(path, current, "its last section")
    return sections


def _require_whole_design(path: Path, sections: Sections) -> None:
    """Refuse black boxes, as cores of their own that are not linked yet: they count as nothing."""
    if _BLACK not in sections:
        return
    boxes = [row[0] for row in table(path, sections[_BLACK], _BLACK).rows]
    if boxes:
        raise ReportError(
            path,
            "must be of a whole design",
            f"one with the black boxes {', '.join(boxes)}",
            "link their netlists, then report again",
        )


def _table(path: Path, sections: Sections, *titles: str) -> Table:
    found = [title for title in titles if title in sections]
    if len(found) != 1:
        raise ReportError(
            path,
            f"must hold one section {' or '.join(titles)}",
            len(found),
            "report the whole design",
        )
    return table(path, sections[found[0]], found[0])


def _cells(path: Path, source: Table, *labels: str) -> tuple[str, str]:
    """Cells ``Used`` and ``Available`` of a row; other columns come and go."""
    heads = source.heads(path)
    if not {"Used", "Available"} <= set(heads):
        raise ReportError(path, "must have the columns Used and Available", ", ".join(heads), AGAIN)
    row = source.row(path, *labels)
    return row[heads.index("Used")], row[heads.index("Available")]


def _figure(path: Path, source: Table, *labels: str) -> tuple[int | None, int | None]:
    used, available = _cells(path, source, *labels)
    name = f"{labels[0]} in {path}"
    return whole(name, used), whole(name, available)


def _optional(path: Path, source: Table, label: str) -> tuple[int | None, int | None]:
    """Figures of a row that only some parts have; unknown without it."""
    if any(row[0].rstrip("*").strip() == label for row in source.rows):
        return _figure(path, source, label)
    return None, None


def _tiles(path: Path, memory: Table) -> tuple[int, int]:
    """Block RAMs of 18 kbit: a tile is two, and half a tile is one."""
    halves = []
    for cell in _cells(path, memory, "Block RAM Tile"):
        twice = 2 * decimal(f"Block RAM Tile in {path}", cell)
        if not twice.is_integer():
            raise ReportError(f"Block RAM Tile in {path}", "must be whole or half", cell, AGAIN)
        halves.append(int(twice))
    return halves[0], halves[1]


def _carry(path: Path, logic: Table, sections: Sections) -> int | None:
    """Carry chains in pieces of four bits: of CARRY8 rows, or of CARRY4 among the primitives."""
    eight, _ = _optional(path, logic, "CARRY8")
    if eight is not None:
        return 2 * eight
    if "Primitives" not in sections:
        return None
    primitives = table(path, sections["Primitives"], "Primitives")
    return _optional_count(path, primitives, "CARRY4")


def _optional_count(path: Path, source: Table, name: str) -> int | None:
    if (heads := source.heads(path))[:2] != ("Ref Name", "Used"):
        raise ReportError(path, "must have the columns Ref Name and Used", ", ".join(heads), AGAIN)
    counts = [row[1] for row in source.rows if row[0] == name]
    return whole(f"{name} in {path}", counts[0]) if counts else None
