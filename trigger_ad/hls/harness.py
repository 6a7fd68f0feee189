"""Write scores and C simulation of a network into its HLS project."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trigger_ad.convert.headers import check_project, network_function
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scaled_range
from trigger_ad.hls.interface import FOLDER, Interface
from trigger_ad.hls.score import Port, render_scores, used_ports
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.ir.network import HardwareNetwork, Interval
from trigger_ad.ir.score import Score
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render
from trigger_ad.trigger.hardware import Block

__all__ = ["input_bounds", "network_ports", "score_sources", "write_harness", "write_scores"]


def write_harness(project: Path, block: Block) -> None:
    """Write scores and simulation of a block into its HLS project.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote; checked against the network.
    block : Block
        Whose scores are over the input and the outputs of the network, by the names they have
        there, and were bound to what its words reach.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    network, scores = block.network, block.scores
    bounds = input_bounds(block)
    write_scores(project, block)
    names = network_ports(network)
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


def write_scores(project: Path, block: Block) -> None:
    """Write ``score.h`` and what it includes into the firmware of a project.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    check_project(project, block.network)
    for name, text in score_sources(block).items():
        (project / "firmware" / name).write_text(text, encoding="utf-8")


def score_sources(block: Block) -> dict[str, str]:
    """Text of ``score.h`` and of what it includes, by name.

    Raises
    ------
    ConversionError
        If a score does not fit the network.
    """
    text = render_scores(
        cpp_namespace(block.network.name),
        f"{network_function(block.network.name)}.h",
        block.scores,
        network_ports(block.network),
    )
    operations = shipped_path("firmware", "hls", "score_ops.h").read_text(encoding="utf-8")
    return {"score.h": text, "score_ops.h": operations}


def input_bounds(block: Block) -> Interval:
    """Range of the scaled words in which scores keep to the ranges of their ports.

    Raises
    ------
    ConversionError
        If a score was bound to a narrower range than the network reaches there.
    """
    network, port = block.network, block.network.input_name
    low, high = (bound.astype(np.int64) for bound in scaled_range(block.layout))
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


def network_ports(network: HardwareNetwork) -> dict[str, Port]:
    """Input and outputs of a network as arrays in C++, by name."""
    sizes = {network.input_name: network.input_size}
    sizes |= {name: network.layer(name).size for name in network.outputs}
    # hls4ml calls the type of an only output result_t, of several by their names.
    kinds = {name: network.type_of(name) for name in sizes}
    return {name: Port(name, str(kinds[name]), kinds[name], size) for name, size in sizes.items()}
