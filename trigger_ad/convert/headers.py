"""What a written HLS project says, read back from its text.

hls4ml writes the project from its own graph, after the record was filled from it. So the
files are read again and compared: types, shapes, connections and every weight, both as the
constants of synthesis and as the text that a simulation loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from trigger_ad.convert.differences import REMEDY as _REMEDY
from trigger_ad.convert.differences import compare
from trigger_ad.convert.extract import INPUT_PORT
from trigger_ad.convert.read_layers import SUMS, WINDOWED, read_layer
from trigger_ad.convert.text import ProjectText, network_function, read_text
from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.rounding import short_sources

__all__ = ["OPERATORS", "check_project", "read_interval", "read_operators", "read_project"]


#: What a dense layer must be computed with: every product has all its bits, and sums are taken
#: in the type of the accumulator.
OPERATORS: Mapping[str, str] = MappingProxyType(
    {"kernel": "nnet::DenseLatency", "product": "nnet::product::mult"}
)

_TOP = re.compile(r"void (\w+)\(\s*(\w+) (\w+)\[(\d+)\],\s*([^)]*)\)")
_PORT = re.compile(r"(\w+) (\w+)\[(\d+)\]")
_VARIABLE = re.compile(r"^ *(\w+) (\w+)\[(\d+)\];", re.M)
_PIPELINE = re.compile(r"^ *#pragma HLS PIPELINE II=(\d+)$", re.M)


def read_project(folder: Path, name: str) -> HardwareNetwork:
    """Read a network back from the C++ of a project.

    Parameters
    ----------
    folder : Path
        Of the project; its function lies in ``firmware/<name>_network.cpp``.
    name : str
        Of the network.

    Raises
    ------
    ConversionError
        If the text is not that of layers which a record can have.
    """
    project = ProjectText(folder, name)
    source, function = project.source, network_function(name)
    top = _TOP.search(source)
    if top is None or top[1] != function:
        raise ConversionError(
            f"{function}.cpp", f"must define {function} with one input", None, _REMEDY
        )
    ports = _PORT.findall(top[5])
    if len(project.calls) != source.count("nnet::") - source.count("nnet::load_weights"):
        raise ConversionError(
            f"{function}.cpp", "must call known functions only", "others", _REMEDY
        )
    made = {top[3]: INPUT_PORT}  # name of the layer behind each array
    arrays = {top[3]: (top[2], int(top[4]))}  # its type and size
    arrays |= {v: (kind, int(size)) for kind, v, size in (*ports, *_VARIABLE.findall(source))}
    layers = []
    for call in project.calls:
        layer = read_layer(project, call, made)
        size = project.size(call, "n_source") if call.function in WINDOWED else None
        for array, kind in zip(call.sources, call.kinds, strict=True):
            _check_array(f"the input of layer {layer.name}", arrays, array, kind, size)
        _check_array(
            f"the output of layer {layer.name}", arrays, call.output, call.result, layer.size
        )
        made[call.output] = layer.name
        layers.append(layer)
    outputs = tuple(made.get(variable, variable) for _, variable, _ in ports)
    return HardwareNetwork(
        name, INPUT_PORT, int(top[4]), project.kind(top[2]), tuple(layers), outputs
    )


def read_interval(folder: Path, name: str) -> int:
    """Clocks from one event to the next that the top function of a project asks for.

    Raises
    ------
    ConversionError
        If it does not say.
    """
    found: list[str] = _PIPELINE.findall(read_text(folder / "firmware" / f"{name}.cpp"))
    if len(found) != 1:
        raise ConversionError(
            f"{name}.cpp",
            "must ask for one interval, #pragma HLS PIPELINE II=...",
            f"{len(found)} of them",
            _REMEDY,
        )
    return int(found[0])


def _check_array(
    what: str,
    arrays: Mapping[str, tuple[str, int]],
    variable: str,
    kind: str,
    size: int | None = None,
) -> None:
    """Compare the declaration of an array with what a call takes it for."""
    declared = arrays.get(variable)
    wanted = (kind, declared[1] if size is None and declared else size)
    if declared != wanted:
        raise ConversionError(
            what,
            f"must be {wanted[1]} x {wanted[0]}",
            "undeclared" if declared is None else f"{declared[1]} x {declared[0]}",
            _REMEDY,
        )


def read_operators(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """Templates that compute each sum of products in a project, by layer and by key of `OPERATORS`.

    Raises
    ------
    ConversionError
        If a layer does not say.
    """
    project = ProjectText(folder, name)
    return {
        call.name: {member: project.member(call, member) for member in OPERATORS}
        for call in project.calls
        if call.function in SUMS
    }


def check_project(folder: Path, network: HardwareNetwork) -> None:
    """Read a project back and demand that it is this network, and can be simulated.

    Raises
    ------
    ConversionError
        With the first difference, or the first cast that the HLS headers cannot round.
    """
    for short in short_sources(network):
        raise ConversionError(
            f"what is rounded to the output of layer {short.layer.name}",
            f"must have at least the {short.bits} bits that are dropped",
            short.source,
            "convert the model again",
        )
    compare(read_project(folder, network.name), network)
    for layer, found in read_operators(folder, network.name).items():
        for member, wanted in OPERATORS.items():
            if found[member] != wanted:
                raise ConversionError(
                    f"{member} of layer {layer} as written",
                    f"must be {wanted}",
                    found[member],
                    _REMEDY,
                )
