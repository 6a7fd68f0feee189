"""The quantised model behind a record: its quantizers, and the weights that they round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel, build
from trigger_ad.quantize.names import activation_names, layer_names
from trigger_ad.quantize.precision import DensePrecision
from trigger_ad.quantize.quantizers import check_quantizers
from trigger_ad.scorers.branch import Weights

__all__ = ["check_model"]

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
            if not isinstance(layer, Linear):
                findings.append(
                    Finding(f"layer {name} of the model", "must be in the record", None, _AGAIN)
                )
                continue
            last = known.get(activation, layer)
            if last.output != kinds.output:
                findings.append(_type(last.name, kinds.output, last.output))
            weights += layer.weights.size + layer.bias.size
            findings += _weights(layer, kinds, quantized.weights, key)
    findings += [
        Finding(f"layer {name} of the record", "must be quantised in the model", None, _AGAIN)
        for name in known
        if name not in named
    ]
    return check_quantizers(model) + Checked({"rounded weights": weights}, tuple(findings))


def _weights(layer: Linear, kinds: DensePrecision, weights: Weights, key: str) -> Iterator[Finding]:
    """Compare weights and biases of the record with the rounded ones of the model."""
    for part, array, found, kind, wanted in (
        ("weights", "kernel", layer.weights, layer.weight_type, kinds.weight),
        ("bias", "bias", layer.bias, layer.bias_type, kinds.bias),
    ):
        real = weights.get(f"{key}.{array}", np.zeros(found.shape))
        if not np.array_equal(wanted.decode(wanted.encode(real)), kind.decode(found)):
            yield Finding(
                f"{part} of {layer.name}",
                f"must be those of the model, rounded to {wanted}",
                "others",
                _AGAIN,
            )


def _type(name: str, wanted: FixedPoint, found: FixedPoint) -> Finding:
    return Finding(f"the quantizer behind {name}", f"must be {wanted}", str(found), _AGAIN)
