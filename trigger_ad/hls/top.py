"""Write the trigger top of a network into its HLS project."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.convert.headers import read_interval
from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.harness import input_bounds, network_ports, write_scores
from trigger_ad.hls.score import used_ports
from trigger_ad.ir.naming import check_name, cpp_namespace
from trigger_ad.storage.files import write_text
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.hardware import Block, HardwareTrigger
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.stream import signals

__all__ = ["FOLDER", "top_sources", "write_top"]

#: Folder of the top in a project.
FOLDER = "trigger"

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
        If the project is of another network, or a score is of other words.
    """
    interface = TopInterface.of(trigger)
    for block in trigger.blocks:
        _check_range(block)
        write_scores(project, block)
    for name, text in top_sources(project, trigger).items():
        write_text(project / FOLDER / name, text)
    interface.save(project / FOLDER)
    return interface


def top_sources(project: Path, trigger: HardwareTrigger) -> dict[str, str]:
    """Text of every source of a trigger top, by name; parameters and errors as in `write_top`."""
    for block in trigger.blocks:
        _check_range(block)
    values = _values(trigger)
    values["interval"] = read_interval(project, trigger.name)
    rendered = {name: render(f"hls/{file}", **values) for name, file in _RENDERED.items()}
    copied = {
        parts[-1]: shipped_path("firmware", "hls", *parts).read_text(encoding="utf-8")
        for parts in _COPIED
    }
    return rendered | copied


def _values(trigger: HardwareTrigger) -> dict[str, Any]:
    (block,) = trigger.blocks
    interface, layout, network = TopInterface.of(trigger), block.layout, block.network
    ports = network_ports(network)
    fields: list[dict[str, Any]] = []
    for index, field in enumerate(layout.fields):
        check_name("the name of a word", field.name)
        fields.append({**asdict(field), "index": index, "filled": _filled(layout, field)})
    sizes = signals(interface.regions)
    elements = {name: [f"[{i}]" for i in range(size)] for name, size in sizes.items()}
    return {
        "name": network.name,
        "namespace": cpp_namespace(network.name),
        "rule": interface.rule,
        "regions": interface.regions,
        "fields": fields,
        "words": [field for field in fields if field["width"]],
        "input": ports[network.input_name],
        "outputs": [ports[name] for name in network.outputs],
        "scores": [
            {"name": name, "arrays": [port.name for port in used_ports(score, ports)]}
            for name, score in block.scores.items()
        ],
        "controls": interface.controls,
        "signals": [
            name + (element if len(found) > 1 else "")
            for name, found in elements.items()
            for element in found
        ],
    }


def _filled(layout: Layout, field: Field) -> str:
    """C++ of whether the object of a word is there."""
    return "true" if field.presence is None else f"{layout.fields[field.presence].name} != 0"


def _check_range(block: Block) -> None:
    """Compare the inputs that the layout gives with those that the scores were bound to."""
    low, high = scaled_range(block.layout)
    bounds = input_bounds(block)
    if np.any(low < bounds.minimum) or np.any(high > bounds.maximum):
        raise ConversionError(
            f"the layout {block.layout.name}",
            "must keep its inputs to the range of the scores",
            "a wider one",
            "bind the scores to this layout",
        )
