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
from trigger_ad.storage import arrays

__all__ = ["FloatModel", "Weights", "networks_of"]

SCHEMA = "float_model/2"

#: In which networks are chains of dense layers.
OLDER = "float_model/1"

#: Kernel (..., n_in, n_out) and bias (n_out,) of each layer, by ``network_layer.kernel``.
Weights = Mapping[str, NDArray[np.float32]]

#: A chain of dense layers: ``chain(name, widths, relu, bias)``.


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
        branches = networks_of(header.get("branches"), path)
        return cls(branches, weights, networks_of(header.get("companions", ()), path))


def networks_of(records: Any, path: Path) -> tuple[Architecture, ...]:
    """Networks of the header of a file.

    Raises
    ------
    SchemaError
        If they are not whole.
    ArchitectureError
        If their layers do not fit each other.
    """
    try:
        return tuple(Architecture.from_json(record) for record in records)
    except (KeyError, TypeError, ValueError) as error:
        found = f"one without {error}" if isinstance(error, KeyError) else "others"
        raise SchemaError(
            path, "must hold whole networks", found, "write it again with this version"
        ) from None
