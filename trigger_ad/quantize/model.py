"""The quantised model: a record of arrays, and the QKeras network built from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray
from qkeras import QActivation, quantized_bits, quantized_relu

from trigger_ad import config
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.kind import Quantizers
from trigger_ad.layers.node import Node
from trigger_ad.layers.tensors import flat_output, read, shaped_input
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME, layer_names, named_nodes
from trigger_ad.quantize.precision import Precision, spread
from trigger_ad.scorers.float_model import Weights, networks_of
from trigger_ad.storage import arrays
from trigger_ad.storage.whole import typed, whole

__all__ = ["QuantizedModel", "bits_quantizer", "build", "extract", "float_type", "sparsity"]

SCHEMA = "quantized_model/2"

#: In which networks are chains of dense layers.
OLDER = "quantized_model/1"

DType = Literal["float32", "float64"]


@dataclass(frozen=True)
class QuantizedModel:
    """Networks with their types and their unrounded weights.

    Parameters
    ----------
    branches : tuple of Architecture
    precision : Precision
    weights : mapping of str to ndarray of float32
        As in `FloatModel`: the values that the types round.
    """

    branches: tuple[Architecture, ...]
    precision: Precision
    weights: Weights

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header."""
        header = {
            "branches": [branch.to_json() for branch in self.branches],
            "precision": self.precision.to_json(),
        }
        arrays.save(path, SCHEMA, header, self.weights)

    @classmethod
    def load(cls, path: Path) -> QuantizedModel:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file has another schema, or no networks or types.
        """
        header, weights = arrays.load(path, SCHEMA, OLDER)
        branches = networks_of(header, "branches", weights, path)
        with whole(path, "the types of every layer"):
            precision = Precision.from_json(typed(header, "precision", dict))
            for branch in branches:
                precision.check(branch)
        return cls(branches, precision, weights)


@contextmanager
def float_type(dtype: DType) -> Iterator[None]:
    """Let QKeras quantizers compute in this type.

    They cast to the float type set in Keras, whatever the type of their layer; a model of
    `build` must be built and called under the same setting.
    """
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def build(
    branches: tuple[Architecture, ...],
    precision: Precision,
    weights: Weights,
    dtype: DType = "float32",
) -> Any:
    """QKeras network of all branches, with quantizers of scale 1.

    Parameters
    ----------
    branches : tuple of Architecture
    precision : Precision
    weights : mapping of str to ndarray of float32
        Unrounded; the layers round them at every call. With float weights this is
        post-training quantisation.
    dtype : {"float32", "float64"}
        In float64 the sums are exact up to 2**53. ``quantized_relu`` computes in float32
        always, so ReLUs are then unsigned ``quantized_bits``: the same function, with a
        gradient that is of no use in training.

    Returns
    -------
    keras.Model
        (n_events, n_in) real inputs to a list of one output for each branch, or to the
        output alone where there is one branch. Call it under `float_type(dtype)` when
        `dtype` is float64.
    """
    with float_type(dtype):
        inputs = keras.Input((branches[0].inputs,), name=INPUT_NAME, dtype=dtype)
        scaled = QActivation(bits_quantizer(precision.input), name=SCALED_NAME, dtype=dtype)(inputs)
        model = keras.Model(
            inputs, [_apply(branch, precision, scaled, dtype) for branch in branches]
        )
        for branch in branches:
            for names in named_nodes(branch):
                if of_layer := [weights[f"{names.key}.{n}"] for n in branch.weights(names.node)]:
                    model.get_layer(names.layer).set_weights(of_layer)
    return model


def _apply(network: Architecture, precision: Precision, scaled: Any, dtype: DType) -> Any:
    """Quantised layers of a network, their weights not yet set, on its flat inputs."""
    known = {names.node.name: names for names in named_nodes(network)}

    def visit(node: Node, tensors: tuple[Any, ...]) -> Any:
        names, sources = known[node.name], read(network, node, tensors, dtype)
        if not names.quantizer:
            return node.kind.qkeras(names.layer, sources, None, dtype)
        kinds, of_weights = precision.layers[names.key], None
        if kinds.weight is not None:
            bias = kinds.bias if "bias" in network.weights(node) else None
            of_weights = Quantizers(
                bits_quantizer(kinds.weight), None if bias is None else bits_quantizer(bias)
            )
        values = node.kind.qkeras(names.layer, sources, of_weights, dtype)
        quantizer = _relu(kinds.output, dtype) if node.relu else bits_quantizer(kinds.output)
        return QActivation(quantizer, name=names.quantizer, dtype=dtype)(values)

    return flat_output(network, network.fold(shaped_input(network, scaled, dtype), visit), dtype)


def extract(model: Any, branches: tuple[Architecture, ...]) -> dict[str, NDArray[np.float32]]:
    """Unrounded weights of a network made by `build`, by name."""
    weights: dict[str, NDArray[np.float32]] = {}
    for branch in branches:
        for names in named_nodes(branch):
            wanted = branch.weights(names.node)
            if not wanted:
                continue
            arrays = model.get_layer(names.layer).get_weights()
            for array, values in zip(wanted, arrays, strict=True):
                weights[f"{names.key}.{array}"] = np.asarray(values, dtype=np.float32)
    return weights


def sparsity(branches: tuple[Architecture, ...], settings: config.Quantize) -> dict[str, float]:
    """Part of zeros that each kernel of a network made by `build` is to have, by layer.

    The last layer of a branch has `output_sparsity` where that is given.

    Raises
    ------
    ConfigError
        If the parts are given one by one and their number is not that of the layers.
    """
    parts: dict[str, float] = {}
    for branch in branches:
        names = layer_names(branch)
        of_layers = spread("sparsity", settings.sparsity, len(names), "layers")
        if settings.output_sparsity is not None:
            of_layers[-1] = settings.output_sparsity
        parts |= zip(names, of_layers, strict=True)
    return parts


def bits_quantizer(kind: FixedPoint) -> Any:
    """``quantized_bits`` of a signed type, with scale 1."""
    # A scale of None would be replaced by a trained one.
    return quantized_bits(kind.width, float(kind.integer - 1), alpha=1)


def _relu(kind: FixedPoint, dtype: DType) -> Any:
    # As a real number: a negative integer exponent of an integer is an error in TensorFlow.
    integer = float(kind.integer)
    if dtype == "float64":
        return quantized_bits(kind.width, integer, keep_negative=False, alpha=1)
    return quantized_relu(kind.width, integer)
