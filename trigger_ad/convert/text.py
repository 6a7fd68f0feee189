"""The text of a written HLS project: types, configurations, calls and weights by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.differences import REMEDY as _REMEDY
from trigger_ad.convert.extract import DEFAULT_TYPE
from trigger_ad.errors import ConversionError, FixedPointError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.places import Places

__all__ = ["Call", "ProjectText", "network_function", "read_text"]

#: What hls4ml calls the type of whatever it did not infer.
_DEFAULT_NAME = "model_default_t"


_TYPEDEF = re.compile(r"typedef ([^;]*\S) +(\w+);")
_CALL = re.compile(r"nnet::(\w+)<([\w, ]+)>\(([^)]*)\); // (\w+)")
_CONFIG = re.compile(r"struct (\w+) : nnet::\w+ \{(.*?)\n\};", re.S)
_MEMBER = re.compile(
    r"static const \w+ (\w+) = ([\w:]+);|typedef (\w+) (\w+);|using (\w+) = ([\w:]+)<"
)
_LOAD = re.compile(r'nnet::load_weights_from_txt<(\w+), (\d+)>\((\w+), "([^"]*)"\);')
_ARRAY = re.compile(r"(\w+) (\w+)\[(\d+)\] = \{([^}]*)\}")
#: A second table or function, one under a condition, or one that is not of numbers.
_BESIDE = re.compile(r"\bplaces?\b|#")
_NUMBER = re.compile(r"-?\d+")
_PLACES = re.compile(
    r"static int place\(unsigned index\) \{\n"
    r" *#pragma HLS INLINE\n"
    r" *static const int places\[n_windows \* n_in\] = "
    r"\{(\s*-?\d{1,9}(?:,\s+-?\d{1,9})*)\};\n"
    r" *return places\[index\];\n"
    r" *\}\n"
)


@dataclass(frozen=True)
class Call:
    """A call of a function of hls4ml, or of one that reads windows.

    Parameters
    ----------
    function, name : str
        Without the namespace; of the layer.
    kinds : tuple of str
        Names of the types of its sources.
    result, configuration : str
        Name of the type of the result, and of the structure that configures it.
    sources : tuple of str
        Arrays that it reads.
    output : str
        Array that it fills.
    arrays : tuple of str
        Weights and biases.
    """

    function: str
    name: str
    kinds: tuple[str, ...]
    result: str
    configuration: str
    sources: tuple[str, ...]
    output: str
    arrays: tuple[str, ...]

    @classmethod
    def of(cls, match: tuple[str, str, str, str]) -> Call:
        """Call of a match of the pattern of calls."""
        function, templates, arguments, name = match
        *kinds, result, configuration = templates.split(", ")
        values = arguments.split(", ")
        sources, (output, *arrays) = values[: len(kinds)], values[len(kinds) :]
        return cls(
            function,
            name,
            tuple(kinds),
            result,
            configuration,
            tuple(sources),
            output,
            tuple(arrays),
        )


def network_function(name: str) -> str:
    """Function that computes a network, of which its files have the name.

    The name of the network alone is that of its top, which has ports and calls this.
    """
    return f"{name}_network"


class ProjectText:
    """The parsed text of a project.

    Parameters
    ----------
    folder : Path
    name : str
        Of the network.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / "firmware"
        self.name = name
        self.types = {n: text for text, n in _TYPEDEF.findall(self._read("defines.h"))}
        self.source = self._read(f"{network_function(name)}.cpp")
        self.loads = {v: (kind, size, file) for kind, size, v, file in _LOAD.findall(self.source)}
        self.calls = [Call.of(match) for match in _CALL.findall(self.source)]
        self.configs: dict[str, dict[str, str]] = {}
        self._bodies = dict(_CONFIG.findall(self._read("parameters.h")))
        for struct, body in self._bodies.items():
            members = _MEMBER.findall(body)
            self.configs[struct] = {a or d or e: b or c or f for a, b, c, d, e, f in members}
        for kind in self.types:
            self._refuse_default(kind)

    def _read(self, file: str) -> str:
        return read_text(self.folder / file)

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
        """Type of a name."""
        if name not in self.types:
            raise ConversionError(f"type {name}", "must be defined", None, _REMEDY)
        try:
            return FixedPoint.parse(self.types[name])
        except FixedPointError:
            raise ConversionError(
                f"type {name}", "must be a fixed-point type", self.types[name], _REMEDY
            ) from None

    def member(self, call: Call, member: str) -> str:
        """One entry of the structure that configures a layer.

        The base structures of hls4ml have entries of their own, floating-point types among
        them, so nothing may be left out.
        """
        layer, found = call.name, self.configs.get(call.configuration, {}).get(member)
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

    def size(self, call: Call, member: str) -> int:
        """An entry that is a number."""
        found = self.member(call, member)
        if not found.isdecimal():
            raise ConversionError(
                f"{member} of layer {call.name}", "must be a number", found, _REMEDY
            )
        return int(found)

    def places(self, call: Call) -> Places:
        """Table of places (windows, elements of a window) of a layer."""
        shape = tuple(self.size(call, member) for member in ("n_windows", "n_in"))
        body = self._bodies.get(call.configuration, "") + "\n"
        rest = _PLACES.sub("", body)
        if _BESIDE.search(rest):
            raise ConversionError(
                f"the places of layer {call.name}",
                "must be one table of whole numbers, with nothing else of the name",
                None,
                _REMEDY,
            )
        found = _PLACES.search(body)
        numbers = [] if found is None else [int(word) for word in _NUMBER.findall(found[1])]
        if len(numbers) != shape[0] * shape[1]:
            raise ConversionError(
                f"the places of layer {call.name}",
                f"must be {shape[0]} windows of {shape[1]}",
                f"{len(numbers)} numbers",
                _REMEDY,
            )
        return np.array(numbers, dtype=np.int32).reshape(shape)

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


def read_text(path: Path) -> str:
    """Text of a file of a project.

    Raises
    ------
    ConversionError
        If it cannot be read.
    """
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
