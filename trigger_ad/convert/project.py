"""Quantised model to HLS project: hls4ml's conversion, checked at every seam."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import hls4ml

from trigger_ad import config
from trigger_ad.convert import handlers
from trigger_ad.convert.extract import DEFAULT_TYPE, network_from_graph
from trigger_ad.convert.headers import check_project
from trigger_ad.convert.inlining import make_inline
from trigger_ad.convert.names import check_names
from trigger_ad.convert.rounding import widen_sources
from trigger_ad.errors import ConversionError
from trigger_ad.ir.findings import require
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.naming import cpp_namespace
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel, build
from trigger_ad.quantize.names import INPUT_NAME, SCALED_NAME, activation_names, layer_names
from trigger_ad.quantize.precision import Precision
from trigger_ad.quantize.quantizers import check_quantizers
from trigger_ad.storage.files import put

__all__ = ["LARGEST_WIDTH", "convert"]

#: Bits of a weight, bias or activation. Single precision, in which hls4ml keeps weights and
#: QKeras rounds them, holds integers of 24 bits.
LARGEST_WIDTH = 24


def convert(quantized: QuantizedModel, settings: config.Convert, out: Path) -> HardwareNetwork:
    """Write the HLS project of a quantised model.

    Parameters
    ----------
    quantized : QuantizedModel
    settings : config.Convert
    out : Path
        Folder of the project. It is written under a temporary name and replaced as a whole,
        after what was written has been read back and found equal to the record.

    Returns
    -------
    HardwareNetwork
        Everything the project computes; its outputs are in the order of the branches.

    Raises
    ------
    ConversionError
        If a name or a width cannot be written, if a layer drops more bits than a type can have,
        if hls4ml changed a type or left one open, or if the written files differ from its graph.
    """
    check_names(quantized.branches, settings.namespace)
    _check_widths(quantized.precision)
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    graph = _graph(quantized, settings, temporary)
    widen_sources(graph, network_from_graph(graph, settings.namespace))
    network = network_from_graph(graph, settings.namespace)
    _check_interface(quantized, network)
    graph.write()
    make_inline(temporary, settings.namespace)
    _clean(temporary)
    check_project(temporary, network)
    put(temporary, out)
    return network


def _graph(quantized: QuantizedModel, settings: config.Convert, folder: Path) -> Any:
    handlers.register()
    model = build(quantized.branches, quantized.precision, quantized.weights)
    require(check_quantizers(model))
    # The pass that makes every width exact is off by default for QKeras; without it the
    # quantizers behind the last layers are dropped.
    return hls4ml.converters.convert_from_keras_model(
        model,
        output_dir=str(folder),
        project_name=settings.namespace,
        backend=settings.backend,
        hls_config=_precisions(quantized, settings.reuse_factor),
        bit_exact=True,
        allow_da_fallback=False,
        allow_v2_fallback=False,
        io_type="io_parallel",
        part=settings.part,
        clock_period=settings.clock_ns,
        namespace=cpp_namespace(settings.namespace),
    )


def _precisions(quantized: QuantizedModel, reuse: int) -> dict[str, Any]:
    """hls4ml configuration: every type that is known, the rest left to its inference."""
    layers: dict[str, Any] = {
        INPUT_NAME: {"Precision": {"result": "auto"}},
        SCALED_NAME: {"Precision": {"result": _text(quantized.precision.input)}},
    }
    for branch in quantized.branches:
        names = zip(layer_names(branch), activation_names(branch), branch.layers, strict=True)
        for name, activation, key in names:
            kinds = quantized.precision.layers[key]
            layers[name] = {
                "Precision": {
                    "weight": _text(kinds.weight),
                    "bias": _text(kinds.bias),
                    "accum": "auto",
                    "result": "auto",
                },
                "ReuseFactor": reuse,
            }
            layers[activation] = {"Precision": {"result": _text(kinds.output)}}
    # Strategy Latency takes any factor for any layer, Resource moves it to the nearest that divides
    # its product. Without an interval hls4ml writes one whatever the factor.
    model = {
        "Precision": {"default": DEFAULT_TYPE},
        "ReuseFactor": reuse,
        "Strategy": "Latency",
        "PipelineStyle": "pipeline",
        "PipelineInterval": reuse,
    }
    return {"Model": model, "LayerName": layers}


def _text(kind: FixedPoint) -> str:
    return str(kind).replace("AP_", "").removeprefix("ap_")


def _check_widths(precision: Precision) -> None:
    kinds = {"the input": precision.input}
    for name, layer in precision.layers.items():
        kinds[f"a weight of layer {name}"] = layer.weight
        kinds[f"a bias of layer {name}"] = layer.bias
        kinds[f"the output of layer {name}"] = layer.output
    for what, kind in kinds.items():
        if not 2 <= kind.width <= LARGEST_WIDTH:
            raise ConversionError(
                what,
                f"must have 2 to {LARGEST_WIDTH} bits",
                kind.width,
                "change the bits in the section quantize of the configuration",
            )


def _check_interface(quantized: QuantizedModel, network: HardwareNetwork) -> None:
    """Compare the ports with what was asked for."""
    remedy = "report the network; hls4ml changed a port"
    if network.input_type != quantized.precision.input:
        raise ConversionError(
            "the input type", f"must stay {quantized.precision.input}", network.input_type, remedy
        )
    for branch, name in zip(quantized.branches, network.outputs, strict=True):
        wanted = quantized.precision.layers[branch.layers[-1]].output
        if name != branch.name or network.type_of(name) != wanted:
            raise ConversionError(
                f"the output of branch {branch.name}",
                f"must stay {branch.name} in {wanted}",
                f"{name} in {network.type_of(name)}",
                remedy,
            )


def _clean(project: Path) -> None:
    """Take away what belongs to this machine or this minute, and the Keras file."""
    (project / "keras_model.keras").unlink(missing_ok=True)
    listing = project / "hls4ml_config.yml"
    lines = [
        re.sub(r"^OutputDir: .*", "OutputDir: .", line)
        for line in listing.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("KerasModel:", "Stamp:"))
    ]
    listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script = project / "build_lib.sh"
    text = re.sub(r"^LIB_STAMP=.*$", "LIB_STAMP=0", script.read_text(encoding="utf-8"), flags=re.M)
    script.write_text(text, encoding="utf-8")
