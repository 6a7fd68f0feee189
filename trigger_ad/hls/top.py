"""Write the trigger top of a network into its HLS project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.convert.headers import read_interval
from trigger_ad.errors import ConversionError
from trigger_ad.hls.blocks import names_of, write_scores, write_types
from trigger_ad.hls.harness import input_bounds
from trigger_ad.hls.units import trigger_units
from trigger_ad.ir.naming import check_name
from trigger_ad.storage.files import write_text
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import signals

__all__ = ["FOLDER", "top_sources", "write_top"]

#: Folder of the top in a project.
FOLDER = "trigger"

#: Bits of a port, of which the number of codes is still an ``int`` of C++.
_WIDEST = 30

#: Templates by the file they make.
_RENDERED = {
    "trigger_core.h": "trigger_core.h.j2",
    "trigger_top.h": "trigger_top.h.j2",
    "trigger_top.cpp": "trigger_top.cpp.j2",
    "trigger_call.h": "trigger_call.h.j2",
    "csim.cpp": "top_csim.cpp.j2",
}

#: Files written by hand, where they lie.
_COPIED = (("scale_words.h",), ("tb", "trigger_tb.cpp"))


def write_top(project: Path, trigger: HardwareTrigger) -> TopInterface:
    """Write the trigger top into the HLS project of its network.

    It asks for a crossing as often as the network asks for an event. Its folder ``trigger``
    then holds ``trigger_top.cpp`` with the functions ``<name>_trigger`` and, without
    prescalers, ``<name>_algorithm_bits``, the headers they need beside those in ``firmware``,
    the test bench ``trigger_tb.cpp`` and the sources of a C simulation.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote; checked against the network.
    trigger : HardwareTrigger

    Returns
    -------
    TopInterface

    Raises
    ------
    ConversionError
        If the project is of another network, a score is of other words, or a port is wider than
        30 bits.
    """
    interface = TopInterface.of(trigger)
    _check(trigger)
    for block in trigger.blocks:
        write_scores(project, block)
    if trigger.network is None:
        write_types(project)
    for name, text in top_sources(project, trigger).items():
        write_text(project / FOLDER / name, text)
    interface.save(project / FOLDER)
    return interface


def top_sources(project: Path, trigger: HardwareTrigger) -> dict[str, str]:
    """Text of every source of a trigger top, by name; parameters and errors as in `write_top`."""
    _check(trigger)
    values = _values(trigger)
    network = trigger.network
    values["interval"] = 1 if network is None else read_interval(project, network.name)
    rendered = {name: render(f"hls/{file}", **values) for name, file in _RENDERED.items()}
    copied = {
        parts[-1]: shipped_path("firmware", "hls", *parts).read_text(encoding="utf-8")
        for parts in _COPIED
    }
    return rendered | copied


def _values(trigger: HardwareTrigger) -> dict[str, Any]:
    interface = TopInterface.of(trigger)
    fields = [
        {"name": field.name, "width": field.width, "signed": field.signed, "index": index}
        for index, field in enumerate(trigger.layout.fields)
    ]
    for field in fields:
        check_name("the name of a word", str(field["name"]))
    spaces = [
        {"name": name, "namespace": names_of(block).namespace}
        for block in trigger.blocks
        for name in block.scores
        for _ in block.names_of(name)
    ]
    sizes = signals(interface.regions)
    elements = {name: [f"[{i}]" for i in range(size)] for name, size in sizes.items()}
    return {
        "name": trigger.name,
        "has_network": trigger.network is not None,
        "rule": interface.rule,
        "regions": interface.regions,
        "fields": fields,
        "words": [field for field in fields if field["width"]],
        "scores": spaces,
        **trigger_units(trigger, lambda index, _: trigger.layout.fields[index].name),
        "controls": interface.controls,
        "signals": [
            name + (element if len(found) > 1 else "")
            for name, found in elements.items()
            for element in found
        ],
    }


def _check(trigger: HardwareTrigger) -> None:
    for field in trigger.layout.fields:
        if field.width > _WIDEST:
            raise ConversionError(
                f"port {field.name} in HLS",
                f"must have at most {_WIDEST} bits",
                field.width,
                "split it into two",
            )
    for block in trigger.blocks:
        if block.network is not None:
            _check_range(block)


def _check_range(block: Block) -> None:
    """Compare the inputs that the layout gives with those that the scores were bound to."""
    low, high = block.input_range
    bounds = input_bounds(block)
    if np.any(low < bounds.minimum) or np.any(high > bounds.maximum):
        raise ConversionError(
            f"the layout {block.layout.name}",
            "must keep its inputs to the range of the scores",
            "a wider one",
            "bind the scores to this layout",
        )
