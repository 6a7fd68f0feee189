"""Write scores and C simulation of a network into its HLS project."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trigger_ad.errors import ConversionError
from trigger_ad.hls.blocks import network_ports, write_scores
from trigger_ad.hls.interface import FOLDER, Interface
from trigger_ad.hls.score import used_ports
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.ir.score import Score
from trigger_ad.storage.templates import render
from trigger_ad.trigger.hardware import Block

__all__ = ["input_bounds", "write_harness"]


def write_harness(project: Path, block: Block) -> None:
    """Write scores and simulation of a block into its HLS project.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote; checked against the network.
    block : Block
        Scores over more than the input and the outputs of the network are left out of the
        simulation.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    network = block.own_network
    bounds = input_bounds(block)
    write_scores(project, block)
    names = network_ports(network)
    scores = {name: s for name, s in block.scores.items() if set(s.ports) <= set(names)}
    ports = tuple(names[name] for name in network.outputs)
    source = render(
        "hls/csim.cpp.j2",
        name=network.name,
        namespace=cpp_namespace(network.name),
        input=names[network.input_name],
        outputs=ports,
        scores=[
            {"name": name, "arrays": [port.name for port in used_ports(score, names)]}
            for name, score in scores.items()
        ],
    )
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / "csim.cpp").write_text(source, encoding="utf-8")
    Interface(
        network.name,
        network.input_size,
        network.input_type,
        tuple(bounds.minimum.tolist()),
        tuple(bounds.maximum.tolist()),
        {port.name: port.size for port in ports},
        tuple(scores),
    ).save(project)


def input_bounds(block: Block) -> Interval:
    """Range of the input in which scores keep to the ranges of their ports.

    Raises
    ------
    ConversionError
        If a score was bound to a narrower range than the network reaches there.
    """
    network = block.own_network
    port = network.input_name
    low, high = block.input_range
    for score in block.scores.values():
        if port in score.ports and score.ports[port].size == network.input_size:
            signal = score.ports[port].signal
            low, high = np.maximum(low, signal.minimum), np.minimum(high, signal.maximum)
    reached = network.intervals(low, high)
    for score in block.scores.values():
        for name in network.outputs:
            if name in score.ports:
                _check_range(score, name, reached[name])
    return reached[port]


def _check_range(score: Score, name: str, reached: Interval) -> None:
    signal = score.ports[name].signal
    if len(signal.minimum) != len(reached.minimum):
        return  # refused with the type
    if np.any(reached.minimum < signal.minimum) or np.any(reached.maximum > signal.maximum):
        raise ConversionError(
            f"port {name} of score {score.name}",
            "must have the range that the network reaches",
            "a narrower one",
            "bind the scores to this network",
        )
