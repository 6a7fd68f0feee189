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
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.evaluate import evaluate
from trigger_ad.layers.node import Node
from trigger_ad.scorers.float_model import FloatModel, Weights
from trigger_ad.storage.whole import NotWholeError, typed

__all__ = [
    "LARGEST_WIDTH",
    "LayerPrecision",
    "Precision",
    "calibrate",
    "input_type",
    "response",
    "spread",
]

Reals = NDArray[np.float64]

#: Bits of a weight, bias or activation. Single precision, in which hls4ml keeps weights and
#: QKeras rounds them, holds integers of 24 bits.
LARGEST_WIDTH = 24

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class LayerPrecision:
    """Types of one layer.

    Parameters
    ----------
    weight, bias : FixedPoint or None
        QKeras ``quantized_bits``; None for a layer without weights.
    output : FixedPoint
        Of what leaves the layer: ``quantized_relu`` after ReLU, else ``quantized_bits``.
    """

    weight: FixedPoint | None
    bias: FixedPoint | None
    output: FixedPoint

    def to_json(self) -> dict[str, str]:
        """``ap_fixed`` texts by name, read back by `from_json`."""
        kinds = {"weight": self.weight, "bias": self.bias, "output": self.output}
        return {name: str(kind) for name, kind in kinds.items() if kind is not None}

    @classmethod
    def from_json(cls, record: Mapping[str, str]) -> LayerPrecision:
        """Rebuild from `to_json`."""
        weight, bias = (
            FixedPoint.parse(typed(record, name, str)) if name in record else None
            for name in ("weight", "bias")
        )
        return cls(weight, bias, FixedPoint.parse(typed(record, "output", str)))


@dataclass(frozen=True)
class Precision:
    """Types of a whole model; every scale is a power of two.

    Parameters
    ----------
    input : FixedPoint
        Of every scaled input.
    layers : mapping of str to LayerPrecision
        By full name, of every layer whose values have a type of their own.
    """

    input: FixedPoint
    layers: Mapping[str, LayerPrecision]

    def outputs(self, network: Architecture) -> dict[str, FixedPoint]:
        """Types of what each node of a network gives, by its name; of the inputs too.

        A layer without a type of its own has that of its source.
        """

        def visit(node: Node, sources: tuple[FixedPoint, ...]) -> FixedPoint:
            types = self.layers.get(network.layer(node))
            return sources[0] if types is None else types.output

        return network.fold(self.input, visit)

    def check(self, network: Architecture) -> None:
        """Refuse a network of which a layer has no types.

        Raises
        ------
        NotWholeError
        """
        for node in network.nodes:
            key = network.layer(node)
            types = typed(self.layers, key, LayerPrecision) if node.kind.typed else None
            if types and network.weights(node) and None in (types.weight, types.bias):
                raise NotWholeError(f"one without those of the weights of {key}")

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries of ap_fixed texts, read back by `from_json`."""
        return {
            "input": str(self.input),
            "layers": {name: layer.to_json() for name, layer in self.layers.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Precision:
        """Rebuild from `to_json`."""
        found = typed(record, "layers", dict)
        layers = {name: LayerPrecision.from_json(typed(found, name, dict)) for name in found}
        return cls(FixedPoint.parse(typed(record, "input", str)), layers)


def input_type(features: LayoutSettings) -> FixedPoint:
    """Type of the scaled inputs; the real value is ``raw * 2**-input_fraction``."""
    bits, fraction = features.input_bits, features.input_fraction
    return signed_type(FixedPoint(bits, bits - fraction))


def signed_type(kind: FixedPoint) -> FixedPoint:
    """Type of the quantizer of inputs that come in a signed type."""
    return FixedPoint.quantized_bits(kind.width, kind.integer - 1)


def response(network: Architecture, weights: Weights, values: Reals) -> dict[str, Reals]:
    """Run the float form of one network.

    Parameters
    ----------
    network : Architecture
    weights : mapping of str to ndarray
    values : ndarray (n_events, n_in) of float64

    Returns
    -------
    dict of ndarray (n_events, size)
        Result of every layer, after its ReLU where it has one, by full name.
    """
    results = evaluate(network, weights, values)
    return {
        network.layer(node): results[node.name].reshape(len(values), -1) for node in network.nodes
    }


def calibrate(
    model: FloatModel,
    scaled: NDArray[np.integer[Any]],
    kind: FixedPoint,
    settings: config.Quantize,
    event_weights: NDArray[np.float32] | None = None,
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
    event_weights : ndarray (n_events,) of float32, optional
        Of the events in the mean over activations; all alike if they are not given.

    Raises
    ------
    ConfigError
        If bits are given one by one and their number is not that of the layers.
    """
    values = kind.decode(scaled)
    layers: dict[str, LayerPrecision] = {}
    for network in model.branches:
        results = response(network, model.weights, values)
        of_weights, of_outputs = _bits(network, settings)
        for node in network.nodes:
            if not node.kind.typed:
                continue
            name, weight, bias = network.layer(node), None, None
            if name in of_weights:
                added = model.weights.get(f"{name}.bias", np.zeros(1))
                weight = _fit(model.weights[f"{name}.kernel"], of_weights[name], relu=False)
                bias = _fit(added, settings.bias_bits, relu=False)
            output = _fit(results[name], of_outputs[name], event_weights, relu=node.relu)
            layers[name] = LayerPrecision(weight, bias, output)
    return Precision(kind, layers)


def _bits(
    network: Architecture, settings: config.Quantize
) -> tuple[dict[str, int], dict[str, int]]:
    """Bits of weights and of outputs, by layer."""
    weight = spread("weight_bits", settings.weight_bits, len(network.layers), "layers")
    typed = [node for node in network.nodes if node.kind.typed]
    hidden = [network.layer(node) for node in typed if node.name != network.output]
    bits = spread("activation_bits", settings.activation_bits, len(hidden), "hidden layers")
    last = {network.layer(node): settings.output_bits for node in typed}
    return dict(zip(network.layers, weight, strict=True)), last | dict(
        zip(hidden, bits, strict=True)
    )


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


def _fit(
    values: NDArray[Any], bits: int, weights: NDArray[Any] | None = None, *, relu: bool
) -> FixedPoint:
    """Type with the smallest mean squared error; the wider range where two are equal."""
    make = FixedPoint.quantized_relu if relu else FixedPoint.quantized_bits
    real = np.asarray(values, dtype=np.float64)
    largest = float(np.abs(real).max(initial=0.0))
    if largest == 0.0:
        return make(bits, 0)
    top = math.frexp(largest)[1]

    def error(kind: FixedPoint) -> float:
        squares = (real - kind.decode(kind.encode(real))) ** 2
        if weights is None:
            return float(np.mean(squares))
        return float(np.mean(np.average(squares, axis=0, weights=weights.astype(np.float64))))

    return min((make(bits, integer) for integer in range(top + 1, top - bits, -1)), key=error)
