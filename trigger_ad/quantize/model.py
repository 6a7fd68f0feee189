"""The quantised model: a record of arrays, and the QKeras network built from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray
from qkeras import QActivation, QDense, quantized_bits, quantized_relu

from trigger_ad import config
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME, activation_names, layer_names
from trigger_ad.quantize.precision import Precision, spread
from trigger_ad.scorers.branch import Branch, Weights
from trigger_ad.storage import arrays

__all__ = ["QuantizedModel", "build", "extract", "float_type", "sparsity"]

SCHEMA = "quantized_model/1"

DType = Literal["float32", "float64"]


@dataclass(frozen=True)
class QuantizedModel:
    """Networks with their types and their unrounded weights.

    Parameters
    ----------
    branches : tuple of Branch
    precision : Precision
    weights : mapping of str to ndarray of float32
        As in `FloatModel`: the values that the types round.
    """

    branches: tuple[Branch, ...]
    precision: Precision
    weights: Weights

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header."""
        header = {
            "branches": [asdict(branch) for branch in self.branches],
            "precision": self.precision.to_json(),
        }
        arrays.save(path, SCHEMA, header, self.weights)

    @classmethod
    def load(cls, path: Path) -> QuantizedModel:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file has another schema.
        """
        header, weights = arrays.load(path, SCHEMA)
        branches = tuple(Branch.from_json(branch) for branch in header["branches"])
        return cls(branches, Precision.from_json(header["precision"]), weights)


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
    branches: tuple[Branch, ...], precision: Precision, weights: Weights, dtype: DType = "float32"
) -> Any:
    """QKeras network of all branches, with quantizers of scale 1.

    Parameters
    ----------
    branches : tuple of Branch
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
        inputs = keras.Input((branches[0].widths[0],), name=INPUT_NAME, dtype=dtype)
        scaled = QActivation(_bits(precision.input), name=SCALED_NAME, dtype=dtype)(inputs)
        outputs = []
        for branch in branches:
            values = scaled
            for name, activation, key, width, relu in zip(
                layer_names(branch),
                activation_names(branch),
                branch.layers,
                branch.widths[1:],
                branch.relu,
                strict=True,
            ):
                kinds = precision.layers[key]
                values = QDense(
                    width,
                    use_bias=branch.bias,
                    kernel_quantizer=_bits(kinds.weight),
                    bias_quantizer=_bits(kinds.bias) if branch.bias else None,
                    name=name,
                    dtype=dtype,
                )(values)
                quantizer = _relu(kinds.output, dtype) if relu else _bits(kinds.output)
                values = QActivation(quantizer, name=activation, dtype=dtype)(values)
            outputs.append(values)
        model = keras.Model(inputs, outputs)
        for branch in branches:
            for name, key in zip(layer_names(branch), branch.layers, strict=True):
                arrays = [weights[f"{key}.{array}"] for array in _arrays(branch)]
                model.get_layer(name).set_weights(arrays)
    return model


def extract(model: Any, branches: tuple[Branch, ...]) -> dict[str, NDArray[np.float32]]:
    """Unrounded weights of a network made by `build`, by name."""
    weights: dict[str, NDArray[np.float32]] = {}
    for branch in branches:
        for name, key in zip(layer_names(branch), branch.layers, strict=True):
            arrays = model.get_layer(name).get_weights()
            for array, values in zip(_arrays(branch), arrays, strict=True):
                weights[f"{key}.{array}"] = np.asarray(values, dtype=np.float32)
    return weights


def sparsity(branches: tuple[Branch, ...], settings: config.Quantize) -> dict[str, float]:
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


def _arrays(branch: Branch) -> tuple[str, ...]:
    return ("kernel", "bias") if branch.bias else ("kernel",)


def _bits(kind: FixedPoint) -> Any:
    # A scale of None would be replaced by a trained one.
    return quantized_bits(kind.width, float(kind.integer - 1), alpha=1)


def _relu(kind: FixedPoint, dtype: DType) -> Any:
    # As a real number: a negative integer exponent of an integer is an error in TensorFlow.
    integer = float(kind.integer)
    if dtype == "float64":
        return quantized_bits(kind.width, integer, keep_negative=False, alpha=1)
    return quantized_relu(kind.width, integer)
