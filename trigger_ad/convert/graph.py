"""hls4ml's graph of a quantised model: its layers in the forms of hardware, over flat vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hls4ml
from hls4ml.model.graph import ModelGraph
from hls4ml.model.quantizers import QKerasQuantizer

from trigger_ad import config
from trigger_ad.convert import windows
from trigger_ad.convert.extract import DEFAULT_TYPE
from trigger_ad.convert.steps import Step, steps_of
from trigger_ad.ir.findings import require
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.layers.hardware import Added, Joined, Largest, Sums
from trigger_ad.layers.kind import elements
from trigger_ad.quantize.model import QuantizedModel, bits_quantizer, build
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME
from trigger_ad.quantize.precision import LayerPrecision
from trigger_ad.quantize.quantizers import check_quantizers

__all__ = ["graph_of"]

Record = dict[str, Any]


def graph_of(quantized: QuantizedModel, settings: config.Convert, folder: Path) -> Any:
    """Graph of hls4ml, after all its passes.

    Parameters
    ----------
    quantized : QuantizedModel
    settings : config.Convert
    folder : Path
        Of the project that it would write.

    Returns
    -------
    hls4ml.model.ModelGraph

    Raises
    ------
    ConversionError
        If a layer is not quantised.
    """
    windows.register()
    model = build(quantized.branches, quantized.precision, quantized.weights)
    require(check_quantizers(model))
    found = hls4ml.utils.config.create_config(
        output_dir=str(folder),
        project_name=settings.namespace,
        backend=settings.backend,
        io_type="io_parallel",
        part=settings.part,
        clock_period=settings.clock_ns,
        namespace=cpp_namespace(settings.namespace),
    )
    # As Keras orders them, so that layers of several networks at one depth stand together.
    places = {layer.name: place for place, layer in enumerate(model.layers)}
    layers = sorted(_layers(quantized), key=lambda layer: places[layer.pop("keras")])
    of_layers = {layer["name"]: layer.pop("config") for layer in layers}
    found["InputData"] = found["OutputPredictions"] = None
    found["HLSConfig"] = {
        "Model": _of_model(settings.reuse_factor),
        "LayerName": {name: _reused(c, settings.reuse_factor) for name, c in of_layers.items()},
    }
    outputs = [branch.name for branch in quantized.branches]
    return ModelGraph.from_layer_list(found, layers, [INPUT_NAME], outputs)


def _of_model(reuse: int) -> Record:
    # Strategy Latency takes any factor for any layer, Resource moves it to the nearest that divides
    # its product. Without an interval hls4ml writes one whatever the factor.
    return {
        "Precision": {"default": DEFAULT_TYPE},
        "ReuseFactor": reuse,
        "Strategy": "Latency",
        "PipelineStyle": "pipeline",
        "PipelineInterval": reuse,
        # The pass that makes every width exact is off by default for QKeras; without it the
        # quantizers behind the last layers are dropped.
        "BitExact": True,
    }


def _reused(record: Record, reuse: int) -> Record:
    return record | {"ReuseFactor": reuse} if "weight" in record["Precision"] else record


def _layers(quantized: QuantizedModel) -> Iterator[Record]:
    """Records of hls4ml; each with its types as ``config`` and its layer in Keras as ``keras``."""
    size, kind = quantized.branches[0].inputs, quantized.precision.input
    yield {
        "name": INPUT_NAME,
        "class_name": "InputLayer",
        "input_shape": [size],
        "keras": INPUT_NAME,
        "config": {"Precision": {"result": "auto"}},
    }
    yield _activation(SCALED_NAME, INPUT_NAME, size, kind, relu=False)
    for network in quantized.branches:
        kinds = quantized.precision.outputs(network)
        for named, steps in steps_of(network, quantized.weights):
            types = quantized.precision.layers.get(named.key)
            records = [_record(step, types) | {"keras": named.layer} for step in steps]
            if types is None and named.node.name == network.output:
                # Copies lose how their type rounds, which that of a port says.
                records[-1] |= _fixed(kinds[network.output])
            yield from records
            if types is not None:
                size, relu = elements(network.shapes[named.node.name]), named.node.relu
                source = steps[-1].name
                yield _activation(named.quantizer, source, size, types.output, relu=relu)


def _record(step: Step, types: LayerPrecision | None) -> Record:
    inferred: Record = {"Precision": {"result": "auto"}}
    found: Record = {"name": step.name, "inputs": list(step.sources), "config": inferred}
    match step.form:
        case Sums():
            return found | _of_sums(step.form, types)
        case Largest():
            return found | {"class_name": "MaximumWindows", "places": step.form.places}
        case Joined():
            return found | {"class_name": "Concatenate", "op": "concatenate1d", "axis": 0}
        case Added():
            return found | {"class_name": "Merge", "op": "add"}


def _of_sums(form: Sums, types: LayerPrecision | None) -> Record:
    n_in, n_out = form.kernel.shape
    weight, bias = (None, None) if types is None else (types.weight, types.bias)
    found = {
        "class_name": "Dense" if form.places is None else "LinearWindows",
        "data_format": "channels_last",
        "weight_data": form.kernel,
        "bias_data": form.bias,
        "n_in": n_in,
        "n_out": n_out,
        "weight_quantizer": _quantizer(weight),
        "bias_quantizer": None if form.bias is None else _quantizer(bias),
        "config": {
            "Precision": {
                "weight": "auto" if weight is None else _text(weight),
                "bias": "auto" if bias is None else _text(bias),
                "accum": "auto",
                "result": "auto",
            }
        },
    }
    return found if form.places is None else found | {"places": form.places}


def _activation(name: str, source: str, size: int, kind: FixedPoint, *, relu: bool) -> Record:
    return {
        "name": name,
        "keras": name,
        "class_name": "Activation",
        "inputs": [source],
        "activation": "relu" if relu else "linear",
        "n_in": size,
        **_fixed(kind),
    }


def _fixed(kind: FixedPoint) -> Record:
    """A type that the pass for exact widths leaves as it is."""
    return {"trusted": True, "config": {"Precision": {"result": _text(kind)}}}


def _quantizer(kind: FixedPoint | None) -> Any:
    """Rounding of weights by QKeras itself; weights that no type rounds are as they are."""
    if kind is None:
        return None
    quantizer = bits_quantizer(kind)
    return QKerasQuantizer({"class_name": "quantized_bits", "config": quantizer.get_config()})


def _text(kind: FixedPoint) -> str:
    return str(kind).replace("AP_", "").removeprefix("ap_")
