"""What a written HLS project says, read back from its text.

hls4ml writes the project from its own graph, after the record was filled from it. So the
files are read again and compared: types, shapes, connections and every weight, both as the
constants of synthesis and as the text that a simulation loads.
"""

from __future__ import annotations

import re
from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.extract import INPUT_PORT
from trigger_ad.errors import ConversionError, FixedPointError
from trigger_ad.fixed import FixedPoint
from trigger_ad.network import Cast, Dense, HardwareNetwork, Layer

__all__ = ["check_project", "compare", "read_interval", "read_project"]

_REMEDY = "convert the model again; do not edit the project by hand"

_TYPEDEF = re.compile(r"typedef (ap_u?fixed<[^;]*>) (\w+);")
_TOP = re.compile(r"void (\w+)\(\s*(\w+) (\w+)\[(\d+)\],\s*([^)]*)\)")
_PORT = re.compile(r"(\w+) (\w+)\[(\d+)\]")
_CALL = re.compile(r"nnet::(\w+)<(\w+), (\w+), (\w+)>\(([^)]*)\); // (\w+)")
_CONFIG = re.compile(r"struct (\w+) : nnet::\w+ \{(.*?)\n\};", re.S)
_MEMBER = re.compile(r"static const unsigned (\w+) = (\d+);|typedef (\w+) (\w+);")
_PIPELINE = re.compile(r"^ *#pragma HLS PIPELINE II=(\d+)$", re.M)
_ARRAY = re.compile(r"(\w+) (\w+)\[(\d+)\] = \{([^}]*)\}")


class _Project:
    """The parsed text of a project."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / "firmware"
        self.name = name
        self.types = {n: self._kind(n, t) for t, n in _TYPEDEF.findall(self._read("defines.h"))}
        self.top = self._read(f"{name}.cpp")
        self.configs: dict[str, dict[str, str]] = {}
        for struct, body in _CONFIG.findall(self._read("parameters.h")):
            members = _MEMBER.findall(body)
            self.configs[struct] = {a or d: b or c for a, b, c, d in members}

    def _read(self, file: str) -> str:
        try:
            return (self.folder / file).read_text(encoding="utf-8")
        except OSError as error:
            raise ConversionError(
                str(self.folder / file), "must be readable", error.strerror, _REMEDY
            ) from None

    def _kind(self, name: str, text: str) -> FixedPoint:
        try:
            return FixedPoint.parse(text)
        except FixedPointError:
            raise ConversionError(
                f"type {name}", "must be a fixed-point type", text, _REMEDY
            ) from None

    def kind(self, name: str) -> FixedPoint:
        if name not in self.types:
            raise ConversionError(f"type {name}", "must be defined", "absent", _REMEDY)
        return self.types[name]

    def weights(self, variable: str) -> tuple[FixedPoint, NDArray[np.int64]]:
        """Type and raw values of an array, equal in its header and its text file."""
        match = _ARRAY.search(self._read(f"weights/{variable}.h"))
        if match is None:
            raise ConversionError(
                f"array {variable}", "must have its values in its header", "none", _REMEDY
            )
        kind = self.kind(match[1])
        raw = _numbers(variable, match[4], kind)
        if len(raw) != int(match[3]):
            raise ConversionError(
                f"array {variable}", f"must have {match[3]} values", len(raw), _REMEDY
            )
        if not np.array_equal(raw, _numbers(variable, self._read(f"weights/{variable}.txt"), kind)):
            raise ConversionError(
                f"array {variable}", "must be equal in its header and its text file",
                "different", _REMEDY,
            )  # fmt: skip
        return kind, raw


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
        Of the project; its top function lies in ``firmware/<name>.cpp``.
    name : str
        Of the network and its top function.

    Raises
    ------
    ConversionError
        If the text is not that of a chain of dense layers, ReLUs and changes of type.
    """
    project = _Project(folder, name)
    top = _TOP.search(project.top)
    if top is None or top[1] != name:
        raise ConversionError(
            f"{name}.cpp", f"must define {name} with one input", "no such function", _REMEDY
        )
    ports = _PORT.findall(top[5])
    calls = _CALL.findall(project.top)
    if len(calls) != project.top.count("nnet::") - project.top.count("nnet::load_weights"):
        raise ConversionError(f"{name}.cpp", "must call known functions only", "others", _REMEDY)
    made = {top[3]: INPUT_PORT}  # name of the layer behind each array
    layers = []
    for call in calls:
        arguments = call[4].split(", ")
        layer = _layer(project, call, arguments, made)
        made[arguments[1]] = layer.name
        layers.append(layer)
    outputs = tuple(made[variable] for _, variable, _ in ports)
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
    found: list[str] = _PIPELINE.findall(_Project(folder, name).top)
    if len(found) != 1:
        raise ConversionError(
            f"{name}.cpp", "must ask for one interval, #pragma HLS PIPELINE II=...",
            f"{len(found)} of them", _REMEDY,
        )  # fmt: skip
    return int(found[0])


