"""What a written HLS project says, read back from its text.

hls4ml writes the project from its own graph, after the record was filled from it. So the
files are read again and compared: types, shapes, connections and every weight, both as the
constants of synthesis and as the text that a simulation loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.differences import REMEDY as _REMEDY
from trigger_ad.convert.differences import compare
from trigger_ad.convert.extract import DEFAULT_TYPE, INPUT_PORT
from trigger_ad.errors import ConversionError, FixedPointError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.table import Layer
from trigger_ad.ir.network import HardwareNetwork
from trigger_ad.ir.rounding import short_sources

__all__ = [
    "OPERATORS",
    "check_project",
    "network_function",
    "read_interval",
    "read_operators",
    "read_project",
]


#: What a dense layer must be computed with: every product has all its bits, and sums are taken
#: in the type of the accumulator.
OPERATORS: Mapping[str, str] = MappingProxyType(
    {"kernel": "nnet::DenseLatency", "product": "nnet::product::mult"}
)

#: What hls4ml calls the type of whatever it did not infer.
_DEFAULT_NAME = "model_default_t"


def network_function(name: str) -> str:
    """Function that computes a network, of which its files have the name.

    The name of the network alone is that of its top, which has ports and calls this.
    """
    return f"{name}_network"


_TYPEDEF = re.compile(r"typedef ([^;]*\S) +(\w+);")
_TOP = re.compile(r"void (\w+)\(\s*(\w+) (\w+)\[(\d+)\],\s*([^)]*)\)")
_PORT = re.compile(r"(\w+) (\w+)\[(\d+)\]")
_CALL = re.compile(r"nnet::(\w+)<(\w+), (\w+), (\w+)>\(([^)]*)\); // (\w+)")
_CONFIG = re.compile(r"struct (\w+) : nnet::\w+ \{(.*?)\n\};", re.S)
_MEMBER = re.compile(
    r"static const \w+ (\w+) = ([\w:]+);|typedef (\w+) (\w+);|using (\w+) = ([\w:]+)<"
)
_VARIABLE = re.compile(r"^ *(\w+) (\w+)\[(\d+)\];", re.M)
_LOAD = re.compile(r'nnet::load_weights_from_txt<(\w+), (\d+)>\((\w+), "([^"]*)"\);')
_PIPELINE = re.compile(r"^ *#pragma HLS PIPELINE II=(\d+)$", re.M)
_ARRAY = re.compile(r"(\w+) (\w+)\[(\d+)\] = \{([^}]*)\}")


class _Project:
    """The parsed text of a project."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / "firmware"
        self.name = name
        self.types = {n: text for text, n in _TYPEDEF.findall(self._read("defines.h"))}
        self.source = self._read(f"{network_function(name)}.cpp")
        self.loads = {v: (kind, size, file) for kind, size, v, file in _LOAD.findall(self.source)}
        self.configs: dict[str, dict[str, str]] = {}
        for struct, body in _CONFIG.findall(self._read("parameters.h")):
            members = _MEMBER.findall(body)
            self.configs[struct] = {a or d or e: b or c or f for a, b, c, d, e, f in members}
        for kind in self.types:
            self._refuse_default(kind)

    def _read(self, file: str) -> str:
        return _text(self.folder / file)

    def _refuse_default(self, name: str) -> None:
        text = self.types.get(name, "").replace("ap_", "")
        if name == _DEFAULT_NAME or text in (_DEFAULT_NAME, DEFAULT_TYPE):
            raise ConversionError(
                f"type {name}",
                "must be inferred",
                f"left at the default {self.types.get(name, _DEFAULT_NAME)}",
                _REMEDY,
            )

    def kind(self, name: str) -> FixedPoint:
        if name not in self.types:
            raise ConversionError(f"type {name}", "must be defined", None, _REMEDY)
        try:
            return FixedPoint.parse(self.types[name])
        except FixedPointError:
            raise ConversionError(
                f"type {name}", "must be a fixed-point type", self.types[name], _REMEDY
            ) from None

    def member(self, layer: str, struct: str, member: str) -> str:
        """One entry of the structure that configures a layer.

        The base structures of hls4ml have entries of their own, floating-point types among
        them, so nothing may be left out.
        """
        found = self.configs.get(struct, {}).get(member)
        if found is None:
            raise ConversionError(f"{member} of layer {layer}", "must be given", None, _REMEDY)
        if found == _DEFAULT_NAME:
            raise ConversionError(
                f"{member} of layer {layer}",
                "must be inferred",
                f"left at the default {_DEFAULT_NAME}",
                _REMEDY,
            )
        return found

    def size(self, layer: str, struct: str, member: str) -> int:
        """An entry that is a number."""
        found = self.member(layer, struct, member)
        if not found.isdecimal():
            raise ConversionError(f"{member} of layer {layer}", "must be a number", found, _REMEDY)
        return int(found)

    def weights(self, variable: str) -> tuple[FixedPoint, NDArray[np.int64]]:
        """Type and raw values of an array, equal in its header and its text file."""
        match = _ARRAY.search(self._read(f"weights/{variable}.h"))
        if match is None:
            raise ConversionError(
                f"array {variable}", "must have its values in its header", None, _REMEDY
            )
        kind = self.kind(match[1])
        raw = _numbers(variable, match[4], kind)
        if len(raw) != int(match[3]):
            raise ConversionError(
                f"array {variable}", f"must have {match[3]} values", len(raw), _REMEDY
            )
        if not np.array_equal(raw, _numbers(variable, self._read(f"weights/{variable}.txt"), kind)):
            raise ConversionError(
                f"array {variable}",
                "must be equal in its header and its text file",
                "different",
                _REMEDY,
            )
        loaded, wanted = self.loads.get(variable), (match[1], match[3], f"{variable}.txt")
        if loaded != wanted:
            raise ConversionError(
                f"array {variable}",
                "must be loaded as {1} x {0} from {2}".format(*wanted),
                "nowhere" if loaded is None else "as {1} x {0} from {2}".format(*loaded),
                _REMEDY,
            )
        return kind, raw


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConversionError(path, "must be readable", error.strerror, _REMEDY) from None


