"""The quantised model behind a record: its quantizers, and the weights that they round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.steps import steps_of
from trigger_ad.ir.findings import Checked, Finding
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import Layer
from trigger_ad.layers.hardware import Added, Form, Joined, Largest, Sums
from trigger_ad.quantize.model import QuantizedModel, build
from trigger_ad.quantize.precision import LayerPrecision
from trigger_ad.quantize.quantizers import check_quantizers

__all__ = ["check_model"]

_AGAIN = "convert the model again"

Reals = NDArray[Any]

#: In place of a table where a layer has none.
_NONE = np.zeros((0, 0), np.int32)

#: Classes of the record by form.
_CLASSES: Mapping[type[Form], type[Layer]] = MappingProxyType(
    {Sums: Linear, Largest: Maximum, Joined: Merge, Added: Merge}
)


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
        for names, steps in steps_of(branch, quantized.weights):
            named |= {*(step.name for step in steps), names.quantizer}
            types = quantized.precision.layers.get(names.key)
            for step in steps:
                layer = known.get(step.name)
                if not isinstance(layer, _CLASSES[type(step.form)]):
                    name = f"layer {step.name} of the model"
                    findings.append(Finding(name, "must be in the record", None, _AGAIN))
                    continue
                findings += _form(layer, step.form, types)
                if isinstance(layer, Linear):
                    weights += layer.weights.size + layer.bias.size
            last = known.get(names.quantizer, known.get(names.layer))
            if types is not None and last is not None and last.output != types.output:
                findings.append(_type(last.name, types.output, last.output))
    findings += [
        Finding(f"layer {name} of the record", "must be quantised in the model", None, _AGAIN)
        for name in known
        if name not in named
    ]
    return check_quantizers(model) + Checked({"rounded weights": weights}, tuple(findings))


def _form(layer: Layer, form: Form, types: LayerPrecision | None) -> Iterator[Finding]:
    """Compare weights, biases and places of the record with those of the model."""
    if isinstance(form, Sums | Largest) and isinstance(layer, Linear | Maximum):
        ours, theirs = (_NONE if table is None else table for table in (form.places, layer.places))
        if not np.array_equal(ours, theirs):
            name = f"places of {layer.name}"
            yield Finding(name, "must be those of the model", "others", _AGAIN)
    if isinstance(form, Sums) and isinstance(layer, Linear):
        weight, bias = (None, None) if types is None else (types.weight, types.bias)
        yield from _weights(
            layer.name, "weights", form.kernel, weight, layer.weight_type.decode(layer.weights)
        )
        yield from _weights(layer.name, "bias", form.bias, bias, layer.bias_type.decode(layer.bias))


def _weights(
    layer: str, part: str, real: Reals | None, kind: FixedPoint | None, found: Reals
) -> Iterator[Finding]:
    wanted = np.zeros(found.shape) if real is None else real
    rule = "must be those of the model"
    if kind is not None:
        wanted, rule = kind.decode(kind.encode(wanted)), f"{rule}, rounded to {kind}"
    if not np.array_equal(wanted, found):
        yield Finding(f"{part} of {layer}", rule, "others", _AGAIN)


def _type(name: str, wanted: FixedPoint, found: FixedPoint) -> Finding:
    return Finding(f"the quantizer behind {name}", f"must be {wanted}", str(found), _AGAIN)
