"""Write scores and C simulation of a network into its HLS project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.headers import check_project, network_function
from trigger_ad.errors import ConversionError
from trigger_ad.hls.interface import FOLDER, Interface
from trigger_ad.hls.score import Port, render_scores, used_ports
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.ir.network import HardwareNetwork, Interval
from trigger_ad.ir.score import Score
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.storage.templates import render

__all__ = ["input_bounds", "network_ports", "score_sources", "write_harness", "write_scores"]

#: Smallest and largest raw value of each input, (n_in,) integers.
Bounds = tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]] | None


def write_harness(
    project: Path, network: HardwareNetwork, scores: Mapping[str, Score], inputs: Bounds = None
) -> None:
    """Write scores and simulation of a network into its HLS project.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote.
    network : HardwareNetwork
        Of that project; checked against its files.
    scores : mapping of str to Score
        Over the input and the outputs of the network, by the names they have there.
    inputs : tuple of 2 ndarray (n_in,) of int, optional
        Raw bounds of each input, to which the scores were bound; those of its type if not given.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    bounds = input_bounds(network, scores, inputs)
    write_scores(project, network, scores)
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


def write_scores(project: Path, network: HardwareNetwork, scores: Mapping[str, Score]) -> None:
    """Write ``score.h`` and what it includes into the firmware of a project.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    check_project(project, network)
    for name, text in score_sources(network, scores).items():
        (project / "firmware" / name).write_text(text, encoding="utf-8")


def score_sources(network: HardwareNetwork, scores: Mapping[str, Score]) -> dict[str, str]:
    """Text of ``score.h`` and of what it includes, by name.

    Raises
    ------
    ConversionError
        If a score does not fit the network.
    """
    text = render_scores(
        cpp_namespace(network.name),
        f"{network_function(network.name)}.h",
        scores,
        network_ports(network),
    )
    operations = shipped_path("firmware", "hls", "score_ops.h").read_text(encoding="utf-8")
    return {"score.h": text, "score_ops.h": operations}


def input_bounds(
    network: HardwareNetwork, scores: Mapping[str, Score], inputs: Bounds = None
) -> Interval:
    """Range of the input, of `inputs` if given, in which scores keep to the ranges of their ports.

    Raises
    ------
    ConversionError
        If a score was bound to a narrower range than the network reaches there.
    """
    kind, size, port = network.input_type, network.input_size, network.input_name
    low, high = np.full(size, kind.minimum), np.full(size, kind.maximum)
    if inputs is not None:
        low, high = np.maximum(low, inputs[0]), np.minimum(high, inputs[1])
    for score in scores.values():
        if port in score.ports and score.ports[port].size == size:
            signal = score.ports[port].signal
            low, high = np.maximum(low, signal.minimum), np.minimum(high, signal.maximum)
    reached = network.intervals(low, high)
    for score in scores.values():
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
