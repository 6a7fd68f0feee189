"""Strict reader of the reports of C synthesis, ``csynth.xml`` of Vivado HLS and Vitis HLS.

Tags as documented in AMD UG902 (Vivado HLS) and UG1399 (Vitis HLS). What a report does not
say stays unknown; what it must say and does not is an error.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from trigger_ad.errors import ReportError
from trigger_ad.ledger.rows import ResourceRow, Stage

__all__ = ["c_synthesis"]

#: What tools write where they do not know.
UNKNOWN = {"", "-", "?", "undef", "NA", "N/A"}


def c_synthesis(path: Path) -> ResourceRow:
    """Read one ``csynth.xml``.

    Parameters
    ----------
    path : Path

    Returns
    -------
    ResourceRow
        Latency and interval are the worst case; None where the tool did not know.

    Raises
    ------
    ReportError
        If the file is missing, no such report, or lacks the resources or the clock.
    """
    root = _root(path)
    resources = _find(path, root, "AreaEstimates/Resources")
    tag = _dsp_tag(path, resources)
    performance = _find(path, root, "PerformanceEstimates")
    assignments = _find(path, root, "UserAssignments")
    notes = [f"part {_text(path, assignments, 'Part')}"]
    overall = "SummaryOfOverallLatency"
    latency = _range(
        path, performance, f"{overall}/Best-caseLatency", f"{overall}/Worst-caseLatency"
    )
    interval = _range(path, performance, f"{overall}/Interval-min", f"{overall}/Interval-max")
    for name, (low, high) in (("latency", latency), ("interval", interval)):
        if high is None:
            notes.append(f"{name} not known to the tool")
        elif low != high:
            notes.append(f"{name} {low if low is not None else '?'} to {high}")
    clock = (
        f"{_text(path, performance, 'SummaryOfTimingAnalysis/EstimatedClockPeriod')} ns estimated "
        f"for {_text(path, assignments, 'TargetClockPeriod')} ns"
    )
    return ResourceRow(
        Stage.C_SYNTHESIS,
        "Vivado HLS" if tag == "DSP48E" else "Vitis HLS",
        _text(path, root, "ReportVersion/Version"),
        lut=_count(path, resources, "LUT"),
        ff=_count(path, resources, "FF"),
        dsp=_count(path, resources, tag),
        bram=_count(path, resources, "BRAM_18K"),
        uram=_count(path, resources, "URAM") if resources.find("URAM") is not None else None,
        latency_cycles=latency[1],
        ii=interval[1],
        clock=clock,
        note="; ".join(notes),
    )


def _root(path: Path) -> ET.Element:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ReportError(
            str(path), "must be a readable report", (error.strerror or "unreadable").lower(),
            "run C synthesis first",
        ) from None  # fmt: skip
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReportError(
            str(path), "must be a plain report", "a file that declares entities",
            "give the file as the tool wrote it",
        )  # fmt: skip
    try:
        root = ET.fromstring(text)  # noqa: S314, entities are refused above
    except ET.ParseError as error:
        raise ReportError(
            f"{path}:{error.position[0]}", "must be whole XML", "cut short or damaged",
            "run C synthesis again",
        ) from None  # fmt: skip
    if root.tag != "profile":
        raise ReportError(
            str(path), "must be a csynth.xml with root profile", root.tag,
            "give the csynth.xml of the top function",
        )  # fmt: skip
    return root


def _find(path: Path, parent: ET.Element, tags: str) -> ET.Element:
    element = parent.find(tags)
    if element is None:
        raise ReportError(f"{path}", f"must hold {tags}", "without it", "run C synthesis again")
    return element


def _text(path: Path, parent: ET.Element, tags: str) -> str:
    text = (_find(path, parent, tags).text or "").strip()
    if text in UNKNOWN:
        raise ReportError(f"{tags} in {path}", "must be given", repr(text), "run C synthesis again")
    return text


def _dsp_tag(path: Path, resources: ET.Element) -> str:
    """Return ``DSP48E``, as written up to version 2020.1, or ``DSP``."""
    tags = [tag for tag in ("DSP48E", "DSP") if resources.find(tag) is not None]
    if len(tags) != 1:
        raise ReportError(
            f"{path}", "must count DSP slices once, as DSP48E or DSP", " and ".join(tags) or "none",
            "run C synthesis again",
        )  # fmt: skip
    return tags[0]


def _whole(path: Path, tags: str, text: str) -> int | None:
    if text in UNKNOWN:
        return None
    if not text.isdecimal():
        raise ReportError(
            f"{tags} in {path}", "must be a count", repr(text), "run C synthesis again"
        )
    return int(text)


def _count(path: Path, parent: ET.Element, tag: str) -> int | None:
    return _whole(path, tag, (_find(path, parent, tag).text or "").strip())


def _range(path: Path, parent: ET.Element, low: str, high: str) -> tuple[int | None, int | None]:
    """Smallest and largest value of a pair of tags, either of which may hold a range."""
    ends: list[int | None] = []
    for tags, end in ((low, "min"), (high, "max")):
        element = parent.find(tags)
        if element is None:
            ends.append(None)
            continue
        nested = element.find(f"range/{end}")
        text = (element if nested is None else nested).text or ""
        ends.append(_whole(path, tags, text.strip()))
    return ends[0], ends[1]
