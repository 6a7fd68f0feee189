"""The trigger top in HLS: ports of words, scores and thresholds, counters and prescalers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from trigger_ad.audit.integers import Declaration, check_files
from trigger_ad.audit.interface import check_interface
from trigger_ad.audit.text import REMEDY, check_sources
from trigger_ad.errors import TriggerAdError
from trigger_ad.features.layout import Ports
from trigger_ad.hls.top import FOLDER, top_sources
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS
from trigger_ad.trigger.rule import RANDOM_RANGE
from trigger_ad.trigger.stream import LOAD_GAP

__all__ = ["check_top"]


def _type(width: str) -> str:
    return rf"(?P<type>ap_(?:u|(?P<signed>))int<{width}>)"


_TYPE = _type(r"(?P<width>\d+)")

_COUNT = re.compile(r"inline void count\(.*?\n\}", re.S)


def check_top(project: Path, trigger: HardwareTrigger) -> Checked:
    """Compare the trigger top of an HLS project with the records it was written from.

    Parameters
    ----------
    project : Path
        Folder of the project.
    trigger : HardwareTrigger

    Returns
    -------
    Checked
        Counts of ``interface entries``, ``integers`` (each port in each list of ports, each
        state), ``counters``, ``files`` and ``lines``.
    """
    folder = project / FOLDER
    try:
        sources = top_sources(project, trigger)
    except TriggerAdError as error:
        return Checked({"interface entries": 0}, (Finding.of(error),))
    interface = TopInterface.of(trigger)
    checked = check_interface(folder, FOLDER, interface)
    widths, texts = check_files(
        folder,
        FOLDER,
        {
            "trigger_top.h": [*_ports(trigger.layout), *_scores(trigger.scores)],
            "trigger_core.h": _state(interface),
        },
    )
    checked += widths
    if "trigger_core.h" in texts:
        checked += Checked({"counters": 1}, tuple(_saturation(texts["trigger_core.h"])))
    return checked + check_sources(folder, sources, FOLDER)


def _ports(layout: Ports) -> Iterator[Declaration]:
    for field in layout.fields:
        if field.width:
            yield Declaration(
                f"port {field.name}", rf"{_TYPE} {field.name},", field.minimum, field.maximum
            )


def _scores(scores: Mapping[str, FixedPoint]) -> Iterator[Declaration]:
    """Types of the score ports, where they are not those of ``score.h``."""
    for number, kind in enumerate(scores.values(), 1):
        pattern = rf"typedef {_TYPE} score{number}_t;"
        yield Declaration(f"port score{number}", pattern, kind.minimum, kind.maximum, optional=True)


def _state(interface: TopInterface) -> Iterator[Declaration]:
    """Everything that the core computes with, and the range of each.

    A prescale counter never grows beyond its prescale, nor at all where it is beyond one that
    was lowered: so it holds what a prescale can be, as the prescale does.
    """
    largest, regions = COUNTER_MAXIMUM, interface.regions
    for name, low, high in (
        ("count", 0, largest),
        ("random", 0, RANDOM_RANGE - 1),
        ("region", 0, regions.regions - 1),
        ("bits", 0, 2**regions.regions - 1),
    ):
        yield Declaration(f"{name}_t", rf"typedef {_TYPE} {name}_t;", low, high)
    yield Declaration("the clocks between loads", rf"{_TYPE} wait;", 0, LOAD_GAP - 1)
    for name, low, high in (
        ("step", HUNDREDTHS - largest, HUNDREDTHS),
        ("ahead", HUNDREDTHS - largest, largest + HUNDREDTHS),
    ):
        yield Declaration(f"{name} of the prescaler", rf"const {_TYPE} {name} =", low, high)
    for number, kind in zip(regions.numbers, interface.axes, strict=True):
        threshold = _type(rf"S{number}::width(?: \+ (?P<more>\d+))?")
        yield Declaration(
            f"threshold{number}_t",
            rf"typedef {threshold} threshold{number}_t;",
            -(2**kind.width),
            2**kind.width - 1,
            base=kind.width,
        )


def _saturation(text: str) -> Iterator[Finding]:
    """The function that counts events must stop at the largest count."""
    match = _COUNT.search(text)
    body = match[0] if match else ""
    if "full = counter == count_t(-1);" not in body or "if (event && !full)" not in body:
        yield Finding(
            f"the counts of events in {FOLDER}/trigger_core.h",
            f"must stop at {COUNTER_MAXIMUM} (32 bits)",
            "wrap",
            REMEDY,
        )
