"""Fixed-point types of a quantised model, and how their integer bits are calibrated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config
from trigger_ad.errors import ConfigError
from trigger_ad.features.settings import LayoutSettings
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.scorers.branch import Branch, FloatModel, Weights

__all__ = ["DensePrecision", "Precision", "calibrate", "input_type", "response", "spread"]

Reals = NDArray[np.float64]

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class DensePrecision:
    """Types of one dense layer.

    Parameters
    ----------
    weight, bias : FixedPoint
        QKeras ``quantized_bits``.
    output : FixedPoint
        Of what leaves the layer: ``quantized_relu`` after ReLU, else ``quantized_bits``.
    """

    weight: FixedPoint
    bias: FixedPoint
    output: FixedPoint


@dataclass(frozen=True)
class Precision:
    """Types of a whole model; every scale is a power of two.

    Parameters
    ----------
    input : FixedPoint
        Of every scaled input.
    layers : mapping of str to DensePrecision
        By name of the dense layer.
    """

    input: FixedPoint
    layers: Mapping[str, DensePrecision]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries of ap_fixed texts, read back by `from_json`."""
        return {
            "input": str(self.input),
            "layers": {
                name: {
                    "weight": str(layer.weight),
                    "bias": str(layer.bias),
                    "output": str(layer.output),
                }
                for name, layer in self.layers.items()
            },
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Precision:
        """Rebuild from `to_json`."""
        layers = {
            name: DensePrecision(
                FixedPoint.parse(layer["weight"]),
                FixedPoint.parse(layer["bias"]),
                FixedPoint.parse(layer["output"]),
            )
            for name, layer in record["layers"].items()
        }
        return cls(FixedPoint.parse(record["input"]), layers)


def input_type(features: LayoutSettings) -> FixedPoint:
    """Type of the scaled inputs; the real value is ``raw * 2**-input_fraction``."""
    bits, fraction = features.input_bits, features.input_fraction
    return FixedPoint.quantized_bits(bits, bits - fraction - 1)


def response(branch: Branch, weights: Weights, values: Reals) -> dict[str, Reals]:
    """Run the float network of one branch.

    Parameters
    ----------
    branch : Branch
    weights : mapping of str to ndarray
    values : ndarray (n_events, n_in) of float64

    Returns
    -------
    dict
        Result of every dense layer, after its ReLU where it has one, by layer name.
    """
    results: dict[str, Reals] = {}
    for name, relu in zip(branch.layers, branch.relu, strict=True):
        values = values @ weights[f"{name}.kernel"].astype(np.float64)
        if branch.bias:
            values = values + weights[f"{name}.bias"]
        if relu:
            values = np.maximum(values, 0.0)
        results[name] = values
    return results


def calibrate(
    model: FloatModel, scaled: NDArray[np.integer[Any]], kind: FixedPoint, settings: config.Quantize
) -> Precision:
    """Choose the integer bits of every weight, bias and activation.

    The bits come from the configuration; the binary point is where the mean squared
    difference between real and quantised values is smallest, saturation included: on the
    weights themselves, and on activations of the float model.

    Parameters
    ----------
    model : FloatModel
    scaled : ndarray (n_events, n_in) of int
        Inputs of the calibrate split, raw values of `kind`.
    kind : FixedPoint
        Type of the inputs.
    settings : config.Quantize

    Raises
    ------
    ConfigError
        If bits are given one by one and their number is not that of the layers.
    """
    values = kind.decode(scaled)
    layers: dict[str, DensePrecision] = {}
    for branch in model.branches:
        results = response(branch, model.weights, values)
        weight_bits, output_bits = _bits(branch, settings)
        for name, relu, of_weight, of_output in zip(
            branch.layers, branch.relu, weight_bits, output_bits, strict=True
        ):
            bias = model.weights[f"{name}.bias"] if branch.bias else np.zeros(1)
            layers[name] = DensePrecision(
                weight=_fit(model.weights[f"{name}.kernel"], of_weight, relu=False),
                bias=_fit(bias, settings.bias_bits, relu=False),
                output=_fit(results[name], of_output, relu=relu),
            )
    return Precision(kind, layers)


def _bits(branch: Branch, settings: config.Quantize) -> tuple[list[int], list[int]]:
    """Bits of weights and of outputs, layer by layer."""
    count = len(branch.relu)
    weight = spread("weight_bits", settings.weight_bits, count, "layers")
    hidden = spread("activation_bits", settings.activation_bits, count - 1, "hidden layers")
    return weight, [*hidden, settings.output_bits]


def spread(key: str, value: Number | tuple[Number, ...], count: int, what: str) -> list[Number]:
    """One number for each layer of a key of the section quantize.

    Parameters
    ----------
    key : str
        In the section.
    value : number or tuple of numbers
        For all, or one by one.
    count : int
        How many there must be.
    what : str
        What they are for, in the error.

    Raises
    ------
    ConfigError
        If they are given one by one and their number is not `count`.
    """
    if not isinstance(value, tuple):
        return [value] * count
    if len(value) != count:
        raise ConfigError(
            f"key 'quantize.{key}'",
            f"must be one number or one for each of the {count} {what}",
            f"{len(value)} numbers",
            "give one number for all of them",
        )
    return list(value)


def _fit(values: NDArray[Any], bits: int, *, relu: bool) -> FixedPoint:
    """Type with the smallest mean squared error; the wider range where two are equal."""
    make = FixedPoint.quantized_relu if relu else FixedPoint.quantized_bits
    real = np.asarray(values, dtype=np.float64)
    largest = float(np.abs(real).max(initial=0.0))
    if largest == 0.0:
        return make(bits, 0)
    top = math.frexp(largest)[1]
    return min(
        (make(bits, integer) for integer in range(top + 1, top - bits, -1)),
        key=lambda kind: float(np.mean((real - kind.decode(kind.encode(real))) ** 2)),
    )
