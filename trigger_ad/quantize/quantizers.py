"""Whether a Keras model is quantised throughout, by scales that hardware has."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from keras.layers import InputLayer
from qkeras import QActivation, quantized_bits, quantized_relu

from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.layers.table import plain_layers

__all__ = ["check_quantizers"]

_REMEDY = "build the network with trigger_ad.quantize.model"


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
    plain = plain_layers()
    layers = [
        layer
        for layer in model.layers
        if not isinstance(layer, InputLayer) and type(layer).__name__ not in plain
    ]
    pairs = [pair for layer in layers for pair in _quantizers(layer)]
    findings = [finding for name, quantizer in pairs for finding in _scale(name, quantizer)]
    counts = {"quantized layers": len(layers), "quantizers": len(pairs)}
    return Checked(counts, tuple(findings))


def _quantizers(layer: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(layer, "kernel_quantizer_internal"):
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
