"""Reader of ``report_timing_summary`` of Vivado (AMD UG906)."""

from __future__ import annotations

import re
from pathlib import Path

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.design import check_clock
from trigger_ad.ledger.reports.text import AGAIN, decimal, match
from trigger_ad.ledger.reports.vivado import Report, open_report
from trigger_ad.ledger.rows import NOT_TIMED, ResourceRow, ResourceStage

__all__ = ["timing"]

#: Stage by what a path says of its nets.
_NETS = {
    "unplaced": ResourceStage.LOGIC_SYNTHESIS,
    "estimated": ResourceStage.IMPLEMENTATION,
    "routed": ResourceStage.IMPLEMENTATION,
}

_MET = "All user specified timing constraints are met."
_MISSED = "Timing constraints are not met."
_NONE = "There are no user specified timing constraints."


def timing(
    path: Path, top: str | None = None, part: str | None = None, clock_ns: float | None = None
) -> ResourceRow:
    """Read one timing summary.

    Parameters
    ----------
    path : Path
    top, part : str, optional
        Top and part that the report must be of.
    clock_ns : float, optional
        Period that one of its clocks must have; a design without clocks is not refused.

    Returns
    -------
    ResourceRow
        `clock` has the worst slacks of setup, hold and pulse width, and whether all are met; it
        is ``not timed`` for a design without constraints. `logic_levels` is the largest of the
        setup paths that are listed, as Vivado counts them: every cell, each piece of a carry
        chain and buffers of pins too.

    Raises
    ------
    ReportError
        If the file is missing, cut short, of another kind, tool, top, part or clock, or if its
        verdict contradicts its slacks.
    """
    report = open_report(path, "Timing Summary Report", top, part)
    _whole(path, report.text)
    clocks = _clocks(path, report.text)
    check_clock(path, clocks.values(), clock_ns)
    levels = _levels(path, report.text)
    notes = [f"{len(levels)} setup paths listed"]
    if len(clocks) > 1:
        notes.append("clocks " + ", ".join(f"{name} {ns:g} ns" for name, ns in clocks.items()))
    if report.state is not None:
        notes.append(f"design state {report.state}")
    elif "estimated" in _nets(report):
        notes.append("placed, not routed")
    period = next(iter(clocks.values())) if len(clocks) == 1 else None
    return ResourceRow(
        _stage(report),
        "Vivado",
        report.version,
        clock=_verdict(path, report.text, period),
        clock_ns=period,
        logic_levels=max(levels, default=None),
        part=report.part,
        top=report.top,
        note="; ".join(notes),
    )


def _whole(path: Path, text: str) -> None:
    """Every path that begins must end with its slack."""
    match(path, r"^\| (Timing Details)", text, "Timing Details")
    begun = len(re.findall(r"^Slack(?: \(\w+\))? ?:", text, re.M))
    ended = len(re.findall(r"^ +slack +\S+ *$", text, re.M))
    if begun != ended:
        raise ReportError(path, "must hold whole paths", "one that is cut short", AGAIN)


def _summary(path: Path, text: str) -> dict[str, str]:
    """Cells of the design's summary by head."""
    found = re.search(r"^ +(WNS\(ns\).*)\n[ -]+\n *(\S.*)$", text, re.M)
    if found is None:
        raise ReportError(path, "must hold the Design Timing Summary", None, AGAIN)
    heads, cells = re.split(r"  +", found[1].strip()), found[2].split()
    if len(heads) != len(cells):
        raise ReportError(
            f"the Design Timing Summary of {path}",
            f"must have {len(heads)} cells",
            len(cells),
            AGAIN,
        )
    return dict(zip(heads, cells, strict=True))


def _verdict(path: Path, text: str, period: float | None) -> str:
    cells = _summary(path, text)
    slacks = {name: cells.get(f"{name}(ns)", "NA") for name in ("WNS", "WHS", "WPWS")}
    verdicts = [line for line in (_MET, _MISSED, _NONE) if line in text]
    if len(verdicts) != 1:
        raise ReportError(
            path, "must say once whether its constraints are met", len(verdicts), AGAIN
        )
    if slacks["WNS"] == "NA":
        return NOT_TIMED
    known = {
        name: decimal(f"{name} in {path}", cell) for name, cell in slacks.items() if cell != "NA"
    }
    met = min(known.values()) >= 0
    if met != (verdicts[0] == _MET):
        raise ReportError(
            f"the verdict of {path}", "must agree with its slacks", verdicts[0].rstrip("."), AGAIN
        )
    at = f" at {period:.3f} ns" if period is not None else ""
    listed = ", ".join(f"{name} {slack:.3f} ns" for name, slack in known.items())
    failing = cells.get("TNS Failing Endpoints", "?"), cells.get("TNS Total Endpoints", "?")
    verdict = "met" if met else f"not met, setup fails at {failing[0]} of {failing[1]} endpoints"
    return f"{listed}{at}: {verdict}"


def _clocks(path: Path, text: str) -> dict[str, float]:
    """Periods in ns by clock."""
    _, found, rest = text.partition("| Clock Summary\n")
    if not found:
        return {}
    section = rest.removeprefix("| -------------\n").split("\n| ")[0]
    rows = re.findall(r"^ *(\S+) +\{[-\d. ]+\} +(\d+\.\d+) +\d+\.\d+", section, re.M)
    return {name: decimal(f"clock {name} in {path}", period) for name, period in rows}


def _levels(path: Path, text: str) -> list[int]:
    """Logic levels of every setup path."""
    found = []
    for block in re.split(r"^Slack", text, flags=re.M)[1:]:
        kind = match(path, r"^ +Path Type: +(\S.*)", block, "the type of each path")
        count = re.search(r"^ +Logic Levels: +(\d{1,9})\b", block, re.M | re.A)
        if "Max at" in kind and count is not None:
            found.append(int(count[1]))
    return found


def _nets(report: Report) -> set[str]:
    return set(re.findall(r"^ +net \(fo=\d+, (\w+)\)", report.text, re.M))


def _stage(report: Report) -> ResourceStage:
    if report.stage is not None:
        return report.stage
    stages = {_NETS[kind] for kind in _nets(report) & set(_NETS)}
    if len(stages) != 1:
        raise ReportError(
            report.path,
            "must tell by its paths whether it is routed",
            len(stages),
            "report with paths, after synthesis, placement or routing",
        )
    return stages.pop()
