"""The quantised model behind a record: its quantizers, and the weights that they round."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras.layers import InputLayer
from qkeras import QActivation, QDense, quantized_bits, quantized_relu

from trigger_ad.audit.findings import Checked, Finding
from trigger_ad.fixed import FixedPoint
from trigger_ad.network import Dense, HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel, build
from trigger_ad.quantize.names import activation_names, layer_names
from trigger_ad.quantize.precision import DensePrecision
from trigger_ad.scorers.branch import Weights

__all__ = ["check_model", "check_quantizers"]

_REMEDY = "build the network with trigger_ad.quantize.model"
_AGAIN = "convert the model again"


def check_model(quantized: QuantizedModel, network: HardwareNetwork) -> Checked:
    """Compare the record of a network with the quantised model that it was made of.

    Parameters
    ----------
    quantized : QuantizedModel
    network : HardwareNetwork

    Returns
    -------
    Checked
        Counts of ``quantized layers``, ``quantizers`` and ``rounded weights`` (biases among
        them).
    """
    model = build(quantized.branches, quantized.precision, quantized.weights)
    findings: list[Finding] = []
    if network.input_type != quantized.precision.input:
        findings.append(_type(network.input_name, quantized.precision.input, network.input_type))
    known = {layer.name: layer for layer in network.layers}
    named: set[str] = set()
    weights = 0
    for branch in quantized.branches:
        names = zip(layer_names(branch), activation_names(branch), branch.layers, strict=True)
        for name, activation, key in names:
            named |= {name, activation}
            layer, kinds = known.get(name), quantized.precision.layers[key]
            if not isinstance(layer, Dense):
                findings.append(
                    Finding(f"layer {name} of the model", "must be in the record", "absent", _AGAIN)
                )
                continue
            last = known.get(activation, layer)
            if last.output != kinds.output:
                findings.append(_type(last.name, kinds.output, last.output))
            weights += layer.weights.size + layer.bias.size
            findings += _weights(layer, kinds, quantized.weights, key)
    findings += [
        Finding(f"layer {name} of the record", "must be quantised in the model", "absent", _AGAIN)
        for name in known
        if name not in named
    ]
    return check_quantizers(model) + Checked({"rounded weights": weights}, tuple(findings))


def _weights(layer: Dense, kinds: DensePrecision, weights: Weights, key: str) -> Iterator[Finding]:
    """Compare weights and biases of the record with the rounded ones of the model."""
    for part, array, found, kind, wanted in (
        ("weights", "kernel", layer.weights, layer.weight_type, kinds.weight),
        ("bias", "bias", layer.bias, layer.bias_type, kinds.bias),
    ):
        real = weights.get(f"{key}.{array}", np.zeros(found.shape))
        if not np.array_equal(wanted.decode(wanted.encode(real)), kind.decode(found)):
            yield Finding(
                f"{part} of {layer.name}", f"must be those of the model, rounded to {wanted}",
                "others", _AGAIN,
            )  # fmt: skip


def _type(name: str, wanted: FixedPoint, found: FixedPoint) -> Finding:
    return Finding(f"the quantizer behind {name}", f"must be {wanted}", str(found), _AGAIN)


def check_quantizers(model: Any) -> Checked:
    """Find layers of a Keras model that are not quantised, and scales that are no power of two.

    Parameters
    ----------
    model : keras.Model
        Before hls4ml reads it, which would take a layer without a quantizer as it is.

    Returns
    -------
    Checked
        Counts of ``quantized layers`` and ``quantizers``.
    """
    layers = [layer for layer in model.layers if not isinstance(layer, InputLayer)]
    pairs = [pair for layer in layers for pair in _quantizers(layer)]
    findings = [finding for name, quantizer in pairs for finding in _scale(name, quantizer)]
    counts = {"quantized layers": len(layers), "quantizers": len(pairs)}
    return Checked(counts, tuple(findings))


def _quantizers(layer: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(layer, QDense):
        yield f"the weights of layer {layer.name}", layer.kernel_quantizer_internal
        if layer.use_bias:
            yield f"the bias of layer {layer.name}", layer.bias_quantizer_internal
    elif isinstance(layer, QActivation):
        yield f"layer {layer.name}", layer.activation
    else:
        yield f"layer {layer.name}", layer


def _scale(name: str, quantizer: Any) -> Iterator[Finding]:
    if isinstance(quantizer, quantized_relu):
        return  # it has no scale
    if not isinstance(quantizer, quantized_bits):
        found = "without a quantizer" if quantizer is None else type(quantizer).__name__
        yield Finding(name, "must be quantised by quantized_bits or quantized_relu", found, _REMEDY)
        return
    alpha = quantizer.alpha
    if isinstance(alpha, str) or alpha is None or not _is_power_of_two(float(alpha)):
        rule = "must be quantised with a scale that is a power of two, known beforehand"
        yield Finding(name, rule, f"alpha {alpha!r}", _REMEDY)


def _is_power_of_two(value: float) -> bool:
    return value > 0 and math.frexp(value)[0] == 0.5
