"""One network of a scorer, before anything is said of float or bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.storage import arrays

__all__ = ["Branch", "FloatModel", "Weights"]

SCHEMA = "float_model/1"

#: Kernel (n_in, n_out) and bias (n_out,) of each dense layer, by ``branch.index.kernel``.
Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Branch:
    """A chain of dense layers from the event's inputs to one output vector.

    Parameters
    ----------
    name : str
        Prefix of its layers, and name of its port in the score.
    widths : tuple of int
        Of the input and of every layer: 57-16-8-4-8-16-57.
    relu : tuple of bool
        Whether each dense layer is followed by ReLU; one less than `widths`.
    bias : bool
        Whether dense layers have biases.
    """

    name: str
    widths: tuple[int, ...]
    relu: tuple[bool, ...]
    bias: bool

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the dense layers."""
        return tuple(f"{self.name}_{index}" for index in range(len(self.relu)))

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Branch:
        """Rebuild from ``dataclasses.asdict``."""
        name, bias = record["name"], record["bias"]
        return cls(name, tuple(record["widths"]), tuple(record["relu"]), bias)


@dataclass(frozen=True)
class FloatModel:
    """Trained float networks: their shape and their weights by name.

    Parameters
    ----------
    branches : tuple of Branch
    weights : mapping of str to ndarray of float32
        ``<layer>.kernel`` (n_in, n_out) and ``<layer>.bias`` (n_out,), companions included.
    companions : tuple of Branch
        Networks that only training needs.
    """

    branches: tuple[Branch, ...]
    weights: Weights
    companions: tuple[Branch, ...] = ()

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header."""
        header = {"branches": [asdict(branch) for branch in self.branches]}
        if self.companions:
            header["companions"] = [asdict(branch) for branch in self.companions]
        arrays.save(path, SCHEMA, header, self.weights)

    @classmethod
    def load(cls, path: Path) -> FloatModel:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file has another schema.
        """
        header, weights = arrays.load(path, SCHEMA)
        branches, companions = (
            tuple(Branch.from_json(branch) for branch in header.get(key, ()))
            for key in ("branches", "companions")
        )
        return cls(branches, weights, companions)
