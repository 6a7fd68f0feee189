"""Reader of ``NAME_cosim.rpt``: cycles measured by co-simulation of C and RTL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.text import AGAIN, UNKNOWN, match, read_text, whole
from trigger_ad.ledger.rows import ResourceRow, ResourceStage

__all__ = ["co_simulation"]

_LANGUAGES = frozenset({"VHDL", "Verilog", "SystemC"})

#: Head of the table: ``Latency`` up to Vivado HLS 2019.2, ``Latency(Clock Cycles)`` later.
_HEAD = re.compile(r"^\|[ |]*Latency(\(Clock Cycles\))? *\| *Interval(\(Clock Cycles\))? *\|", re.M)

#: Cells of a row: language, status, and smallest, mean and largest latency and interval.
_CELLS = 8


def co_simulation(path: Path) -> ResourceRow:
    """Read one ``cosim.rpt`` of Vivado HLS or Vitis HLS (AMD UG902, UG1399).

    The report names neither its top nor the version of the tool, its part or a clock.

    Parameters
    ----------
    path : Path

    Returns
    -------
    ResourceRow
        Latency and interval are the largest that were seen; None where the tool does not say.

    Raises
    ------
    ReportError
        If the file is missing, cut short or no such report, or if the simulation failed.
    """
    text = read_text(path)
    language, cycles = _passed(path, _rows(path, text))
    simulator = match(path, r"^\W*Simulation tool\s*:\s*(\w+)", text, "its simulation tool")
    low, _, latency, _, _, interval = (whole(f"a row of {path}", cell) for cell in cycles)
    notes = [f"{language} measured"]
    if latency is None:
        notes.append("latency not known to the tool")
    elif low != latency:
        notes.append(f"latency {'?' if low is None else low} to {latency}")
    if interval is None:
        notes.append("interval not known to the tool")
    return ResourceRow(
        ResourceStage.CO_SIMULATION,
        f"HLS co-simulation, {simulator}",
        latency_cycles=latency,
        ii=interval,
        note="; ".join(notes),
    )


def _rows(path: Path, text: str) -> list[list[str]]:
    """Cells of each language."""
    if not _HEAD.search(text):
        raise ReportError(path, "must hold a table of latencies", None, AGAIN)
    lines = text.rstrip().splitlines()
    cells = ([cell.strip() for cell in line.strip(" |").split("|")] for line in lines)
    rows = [row for row in cells if row[0] in _LANGUAGES]
    if not rows or not lines[-1].strip().startswith("+-") or min(map(len, rows)) < _CELLS:
        raise ReportError(
            path, "must hold a whole table of latencies", "one that is cut short", AGAIN
        )
    return rows


def _passed(path: Path, rows: Sequence[Sequence[str]]) -> tuple[str, Sequence[str]]:
    """Language that passed, the only one that ran, and its cells of cycles."""
    ran = [row for row in rows if row[1] not in UNKNOWN]
    name, status = f"the co-simulation of {path}", ", ".join(f"{row[0]} {row[1]}" for row in ran)
    if any(row[1].casefold() != "pass" for row in ran):
        raise ReportError(name, "must have passed", status, "read its log, then run it again")
    if len(ran) != 1:
        raise ReportError(
            name,
            "must have one language that ran",
            status or "none",
            "run it in one language and give that report",
        )
    return ran[0][0], ran[0][2:_CELLS]
