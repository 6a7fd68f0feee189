"""Reader of ``NAME_cosim.rpt``: cycles measured by co-simulation of C and RTL."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.text import AGAIN, UNKNOWN, match, read_text, whole
from trigger_ad.ledger.rows import ResourceRow, ResourceStage

__all__ = ["co_simulation"]


def co_simulation(path: Path) -> ResourceRow:
    """Read one ``cosim.rpt`` of Vivado HLS or Vitis HLS (AMD UG902, UG1399).

    The report names neither its top nor the version of the tool, nor a clock.

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
    simulator = match(path, r"^\W*Simulation tool\s*:\s*(\w+)", text, "its simulation tool")
    match(path, r"(Latency\(Clock Cycles\))", text, "a table of latencies")
    lines = text.rstrip().splitlines()
    rows = [
        cells
        for line in lines
        if (cells := [cell.strip() for cell in line.strip(" |").split("|")])[0]
        in {"VHDL", "Verilog", "SystemC"}
    ]
    if not rows or not lines[-1].strip().startswith("+-") or min(map(len, rows)) < 8:
        raise ReportError(
            path, "must hold a whole table of latencies", "one that is cut short", AGAIN
        )
    ran = [row for row in rows if row[1] not in UNKNOWN]
    if len(ran) != 1 or ran[0][1].casefold() != "pass":
        status = ", ".join(f"{row[0]} {row[1]}" for row in ran) or "none that ran"
        raise ReportError(
            f"the co-simulation of {path}",
            "must have one language that passed",
            status,
            "read its log, then run it again",
        )
    language, _, *cycles = ran[0]
    low, _, latency, _, _, interval = (whole(f"a row of {path}", cell) for cell in cycles[:6])
    notes = [f"{language} measured"]
    if low != latency:
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