def _numbers(name: str, text: str, kind: FixedPoint) -> NDArray[np.int64]:
    """Decimal numbers as raw integers of a type, exactly."""
    scale = Fraction(2) ** kind.fraction
    values = [Fraction(word) * scale for word in text.replace(",", " ").split()]
    for value in values:
        if value.denominator != 1 or not kind.minimum <= value <= kind.maximum:
            raise ConversionError(
                f"array {name}", f"must hold values of {kind}", float(value / scale), _REMEDY
            )
    return np.array([int(value) for value in values], dtype=np.int64)


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
        If the text is not that of a chain of dense layers, ReLUs and changes of type.
    """
    project = _Project(folder, name)
    source, function = project.source, network_function(name)
    top = _TOP.search(source)
    if top is None or top[1] != function:
        raise ConversionError(
            f"{function}.cpp", f"must define {function} with one input", None, _REMEDY
        )
    ports = _PORT.findall(top[5])
    calls = _CALL.findall(source)
    if len(calls) != source.count("nnet::") - source.count("nnet::load_weights"):
        raise ConversionError(
            f"{function}.cpp", "must call known functions only", "others", _REMEDY
        )
    made = {top[3]: INPUT_PORT}  # name of the layer behind each array
    arrays = {top[3]: (top[2], int(top[4]))}  # its type and size
    arrays |= {v: (kind, int(size)) for kind, v, size in (*ports, *_VARIABLE.findall(source))}
    layers = []
    for call in calls:
        arguments = call[4].split(", ")
        layer = _layer(project, call, arguments, made)
        _check_array(f"the input of layer {layer.name}", arrays, arguments[0], call[1])
        _check_array(f"the output of layer {layer.name}", arrays, arguments[1], call[2], layer.size)
        made[arguments[1]] = layer.name
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
    found: list[str] = _PIPELINE.findall(_text(folder / "firmware" / f"{name}.cpp"))
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


def _layer(
    project: _Project, call: tuple[str, ...], arguments: list[str], made: dict[str, str]
) -> Layer:
    function, _, result, struct, _, name = call
    source = made.get(arguments[0])
    if source is None:
        raise ConversionError(f"layer {name}", "must read an earlier layer", arguments[0], _REMEDY)
    if function in ("relu", "linear"):
        size = project.size(name, struct, "n_in")
        return Cast(name, source, size, project.kind(result), function == "relu")
    if function != "dense":
        raise ConversionError(f"layer {name}", "must be dense, relu or linear", function, _REMEDY)
    weight_type, weights = project.weights(arguments[2])
    bias_type, bias = project.weights(arguments[3])
    for member, kind in (("weight_t", weight_type), ("bias_t", bias_type)):
        found = project.kind(project.member(name, struct, member))
        if found != kind:
            raise ConversionError(f"{member} of layer {name}", f"must be {kind}", found, _REMEDY)
    shape = tuple(project.size(name, struct, member) for member in ("n_in", "n_out"))
    if (shape[0] * shape[1], shape[1]) != (len(weights), len(bias)):
        raise ConversionError(
            f"layer {name}",
            f"must have weights for {shape[0]} inputs and {shape[1]} outputs",
            f"{len(weights)} and {len(bias)} biases",
            _REMEDY,
        )
    return Linear(
        name,
        source,
        weights.reshape(shape),
        weight_type,
        bias,
        bias_type,
        project.kind(project.member(name, struct, "accum_t")),
        project.kind(result),
    )


def read_operators(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """Templates that compute each dense layer of a project, by layer and by key of `OPERATORS`.

    Raises
    ------
    ConversionError
        If a layer does not say.
    """
    project = _Project(folder, name)
    return {
        call[5]: {member: project.member(call[5], call[3], member) for member in OPERATORS}
        for call in _CALL.findall(project.source)
        if call[0] == "dense"
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
