"""The RTL of a trigger: its record, its ports, and the parts that are written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trigger_ad.audit.integers import Declaration, check_files
from trigger_ad.audit.interface import check_interface
from trigger_ad.audit.text import check_sources
from trigger_ad.errors import TriggerAdError
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.rtl.project import RtlProject
from trigger_ad.rtl.top import RULES, TOP, core_sources
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS
from trigger_ad.trigger.rule import RANDOM_RANGE

__all__ = ["check_rtl"]

_REMEDY = "write the RTL again; do not edit it by hand"

_FULL = re.compile(r"assign \{full, next\} = \{1'b0, count\} \+ 1'b1;")


def check_rtl(folder: Path, trigger: HardwareTrigger) -> Checked:
    """Compare the RTL of a trigger with the records it was written from.

    The scoring module is not read: the comparison of rungs runs it.

    Parameters
    ----------
    folder : Path
        What `trigger_ad.rtl.project.write_project` wrote.
    trigger : HardwareTrigger

    Returns
    -------
    Checked
        Counts of ``interface entries``, ``integers``, ``counters``, ``files`` and ``lines``.
    """
    interface = TopInterface.of(trigger)
    checked = check_interface(folder, "rtl", interface)
    checked += Checked(findings=tuple(_record(folder, trigger.name)))
    widths, texts = check_files(
        folder,
        "rtl",
        {
            f"{TOP}.sv": _top(interface),
            "trigger_core.sv": _core(interface.regions.regions),
            "counter.sv": [_parameter("the count of events", "BITS", COUNTER_MAXIMUM)],
            "prescaler.sv": _prescaler(),
        },
    )
    checked += widths
    if "counter.sv" in texts:
        checked += Checked({"counters": 1}, tuple(_saturation(texts["counter.sv"])))
    if f"{TOP}.sv" in texts:
        checked += Checked(findings=tuple(_parameters(texts[f"{TOP}.sv"], trigger)))
    return checked + check_sources(folder, core_sources(trigger.regions), "rtl")


def _record(folder: Path, name: str) -> Iterator[Finding]:
    try:
        project = RtlProject.load(folder)
    except TriggerAdError as error:
        yield Finding.of(error)
        return
    if project.network != name:
        yield Finding("the network of rtl/rtl.json", f"must be {name}", project.network, _REMEDY)
    for source in project.sources:
        if not (folder / source).is_file():
            yield Finding(f"rtl/{source}", "must be there", None, _REMEDY)


def _logic(direction: str, name: str) -> str:
    """Pattern of a port with one number."""
    width = r"(?P<type>logic (?:(?P<signed>signed) )?\[(?P<last>\d+):0\])"
    return rf"{direction} {width} {re.escape(name)}\b"


def _top(interface: TopInterface) -> Iterator[Declaration]:
    for field in interface.layout.fields:
        if field.width:
            yield Declaration(
                f"port {field.name}",
                _logic("input", field.name),
                field.minimum,
                field.maximum,
                exact=(field.width, field.signed),
            )
    for number, kind in enumerate(interface.scores, 1):
        yield Declaration(
            f"port score{number}",
            _logic("output", f"score{number}"),
            kind.minimum,
            kind.maximum,
            exact=(kind.width, kind.signed),
        )
    for number, kind in zip(interface.regions.numbers, interface.axes, strict=True):
        ends = -(2**kind.width), 2**kind.width - 1
        for direction, name in (("input", "threshold"), ("", "shadow_threshold")):
            yield Declaration(
                f"{name}{number}",
                _logic(direction, f"{name}{number}"),
                *ends,
                optional=name.startswith("shadow"),
                exact=(kind.width + 1, True),
            )
    last = interface.regions.regions - 1
    words = rf"(?P<type>logic \[{last}:0\]\[(?P<last>\d+):0\])"
    for name in ("prescale", "shadow_prescale"):
        yield Declaration(
            name, rf"{words} {name}\b", 0, COUNTER_MAXIMUM, optional=name.startswith("shadow")
        )
    for name in (
        "latched_before",
        "latched_after",
        "prescale_counter",
        "count_before",
        "count_after",
    ):
        yield Declaration(f"port {name}", rf"output {words} {name}\b", 0, COUNTER_MAXIMUM)
    yield Declaration("port random", _logic("output", "random"), 0, RANDOM_RANGE - 1)


def _parameter(what: str, name: str, maximum: int) -> Declaration:
    """A parameter that is a number of bits."""
    pattern = rf"(?P<type>parameter {name} = (?P<width>\d+))"
    return Declaration(what, pattern, 0, maximum)


def _core(regions: int) -> Iterator[Declaration]:
    yield _parameter("the counts of events", "COUNT_BITS", COUNTER_MAXIMUM)
    for name in ("prescale", "prescale_counter"):
        pattern = rf"put (?P<type>logic \[(?P<last>\d+):0\]) {name},"
        yield Declaration(name, pattern, 0, 2 ** (32 * regions) - 1)


def _prescaler() -> Iterator[Declaration]:
    plain = r"(?P<type>logic \[(?P<last>\d+):0\])"
    yield Declaration("the counter", rf"output {plain} counter\b", 0, COUNTER_MAXIMUM)
    yield Declaration("the prescale", rf"input {plain} prescale,", 0, COUNTER_MAXIMUM)
    yield Declaration("the sum", rf"{plain} sum;", 0, COUNTER_MAXIMUM + HUNDREDTHS)
    yield Declaration("the pseudo-random number", rf"input {plain} random\b", 0, RANDOM_RANGE - 1)


def _parameters(text: str, trigger: HardwareTrigger) -> Iterator[Finding]:
    """What the top hands to the core."""
    found = dict(re.findall(r"\.([A-Z0-9_]+)\((\d+)\)", text))
    wanted = {"RULE": str(RULES[trigger.rule])}
    for number, kind in enumerate(trigger.scores.values(), 1):
        wanted[f"SCORE{number}_BITS"] = str(kind.width)
        wanted[f"SCORE{number}_SIGNED"] = str(int(kind.signed))
    for name in sorted({*found, *wanted}):
        if found.get(name) != wanted.get(name):
            yield Finding(
                f"parameter {name} of the core in rtl/{TOP}.sv",
                f"must be {wanted.get(name, 'left as it is')}",
                found.get(name, "absent"),
                _REMEDY,
            )


def _saturation(text: str) -> Iterator[Finding]:
    if not _FULL.search(text) or "else if (add && !full) count <= next;" not in text:
        yield Finding(
            "the counts of events in rtl/counter.sv",
            f"must stop at {COUNTER_MAXIMUM} (32 bits)",
            "wrap",
            _REMEDY,
        )
