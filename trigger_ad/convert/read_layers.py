"""Layers of a record from the calls of a written HLS project, one reader for each function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from trigger_ad.convert.differences import REMEDY as _REMEDY
from trigger_ad.convert.text import Call, ProjectText
from trigger_ad.errors import ConversionError
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.table import Layer

__all__ = ["SUMS", "WINDOWED", "read_layer"]

#: Functions that compute sums of products.
SUMS = ("dense", "linear_windows")

#: Functions of ``nnet_windows.h``, whose configurations have a table of places.
WINDOWED = ("linear_windows", "maximum_windows")


def read_layer(project: ProjectText, call: Call, made: Mapping[str, str]) -> Layer:
    """Read the layer of a call.

    Parameters
    ----------
    project : ProjectText
    call : Call
    made : mapping of str to str
        Name of the layer behind each array that was filled before.

    Raises
    ------
    ConversionError
        If nobody knows the function, it reads something else, or its parts do not fit.
    """
    sources = []
    for array in call.sources:
        if array not in made:
            raise ConversionError(
                f"layer {call.name}", "must read an earlier layer", array, _REMEDY
            )
        sources.append(made[array])
    reader = _READERS.get(call.function)
    if reader is None:
        rule = f"must be one of {', '.join(_READERS)}"
        raise ConversionError(f"layer {call.name}", rule, call.function, _REMEDY)
    wanted = 2 if call.function in SUMS else 0
    if len(call.arrays) != wanted:
        raise ConversionError(
            f"layer {call.name}, {call.function},",
            f"must be given {wanted} arrays besides its sources and its result",
            len(call.arrays),
            _REMEDY,
        )
    return reader(project, call, tuple(sources))


def _activation(project: ProjectText, call: Call, sources: tuple[str, ...]) -> Cast:
    size = project.size(call, "n_in")
    return Cast(call.name, sources[0], size, project.kind(call.result), call.function == "relu")


def _sums(project: ProjectText, call: Call, sources: tuple[str, ...]) -> Linear:
    name = call.name
    weight_type, weights = project.weights(call.arrays[0])
    bias_type, bias = project.weights(call.arrays[1])
    for member, kind in (("weight_t", weight_type), ("bias_t", bias_type)):
        found = project.kind(project.member(call, member))
        if found != kind:
            raise ConversionError(f"{member} of layer {name}", f"must be {kind}", found, _REMEDY)
    shape = tuple(project.size(call, member) for member in ("n_in", "n_out"))
    if (shape[0] * shape[1], shape[1]) != (len(weights), len(bias)):
        raise ConversionError(
            f"layer {name}",
            f"must have weights for {shape[0]} inputs and {shape[1]} outputs",
            f"{len(weights)} and {len(bias)} biases",
            _REMEDY,
        )
    return Linear(
        name,
        sources[0],
        weights.reshape(shape),
        weight_type,
        bias,
        bias_type,
        project.kind(project.member(call, "accum_t")),
        project.kind(call.result),
        project.places(call) if call.function == "linear_windows" else None,
    )


def _maximum(project: ProjectText, call: Call, sources: tuple[str, ...]) -> Maximum:
    return Maximum(call.name, sources[0], project.places(call), project.kind(call.result))


def _sum_of_two(project: ProjectText, call: Call, sources: tuple[str, ...]) -> Merge:
    sizes = {project.size(call, member) for member in ("n_elem", "n_elem1", "n_elem2")}
    if len(sizes) != 1:
        found = ", ".join(str(size) for size in sorted(sizes))
        raise ConversionError(f"layer {call.name}", "must add equal sizes", found, _REMEDY)
    return Merge(call.name, sources, How.ADD, sizes.pop(), project.kind(call.result))


def _concatenation(project: ProjectText, call: Call, sources: tuple[str, ...]) -> Merge:
    size = project.size(call, "n_elem1_0") + project.size(call, "n_elem2_0")
    return Merge(call.name, sources, How.CONCATENATE, size, project.kind(call.result))


_READERS: Mapping[str, Callable[[ProjectText, Call, tuple[str, ...]], Layer]] = MappingProxyType(
    {
        "dense": _sums,
        "linear_windows": _sums,
        "maximum_windows": _maximum,
        "add": _sum_of_two,
        "concatenate1d": _concatenation,
        "relu": _activation,
        "linear": _activation,
    }
)
