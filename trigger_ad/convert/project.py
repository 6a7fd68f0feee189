"""Quantised model to HLS project: hls4ml's conversion, checked at every seam."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from trigger_ad import config
from trigger_ad.convert.extract import network_from_graph
from trigger_ad.convert.graph import graph_of
from trigger_ad.convert.headers import check_project
from trigger_ad.convert.inlining import make_inline
from trigger_ad.convert.names import check_names
from trigger_ad.convert.rounding import widen_sources
from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.names import named_nodes
from trigger_ad.quantize.precision import LARGEST_WIDTH, Precision
from trigger_ad.storage.files import put

__all__ = ["convert"]


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
    graph = graph_of(quantized, settings, temporary)
    widen_sources(graph, network_from_graph(graph, settings.namespace))
    network = network_from_graph(graph, settings.namespace)
    _check_interface(quantized, network)
    graph.write()
    make_inline(temporary, settings.namespace)
    _clean(temporary)
    check_project(temporary, network)
    put(temporary, out)
    return network


def _check_widths(precision: Precision) -> None:
    kinds = {"the input": precision.input}
    for name, layer in precision.layers.items():
        if layer.weight is not None and layer.bias is not None:
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
    known = {layer.name: layer.output for layer in network.layers}
    for branch in quantized.branches:
        for named in named_nodes(branch):
            types = quantized.precision.layers.get(named.key)
            found = known.get(named.quantizer, known.get(named.layer))
            if types is not None and found != types.output:
                rule = f"must stay in {types.output}"
                raise ConversionError(f"the output of layer {named.key}", rule, found, remedy)
    for branch, name in zip(quantized.branches, network.outputs, strict=True):
        wanted = quantized.precision.outputs(branch)[branch.output]
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
