"""Strict reader of the reports of C synthesis, ``csynth.xml`` of Vivado HLS and Vitis HLS.

Tags as documented in AMD UG902 (Vivado HLS) and UG1399 (Vitis HLS). What a report does not
say stays unknown; what it must say and does not is an error.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from trigger_ad.errors import ReportError
from trigger_ad.ledger.reports.design import check_clock, check_part, check_top
from trigger_ad.ledger.reports.text import AGAIN, UNKNOWN, decimal, percentages, read_text, whole
from trigger_ad.ledger.rows import ResourceRow, ResourceStage

__all__ = ["c_synthesis"]


def c_synthesis(
    path: Path, top: str | None = None, part: str | None = None, clock_ns: float | None = None
) -> ResourceRow:
    """Read one ``csynth.xml``.

    Parameters
    ----------
    path : Path
    top, part : str, optional
        Top function and part that the report must be of.
    clock_ns : float, optional
        Clock period that the design must have been planned for.

    Returns
    -------
    ResourceRow
        Latency and interval are the worst case; None where the tool did not know.

    Raises
    ------
    ReportError
        If the file is missing, no such report, of another top, part or clock, or lacks the
        resources or the clock.
    """
    root = _root(path)
    resources = _find(path, root, "AreaEstimates/Resources")
    tag = _dsp_tag(path, resources)
    performance = _find(path, root, "PerformanceEstimates")
    assignments = _find(path, root, "UserAssignments")
    found_top = assignments.find("TopModelName")
    if top is not None:
        check_top(path, _text(path, assignments, "TopModelName"), top)
    overall = "SummaryOfOverallLatency"
    latency = _range(
        path, performance, f"{overall}/Best-caseLatency", f"{overall}/Worst-caseLatency"
    )
    interval = _range(path, performance, f"{overall}/Interval-min", f"{overall}/Interval-max")
    notes = []
    for name, (low, high) in (("latency", latency), ("interval", interval)):
        if high is None:
            notes.append(f"{name} not known to the tool")
        elif low != high:
            notes.append(f"{name} {low if low is not None else '?'} to {high}")
    estimated = _text(path, performance, "SummaryOfTimingAnalysis/EstimatedClockPeriod")
    target = _text(path, assignments, "TargetClockPeriod")
    period = decimal(f"TargetClockPeriod in {path}", target)
    check_clock(path, [period], clock_ns)
    found_part = _text(path, assignments, "Part")
    check_part(path, found_part, part)
    uncertainty = assignments.find("ClockUncertainty")
    if uncertainty is not None and (
        decimal(f"EstimatedClockPeriod in {path}", estimated)
        + decimal(f"ClockUncertainty in {path}", (uncertainty.text or "").strip())
        > period
    ):
        notes.append("clock estimated with its uncertainty above the target")
    used = _resources(path, resources, tag)
    available = root.find("AreaEstimates/AvailableResources")
    return ResourceRow(
        ResourceStage.C_SYNTHESIS,
        "Vivado HLS" if tag == "DSP48E" else "Vitis HLS",
        _text(path, root, "ReportVersion/Version"),
        **used,
        latency_cycles=latency[1],
        ii=interval[1],
        clock=f"{estimated} ns estimated for {target} ns",
        clock_ns=period,
        part=found_part,
        top=(found_top.text or "").strip() or None if found_top is not None else None,
        percent=(
            percentages(used, _resources(path, available, tag)) if available is not None else None
        ),
        note="; ".join(notes),
    )


def _resources(path: Path, parent: ET.Element, dsp: str) -> dict[str, int | None]:
    """Counts by column; the tag of UltraRAM is left out where there are none."""
    return {
        "lut": _count(path, parent, "LUT"),
        "ff": _count(path, parent, "FF"),
        "dsp": _count(path, parent, dsp),
        "bram": _count(path, parent, "BRAM_18K"),
        "uram": _count(path, parent, "URAM") if parent.find("URAM") is not None else None,
    }


def _root(path: Path) -> ET.Element:
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReportError(
            path,
            "must be a plain report",
            "a file that declares entities",
            "give the file as the tool wrote it",
        )
    try:
        root = ET.fromstring(text)  # noqa: S314, entities are refused above
    except ET.ParseError as error:
        raise ReportError(
            f"{path}:{error.position[0]}", "must be whole XML", "cut short or damaged", AGAIN
        ) from None
    if root.tag != "profile":
        raise ReportError(
            path,
            "must be a csynth.xml with root profile",
            root.tag,
            "give the csynth.xml of the top function",
        )
    return root


def _find(path: Path, parent: ET.Element, tags: str) -> ET.Element:
    element = parent.find(tags)
    if element is None:
        raise ReportError(f"{path}", f"must hold {tags}", None, AGAIN)
    return element


def _text(path: Path, parent: ET.Element, tags: str) -> str:
    text = (_find(path, parent, tags).text or "").strip()
    if text in UNKNOWN:
        raise ReportError(f"{tags} in {path}", "must be given", repr(text), AGAIN)
    return text


def _dsp_tag(path: Path, resources: ET.Element) -> str:
    """Return ``DSP48E``, as written up to version 2020.1, or ``DSP``."""
    tags = [tag for tag in ("DSP48E", "DSP") if resources.find(tag) is not None]
    if len(tags) != 1:
        raise ReportError(
            f"{path}",
            "must count DSP slices once, as DSP48E or DSP",
            " and ".join(tags) or "none",
            AGAIN,
        )
    return tags[0]


def _count(path: Path, parent: ET.Element, tag: str) -> int | None:
    return whole(f"{tag} in {path}", (_find(path, parent, tag).text or "").strip())


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
        ends.append(whole(f"{tags} in {path}", text.strip()))
    return ends[0], ends[1]
