"""Networks of a scorer, before anything is said of bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import SchemaError
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Shape
from trigger_ad.storage import arrays
from trigger_ad.storage.whole import listed, whole

__all__ = ["FloatModel", "Weights", "networks_of"]

SCHEMA = "float_model/2"

#: In which networks are chains of dense layers.
OLDER = "float_model/1"

#: Kernel (..., n_in, n_out) and bias (n_out,) of each layer, by ``network_layer.kernel``.
Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class FloatModel:
    """Trained float networks: their architectures and their weights by name.

    Parameters
    ----------
    branches : tuple of Architecture
    weights : mapping of str to ndarray of float32
        ``<layer>.kernel`` (..., n_in, n_out) and ``<layer>.bias`` (n_out,), companions included.
    companions : tuple of Architecture
        Networks that only training needs.
    """

    branches: tuple[Architecture, ...]
    weights: Weights
    companions: tuple[Architecture, ...] = ()

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header."""
        header = {"branches": [branch.to_json() for branch in self.branches]}
        if self.companions:
            header["companions"] = [branch.to_json() for branch in self.companions]
        arrays.save(path, SCHEMA, header, self.weights)

    @classmethod
    def load(cls, path: Path) -> FloatModel:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file has another schema, or no networks.
        """
        header, weights = arrays.load(path, SCHEMA, OLDER)
        branches = networks_of(header, "branches", weights, path)
        if "companions" not in header:
            return cls(branches, weights)
        companions = networks_of(header, "companions", weights, path)
        return cls(branches, weights, companions)


def networks_of(
    header: Mapping[str, Any], key: str, weights: Weights, path: Path
) -> tuple[Architecture, ...]:
    """Networks of the header of a file, whose weights it holds.

    Raises
    ------
    SchemaError
        If they are not whole, or a weight is missing or has another shape.
    ArchitectureError
        If their layers do not fit each other.
    """
    with whole(path, "whole networks"):
        networks = tuple(Architecture.from_json(one) for one in listed(header, key, dict))
    for network in networks:
        for node in network.weighted:
            for part, shape in network.weights(node).items():
                _check_weights(f"{network.layer(node)}.{part}", shape, weights, path)
    return networks


def _check_weights(name: str, shape: Shape, weights: Weights, path: Path) -> None:
    found = weights.get(name)
    if found is None or found.dtype.kind != "f" or found.shape != shape:
        rule = f"must hold real numbers of shape {shape} as {name}"
        value = "none" if found is None else f"{found.dtype} of shape {found.shape}"
        raise SchemaError(path, rule, value, "write it again with this version")
