"""The C simulation of a project: its sources, and the record of what it takes and gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trigger_ad.convert.headers import check_project
from trigger_ad.errors import SchemaError
from trigger_ad.fixed import FixedPoint
from trigger_ad.hls.score import Port, render_scores, used_ports
from trigger_ad.hls.templates import render
from trigger_ad.network import HardwareNetwork
from trigger_ad.quantize.names import INPUT_NAME
from trigger_ad.score import Score
from trigger_ad.shipped import shipped_path

__all__ = ["FOLDER", "Interface", "write_harness"]

SCHEMA = "csim/1"

#: Folder of the simulation in a project.
FOLDER = "csim"


@dataclass(frozen=True)
class Interface:
    """What the simulation takes and gives.

    Parameters
    ----------
    name : str
        Of the network.
    input_size : int
    input_type : FixedPoint
    outputs : mapping of str to int
        Number of elements by name, in order.
    scores : tuple of str
    """

    name: str
    input_size: int
    input_type: FixedPoint
    outputs: Mapping[str, int]
    scores: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `load`."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "input": {"size": self.input_size, "type": str(self.input_type)},
            "outputs": dict(self.outputs),
            "scores": list(self.scores),
        }

    @classmethod
    def load(cls, project: Path) -> Interface:
        """Read what `write_harness` wrote into a project.

        Raises
        ------
        SchemaError
            If there is none, or one of another schema.
        """
        path = project / FOLDER / "interface.json"
        found = "a missing file"
        if path.is_file():
            record = json.loads(path.read_text(encoding="utf-8"))
            found = record.get("schema")
            if found == SCHEMA:
                port = record["input"]
                kind = FixedPoint.parse(port["type"])
                return cls(
                    record["name"], port["size"], kind, record["outputs"], tuple(record["scores"])
                )
        raise SchemaError(str(path), f"must have schema {SCHEMA}", found, "convert the model again")


def write_harness(project: Path, network: HardwareNetwork, scores: Mapping[str, Score]) -> None:
    """Write scores and simulation of a network into its HLS project.

    Parameters
    ----------
    project : Path
        Folder that `trigger_ad.convert.project.convert` wrote.
    network : HardwareNetwork
        Of that project; checked against its files.
    scores : mapping of str to Score
        Over the input and the outputs of the network, by the names they have there.

    Raises
    ------
    ConversionError
        If the project holds another network, or a score does not fit it.
    """
    check_project(project, network)
    names = {name: _port(network, name) for name in (network.input_name, *network.outputs)}
    header = f"{network.name}.h"
    text = render_scores(network.name, header, scores, names)
    (project / "firmware" / "score.h").write_text(text, encoding="utf-8")
    operations = shipped_path("firmware", "hls", "score_ops.h").read_text(encoding="utf-8")
    (project / "firmware" / "score_ops.h").write_text(operations, encoding="utf-8")
    ports = tuple(names[name] for name in network.outputs)
    source = render(
        "csim.cpp.j2",
        namespace=network.name,
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
    record = Interface(
        network.name,
        network.input_size,
        network.input_type,
        {port.name: port.size for port in ports},
        tuple(scores),
    )
    (folder / "interface.json").write_text(json.dumps(record.to_json(), indent=1), encoding="utf-8")


def _port(network: HardwareNetwork, name: str) -> Port:
    size = network.input_size if name == network.input_name else network.layer(name).size
    variable = INPUT_NAME if name == network.input_name else name
    return Port(name, f"{variable}_t", network.type_of(name), size)
