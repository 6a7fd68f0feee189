"""Write the trigger top of a network into its HLS project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from trigger_ad.convert.headers import read_interval
from trigger_ad.errors import ConversionError
from trigger_ad.features.layout import Layout
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.harness import input_bounds, network_ports, write_scores
from trigger_ad.hls.score import used_ports
from trigger_ad.ir.naming import check_name, cpp_namespace
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.score import Score
from trigger_ad.storage.files import write_text
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.rule import Rule
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


def write_top(
    project: Path,
    network: HardwareNetwork,
    scores: Mapping[str, Score],
    layout: Layout,
    rule: Rule = Rule.CMS_COUNTER,
    regions: RegionRule | None = None,
) -> TopInterface:
    """Write the trigger top of a network into its HLS project.

    It asks for a crossing as often as the networks ask for an event. Its folder ``trigger``
    then holds ``trigger_top.cpp`` with the functions ``<name>_trigger`` and, without
    prescalers, ``<name>_algorithm_bits``, the headers they need beside those in ``firmware``,
    the test bench ``trigger_tb.cpp`` and the sources of a C simulation.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote.
    network : HardwareNetwork
        Of that project; checked against its files.
    scores : mapping of str to Score
        In order.
    layout : Layout
        Of the words.
    rule : Rule
        Of the prescalers.
    regions : RegionRule, optional
        Those that all scores span if not given.

    Returns
    -------
    TopInterface

    Raises
    ------
    ConversionError
        If network, scores, regions and layout do not fit each other.
    """
    interface = TopInterface.of(network, scores, layout, rule, regions)
    _check_range(network, scores, layout)
    write_scores(project, network, scores)
    for name, text in top_sources(project, network, scores, layout, rule, regions).items():
        write_text(project / FOLDER / name, text)
    interface.save(project / FOLDER)
    return interface


def top_sources(
    project: Path,
    network: HardwareNetwork,
    scores: Mapping[str, Score],
    layout: Layout,
    rule: Rule,
    regions: RegionRule | None = None,
) -> dict[str, str]:
    """Text of every source of a trigger top, by name; parameters and errors as in `write_top`."""
    interface = TopInterface.of(network, scores, layout, rule, regions)
    _check_range(network, scores, layout)
    values = _values(network, scores, interface)
    values["interval"] = read_interval(project, network.name)
    rendered = {name: render(f"hls/{file}", **values) for name, file in _RENDERED.items()}
    copied = {
        parts[-1]: shipped_path("firmware", "hls", *parts).read_text(encoding="utf-8")
        for parts in _COPIED
    }
    return rendered | copied


def _values(
    network: HardwareNetwork, scores: Mapping[str, Score], interface: TopInterface
) -> dict[str, Any]:
    ports, layout = network_ports(network), interface.layout
    fields: list[dict[str, Any]] = []
    for index, field in enumerate(layout.fields):
        check_name("the name of a word", field.name)
        pt = layout.fields[index - index % 3].name
        fields.append({**asdict(field), "index": index, "pt": pt})
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
            for name, score in scores.items()
        ],
        "controls": interface.controls,
        "signals": [
            name + (element if len(found) > 1 else "")
            for name, found in elements.items()
            for element in found
        ],
    }


def _check_range(network: HardwareNetwork, scores: Mapping[str, Score], layout: Layout) -> None:
    """Compare the inputs that the layout gives with those that the scores were bound to."""
    low, high = scaled_range(layout)
    bounds = input_bounds(network, scores, (low, high))
    if np.any(low < bounds.minimum) or np.any(high > bounds.maximum):
        raise ConversionError(
            f"the layout {layout.name}",
            "must keep its inputs to the range of the scores",
            "a wider one",
            "bind the scores to this layout",
        )
