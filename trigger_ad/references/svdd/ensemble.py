"""The networks of an ensemble as arrays: drawn, evaluated, saved."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.svdd.settings import Settings, SvddMember
from trigger_ad.storage import arrays

__all__ = ["Ensemble", "Weights", "initial", "outputs", "scores"]

SCHEMA = "svdd_ensemble/1"

_BLOCK = 16_384

Floats = NDArray[np.float32]

#: Of one member: ``kernel0`` (n_in, n_out), ``bias0`` (n_out,) and so on to the last layer.
Weights = dict[str, Floats]


@dataclass(frozen=True)
class Ensemble:
    """Trained or untrained members.

    Parameters
    ----------
    settings : Settings
    members : tuple of SvddMember
        All of the settings, or some of them.
    weights : tuple of dict
        One for each member.
    """

    settings: Settings
    members: tuple[SvddMember, ...]
    weights: tuple[Weights, ...]

    def save(self, path: Path) -> None:
        """Write one NPZ file of schema ``svdd_ensemble/1``."""
        header = {
            "settings": self.settings.to_json(),
            "members": [[member.dimension, member.target] for member in self.members],
        }
        named = {
            f"{member.name}.{name}": array
            for member, weights in zip(self.members, self.weights, strict=True)
            for name, array in weights.items()
        }
        arrays.save(path, SCHEMA, header, named)

    @classmethod
    def load(cls, path: Path) -> Ensemble:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file is missing, broken, or has another schema.
        """
        header, named = arrays.load(path, SCHEMA)
        settings = Settings.from_json(header["settings"])
        members = tuple(SvddMember(dimension, target) for dimension, target in header["members"])
        names = layer_names(settings)
        weights = tuple({n: named[f"{member.name}.{n}"] for n in names} for member in members)
        return cls(settings, members, weights)


def layer_names(settings: Settings) -> list[str]:
    """Names of a member's arrays, layer by layer."""
    kinds = ("kernel", "bias") if settings.bias else ("kernel",)
    return [f"{kind}{layer}" for layer in range(len(settings.hidden) + 1) for kind in kinds]


def initial(
    settings: Settings, seed: int, n_in: int = 57, members: tuple[SvddMember, ...] | None = None
) -> Ensemble:
    """Draw starting weights: He normal before ReLU, Glorot uniform elsewhere, zero biases.

    Parameters
    ----------
    settings : Settings
    seed : int
        A member's draws follow from the seed, its dimension and its target alone, whatever
        else is in the ensemble.
    n_in : int
    members : tuple of SvddMember, optional
        Some instead of all.
    """
    chosen = settings.members if members is None else members
    return Ensemble(settings, chosen, tuple(_draw(settings, m, seed, n_in) for m in chosen))


def _draw(settings: Settings, member: SvddMember, seed: int, n_in: int) -> Weights:
    target = struct.unpack("<Q", struct.pack("<d", member.target))[0]
    widths = (n_in, *settings.hidden, member.dimension)
    streams = np.random.default_rng((seed, member.dimension, target)).spawn(len(widths) - 1)
    weights: Weights = {}
    for layer, stream in enumerate(streams):
        rows, columns = widths[layer], widths[layer + 1]
        if settings.activation == "relu" and layer < len(settings.hidden):
            kernel = stream.normal(0.0, np.sqrt(2 / rows), (rows, columns))
        else:
            limit = np.sqrt(6 / (rows + columns))
            kernel = stream.uniform(-limit, limit, (rows, columns))
        weights[f"kernel{layer}"] = kernel.astype(np.float32)
        if settings.bias:
            weights[f"bias{layer}"] = np.zeros(columns, np.float32)
    return weights


def activate(name: str, values: Floats) -> Floats:
    """ReLU or ELU (Clevert et al., ICLR 2016) in place."""
    if name == "relu":
        return np.maximum(values, np.float32(0), out=values)
    negative = np.minimum(values, np.float32(0))
    # Not expm1, which takes as long as the products of matrices for bits that do not matter.
    np.exp(negative, out=negative)
    negative -= np.float32(1)
    return np.maximum(values, negative, out=values)


def outputs(ensemble: Ensemble, index: int, x: Floats) -> Floats:
    """Outputs of one member.

    Parameters
    ----------
    ensemble : Ensemble
    index : int
        Of the member.
    x : ndarray (n_events, n_in) of float32

    Returns
    -------
    ndarray (n_events, dimension) of float32
    """
    weights, last = ensemble.weights[index], len(ensemble.settings.hidden)
    values: Any = x
    for layer in range(last + 1):
        values = values @ weights[f"kernel{layer}"]
        if ensemble.settings.bias:
            values += weights[f"bias{layer}"]
        if layer < last:
            values = activate(ensemble.settings.activation, values)
    return values


def scores(ensemble: Ensemble, x: Floats) -> NDArray[np.float64]:
    """Squared distance to the target, mean over the outputs.

    Eq. (1) of arXiv:2106.10164 with the mean of its loss, which keeps the order of events and
    makes members of different dimension alike in scale.

    Parameters
    ----------
    ensemble : Ensemble
    x : ndarray (n_events, n_in) of float32

    Returns
    -------
    ndarray (n_events, n_members) of float64
    """
    result = np.empty((len(x), len(ensemble.members)))
    for index, member in enumerate(ensemble.members):
        for start in range(0, len(x), _BLOCK):
            block = slice(start, start + _BLOCK)
            away = outputs(ensemble, index, x[block]) - np.float32(member.target)
            result[block, index] = np.mean(np.square(away), axis=1, dtype=np.float64)
    return result
