"""Headers of a block: what is prepared of its words, and its scores."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from trigger_ad.convert.headers import check_project
from trigger_ad.convert.text import network_function
from trigger_ad.errors import MissingDependencyError
from trigger_ad.hls.program import render_program
from trigger_ad.hls.score import Port, render_scores
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.storage.shipped import shipped_path
from trigger_ad.trigger.hardware import Block

__all__ = [
    "BlockNames",
    "block_ports",
    "names_of",
    "network_ports",
    "prepared_ports",
    "score_sources",
    "write_scores",
    "write_types",
]


@dataclass(frozen=True)
class BlockNames:
    """Names of a block in C++.

    Parameters
    ----------
    namespace : str
    score : str
        Header of its scores.
    prepare : str or None
        Header of its preparation.
    types : str
        Header that defines the types of its words or of its network.
    """

    namespace: str
    score: str
    prepare: str | None
    types: str


def names_of(block: Block) -> BlockNames:
    """Names of a block; those of a network need not be told from others."""
    stem = f"{block.name}_" if block.network is None else ""
    prepare = None if block.prepare is None else f"{stem}{block.prepare.name}.h"
    types = "ap_fixed.h" if block.network is None else f"{network_function(block.name)}.h"
    return BlockNames(cpp_namespace(block.name), f"{stem}score.h", prepare, types)


def network_ports(network: HardwareNetwork) -> dict[str, Port]:
    """Input and outputs of a network as arrays in C++, by name."""
    sizes = {network.input_name: network.input_size}
    sizes |= {name: network.layer(name).size for name in network.outputs}
    # hls4ml calls the type of an only output result_t, of several by their names.
    kinds = {name: network.type_of(name) for name in sizes}
    return {name: Port(name, str(kinds[name]), kinds[name], size) for name, size in sizes.items()}


def block_ports(block: Block) -> dict[str, Port]:
    """All that scores and preparation of a block can read, as arrays in C++, by name."""
    raw = {n: Port(n, str(k.type), k.type, k.size) for n, k in block.raw.items()}
    network = {} if block.network is None else network_ports(block.network)
    return raw | prepared_ports(block) | network


def prepared_ports(block: Block) -> dict[str, Port]:
    """Outputs of the preparation of a block as arrays in C++, by name."""
    if block.prepare is None:
        return {}
    space, program = cpp_namespace(block.name), block.prepare
    return {
        name: Port(name, f"{space}::{program.name}_{name}_t", kind.type, kind.size)
        for name, kind in program.ports.items()
    }


def score_sources(block: Block) -> dict[str, str]:
    """Text of the headers of a block and of what they include, by name.

    Raises
    ------
    ConversionError
        If a score does not fit the network.
    """
    names, found = names_of(block), {}
    ports, include = block_ports(block), names.types
    if block.prepare is not None and names.prepare is not None:
        found[names.prepare] = render_program(names.namespace, include, block.prepare, ports)
        include = names.prepare
    found[names.score] = render_scores(names.namespace, include, block.scores, ports)
    operations = shipped_path("firmware", "hls", "score_ops.h").read_text(encoding="utf-8")
    return {**found, "score_ops.h": operations}


def write_scores(project: Path, block: Block) -> None:
    """Write the headers of a block into the firmware of a project.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    if block.network is not None:
        check_project(project, block.network)
    (project / "firmware").mkdir(parents=True, exist_ok=True)
    for name, text in score_sources(block).items():
        (project / "firmware" / name).write_text(text, encoding="utf-8")


def write_types(project: Path) -> None:
    """Write the integers of HLS into a project without a network, which has them of hls4ml.

    Raises
    ------
    MissingDependencyError
        If hls4ml is not installed.
    """
    found = find_spec("hls4ml")
    if found is None or found.submodule_search_locations is None:
        raise MissingDependencyError.of("writing a trigger without a network", "hls4ml")
    (package,) = found.submodule_search_locations
    source = Path(package) / "templates" / "vivado" / "ap_types"
    shutil.copytree(source, project / "firmware" / "ap_types", dirs_exist_ok=True)
