"""What the C simulation of a project takes and gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trigger_ad.errors import SchemaError
from trigger_ad.ir.fixed import FixedPoint

__all__ = ["FOLDER", "Interface"]

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
    minimum, maximum : tuple of int
        Raw bounds of each input; beyond them a score could wrap.
    outputs : mapping of str to int
        Number of elements by name, in order.
    scores : tuple of str
    """

    name: str
    input_size: int
    input_type: FixedPoint
    minimum: tuple[int, ...]
    maximum: tuple[int, ...]
    outputs: Mapping[str, int]
    scores: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, read back by `load`."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "input": {
                "size": self.input_size,
                "type": str(self.input_type),
                "minimum": list(self.minimum),
                "maximum": list(self.maximum),
            },
            "outputs": dict(self.outputs),
            "scores": list(self.scores),
        }

    def save(self, project: Path) -> None:
        """Write ``csim/interface.json`` of a project."""
        text = json.dumps(self.to_json(), indent=1)
        (project / FOLDER / "interface.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, project: Path) -> Interface:
        """Read what `save` wrote into a project.

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
                return cls(
                    record["name"],
                    port["size"],
                    FixedPoint.parse(port["type"]),
                    tuple(port["minimum"]),
                    tuple(port["maximum"]),
                    record["outputs"],
                    tuple(record["scores"]),
                )
        raise SchemaError(path, f"must have schema {SCHEMA}", found, "convert the model again")
