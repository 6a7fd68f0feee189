"""Readers of the text reports of C synthesis: ``NAME_csynth.rpt`` and the summary ``csynth.rpt``.

Both forms occur under both names; the title tells them apart (AMD UG902, UG1399).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.csynth_xml import c_synthesis
from trigger_ad.ledger.reports.design import check_clock, check_part, check_top
from trigger_ad.ledger.reports.text import (
    AGAIN,
    decimal,
    match,
    percentages,
    read_text,
    table,
    whole,
)
from trigger_ad.ledger.rows import NOT_TIMED, ResourceRow, ResourceStage

__all__ = ["c_synthesis_text"]

_TITLE = re.compile(
    r"^== (Vivado HLS Report for|Vitis HLS Report for|Synthesis Summary Report of)"
    r" '(\w+)'",
    re.M,
)

#: Column of a row by the heads that tools give it.
_HEADS = {
    "bram": ("BRAM_18K", "BRAM"),
    "dsp": ("DSP", "DSP48E"),
    "ff": ("FF",),
    "lut": ("LUT",),
    "uram": ("URAM",),
}


def c_synthesis_text(
    path: Path, top: str | None = None, part: str | None = None, clock_ns: float | None = None
) -> ResourceRow:
    """Read a text report of C synthesis.

    Parameters
    ----------
    path : Path
    top, part : str, optional
        Top function and part that the report must be of.
    clock_ns : float, optional
        Clock period that the design must have been planned for; the summary does not name it.

    Returns
    -------
    ResourceRow
        Latency and interval are the worst case. An interval of 0, which versions of 2018 write
        for 1, is taken from the XML of the same synthesis beside the report, and is None
        without it. The summary writes ``-`` both for nothing and
        for what it does not know, so that either is None; it has no clock period.

    Raises
    ------
    ReportError
        If the file is missing, cut short, or of another tool, top, part or clock.
    """
    text = read_text(path)
    title = _TITLE.search(text)
    if title is None:
        raise ReportError(
            path,
            "must be a report of Vivado HLS or Vitis HLS",
            "such a report",
            "give NAME_csynth.rpt of the top function",
        )
    check_top(path, title[2], top)
    check_part(path, _part(path, text), part)
    if title[1].startswith("Synthesis"):
        row = _summary(path, text, title[2])
    else:
        row = _detailed(path, text, title[1].removesuffix(" Report for"), title[2])
    check_clock(path, [] if row.clock_ns is None else [row.clock_ns], clock_ns)
    return row if row.ii != 0 else _with_interval(path, row)


def _with_interval(path: Path, row: ResourceRow) -> ResourceRow:
    """Take the interval that the text has as 0 from the XML, if that is of the same synthesis."""
    xml = path.with_suffix(".xml")
    beside = c_synthesis(xml) if xml.is_file() else None
    if beside is not None and _identity(beside) == _identity(row):
        interval, source = beside.ii, f"interval of {xml.name}, 0 in the text"
    else:
        interval, source = None, f"interval 0 in the text, not known without {xml.name}"
    return replace(row, ii=interval, note="; ".join(filter(None, (row.note, source))))


def _identity(row: ResourceRow) -> tuple[str | int | None, ...]:
    return row.top, row.part, row.version, row.latency_cycles, row.lut, row.ff, row.dsp


def _detailed(path: Path, text: str, tool: str, top: str) -> ResourceRow:
    performance = _section(path, text, "Performance Estimates")
    figures = _section(path, text, "Utilization Estimates")
    _section(path, text, "Interface")  # the last one
    timing = _after(path, performance, "+ Timing", "* Summary:")
    clocks = table(path, timing, "the clocks").rows
    if len(clocks) != 1 or len(clocks[0]) < 3:
        raise ReportError(path, "must have one clock", len(clocks), "give one clock")
    target, estimated, *rest = (
        decimal(f"the clock in {path}", cell.removesuffix(" ns")) for cell in clocks[0][1:]
    )
    cycles = table(path, _after(path, performance, "+ Latency", "* Summary:"), "latencies")
    if len(cycles.rows) != 1 or len(cycles.rows[0]) not in {5, 7}:
        raise ReportError(path, "must have one row of latencies", len(cycles.rows), AGAIN)
    # Cells: latency in cycles, the same in time from 2019 on, interval, pipeline.
    row = cycles.rows[0]
    latency = [whole(f"latency in {path}", cell) for cell in row[:2]]
    interval = [whole(f"interval in {path}", cell) for cell in row[-3:-1]]
    area = table(path, _after(path, figures, "* Summary:"), "the resources")
    columns = _columns(path, area.heads(path))
    used, available = (
        {name: whole(f"{name} in {path}", line[index]) for name, index in columns.items()}
        for line in (area.row(path, "Total"), area.row(path, "Available"))
    )
    notes = []
    for name, (low, high) in (("latency", latency), ("interval", interval)):
        if high is None:
            notes.append(f"{name} not known to the tool")
        elif low != high:
            notes.append(f"{name} {'?' if low is None else low} to {high}")
    if rest and estimated + rest[0] > target:
        notes.append("clock estimated with its uncertainty above the target")
    return ResourceRow(
        ResourceStage.C_SYNTHESIS,
        tool,
        _version(path, text),
        lut=used["lut"],
        ff=used["ff"],
        dsp=used["dsp"],
        bram=used["bram"],
        uram=used.get("uram"),
        latency_cycles=latency[1],
        ii=interval[1],
        clock=f"{estimated:.3f} ns estimated for {target:.2f} ns",
        clock_ns=target,
        part=_part(path, text),
        top=top,
        percent=percentages(used, available),
        note="; ".join(notes),
    )


def _summary(path: Path, text: str, top: str) -> ResourceRow:
    lines = text.splitlines()
    modules = table(path, _after(path, lines, "+ Performance & Resource"), "the modules")
    heads = modules.heads(path)
    if not modules.rows:
        raise ReportError(path, "must hold its modules", None, AGAIN)
    name = modules.rows[0][0].removeprefix("+").removesuffix("*").strip()
    if name != top:
        raise ReportError(path, f"must begin its modules with {top}", name, AGAIN)
    first = dict(zip(heads, modules.rows[0], strict=True))
    used = {
        column: whole(f"{column} in {path}", _share(modules.rows[0][index]))
        for column, index in _columns(path, heads).items()
    }
    slack = first.get("Slack", "-")
    return ResourceRow(
        ResourceStage.C_SYNTHESIS,
        "Vitis HLS",
        _version(path, text),
        lut=used["lut"],
        ff=used["ff"],
        dsp=used["dsp"],
        bram=used["bram"],
        uram=used.get("uram"),
        latency_cycles=whole(f"latency in {path}", first.get("Latency (cycles)", "-")),
        ii=whole(f"interval in {path}", first.get("Interval", "-")),
        clock=f"slack {slack} ns estimated" if slack != "-" else NOT_TIMED,
        part=_part(path, text),
        top=top,
        note="from the summary",
    )


def _share(cell: str) -> str:
    """Count without its share: of ``30 (~0%)`` and ``30 (13%)`` the 30."""
    return re.sub(r" +\([~<]?\d+(\.\d+)?%\)$", "", cell)


def _columns(path: Path, heads: tuple[str, ...]) -> dict[str, int]:
    columns = {}
    for name, known in _HEADS.items():
        found = [index for index, head in enumerate(heads) if head in known]
        if name == "uram" and not found:  # parts and versions without
            continue
        if len(found) != 1:
            raise ReportError(path, f"must have one column {' or '.join(known)}", len(found), AGAIN)
        columns[name] = found[0]
    return columns


def _version(path: Path, text: str) -> str:
    return match(path, r"^\s*\* Version: +(\d[\w.]*)", text, "its version")


def _part(path: Path, text: str) -> str:
    return match(path, r"^\s*\* Target device: +(\S+)", text, "its part")


def _section(path: Path, text: str, title: str) -> list[str]:
    """Lines of a section, up to the next one."""
    _, found, rest = text.partition(f"\n== {title}\n")
    if not found:
        raise ReportError(path, f"must hold {title}", None, AGAIN)
    return rest.split("\n== ")[0].splitlines()


def _after(path: Path, lines: list[str], *heads: str) -> list[str]:
    """Lines after a line that begins with each of `heads` in turn."""
    for head in heads:
        starts = [i for i, line in enumerate(lines) if line.strip().startswith(head)]
        if not starts:
            raise ReportError(path, f"must hold {head.strip('+* :')}", None, AGAIN)
        lines = lines[starts[0] + 1 :]
    return lines
