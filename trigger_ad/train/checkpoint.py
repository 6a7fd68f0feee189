"""The state of a training between two epochs, so that a killed one goes on bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.storage import arrays
from trigger_ad.storage.outputs import atomic
from trigger_ad.train.history import Epoch, History

__all__ = ["Checkpoint", "fingerprint", "load_groups", "save_groups", "with_tuples"]

SCHEMA = "checkpoint/1"

Arrays = list[NDArray[Any]]


@dataclass(frozen=True)
class Checkpoint:
    """Everything the next epoch depends on; random draws follow from seed and epoch alone.

    Parameters
    ----------
    epochs : tuple of Epoch
        Those that are done.
    best : int
        Index of the best one.
    multipliers : list of ndarray
        State of `closure.steer`.
    averages : list of ndarray
        Running means of the trained weights.
    weights, optimizer, best_weights : list of ndarray
        Of the model, of Adam, and the averaged ones of the best epoch.
    """

    epochs: tuple[Epoch, ...]
    best: int
    multipliers: Arrays
    averages: Arrays
    weights: Arrays
    optimizer: Arrays
    best_weights: Arrays

    def save(self, path: Path, key: str) -> None:
        """Write one NPZ file; `key` says which training it belongs to."""
        header = {
            "schema": SCHEMA,
            "key": key,
            "history": History(self.epochs, self.best).to_json(),
        }
        groups = {
            "multiplier": self.multipliers,
            "average": self.averages,
            "weight": self.weights,
            "optimizer": self.optimizer,
            "best": self.best_weights,
        }
        named = {
            f"{name}{index}": array
            for name, group in groups.items()
            for index, array in enumerate(group)
        }
        with atomic(path) as temporary, temporary.open("wb") as file:
            np.savez(file, header=np.array(json.dumps(header)), **named)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path, key: str) -> Checkpoint | None:
        """Read what `save` wrote; None where there is none of this training, or a broken one."""
        try:
            header, named = arrays.load(path, SCHEMA)
        except SchemaError:
            return None
        if header.get("key") != key:
            return None

        def group(name: str) -> Arrays:
            count = sum(other.startswith(name) for other in named)
            return [named[f"{name}{index}"] for index in range(count)]

        history = History.from_json(header["history"], str(path))
        return cls(
            history.epochs,
            history.best,
            group("multiplier"),
            group("average"),
            group("weight"),
            group("optimizer"),
            group("best"),
        )


def fingerprint(description: Mapping[str, Any], inputs: Arrays) -> str:
    """Hash of what defines a training: plain values, and the bytes of its inputs."""
    digest = hashlib.sha256(json.dumps(description, sort_keys=True).encode())
    for array in inputs:
        digest.update(str(array.shape).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def save_groups(
    path: Path,
    schema: str,
    key: str,
    groups: Mapping[str, Sequence[NDArray[Any]]],
    single: Mapping[str, NDArray[Any]],
) -> None:
    """Write the state of a training as lists of arrays and single ones; `key` says of which."""
    named = {
        f"{group}{index}": array
        for group, members in groups.items()
        for index, array in enumerate(members)
    }
    arrays.save(path, schema, {"key": key}, named | dict(single), compress=False)


def load_groups(
    path: Path, schema: str, key: str, sizes: Mapping[str, int]
) -> tuple[dict[str, Arrays], dict[str, NDArray[Any]]] | None:
    """Read what `save_groups` wrote; None where there is none of this training.

    Parameters
    ----------
    path : Path
    schema, key : str
    sizes : mapping of str to int
        Arrays in each group.
    """
    try:
        header, named = arrays.load(path, schema)
    except SchemaError:
        return None
    if header["key"] != key:
        return None
    groups = {
        group: [named[f"{group}{index}"] for index in range(size)] for group, size in sizes.items()
    }
    return groups, named


def with_tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they were before JSON made lists of their tuples."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