def _layer(
    project: _Project, call: tuple[str, ...], arguments: list[str], made: dict[str, str]
) -> Layer:
    function, _, result, struct, _, name = call
    members = project.configs.get(struct, {})
    source = made.get(arguments[0])
    if source is None:
        raise ConversionError(f"layer {name}", "must read an earlier layer", arguments[0], _REMEDY)
    if function in ("relu", "linear"):
        return Cast(name, source, int(members["n_in"]), project.kind(result), function == "relu")
    if function != "dense":
        raise ConversionError(f"layer {name}", "must be dense, relu or linear", function, _REMEDY)
    weight_type, weights = project.weights(arguments[2])
    bias_type, bias = project.weights(arguments[3])
    for member, kind in (("weight_t", weight_type), ("bias_t", bias_type)):
        if project.kind(members[member]) != kind:
            raise ConversionError(
                f"{member} of layer {name}", f"must be {kind}", project.kind(members[member]),
                _REMEDY,
            )  # fmt: skip
    return Dense(
        name,
        source,
        weights.reshape(int(members["n_in"]), int(members["n_out"])),
        weight_type,
        bias,
        bias_type,
        project.kind(members["accum_t"]),
        project.kind(result),
    )


def compare(written: HardwareNetwork, network: HardwareNetwork) -> None:
    """Demand that two records are equal in everything.

    Raises
    ------
    ConversionError
        With the first difference.
    """
    _compare(f"network {network.name}", written, network, skip=("layers",))
    names = [[layer.name for layer in record.layers] for record in (written, network)]
    if names[0] != names[1]:
        raise ConversionError(
            f"network {network.name} as written", f"must have the layers {', '.join(names[1])}",
            ", ".join(names[0]), _REMEDY,
        )  # fmt: skip
    for left, right in zip(written.layers, network.layers, strict=True):
        _compare(f"layer {right.name}", left, right)


def _compare(name: str, left: object, right: object, skip: tuple[str, ...] = ()) -> None:
    if type(left) is not type(right):
        raise ConversionError(
            f"{name} as written", f"must be {type(right).__name__}", type(left).__name__, _REMEDY
        )
    for field in fields(left):  # type: ignore[arg-type]
        if field.name in skip:
            continue
        ours, theirs = getattr(right, field.name), getattr(left, field.name)
        if not np.array_equal(ours, theirs):
            array = isinstance(ours, np.ndarray)
            raise ConversionError(
                f"{field.name} of {name} as written",
                "must be that of the record" if array else f"must be {ours}",
                "different" if array else theirs,
                _REMEDY,
            )


def check_project(folder: Path, network: HardwareNetwork) -> None:
    """Read a project back and demand that it is this network.

    Raises
    ------
    ConversionError
        With the first difference.
    """
    compare(read_project(folder, network.name), network)
