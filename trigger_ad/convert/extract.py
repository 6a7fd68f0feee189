"""HardwareNetwork from hls4ml's graph, after its passes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError, FixedPointError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import Layer

__all__ = ["DEFAULT_TYPE", "INPUT_PORT", "network_from_graph"]

#: Given to hls4ml as the type of what it cannot infer; finding it means a missing inference.
DEFAULT_TYPE = "fixed<61,17>"

#: Name of the input port in the record and in scores; the C++ has a name of its own for it.
INPUT_PORT = "input"

#: Merging layers of hls4ml over flat vectors.
_MERGES = {"add": How.ADD, "concatenate1d": How.CONCATENATE}

_REMEDY = "report the network; hls4ml inferred something this version does not know"


def network_from_graph(graph: Any, name: str) -> HardwareNetwork:
    """Read every width and weight that hls4ml writes into the project.

    Parameters
    ----------
    graph : hls4ml.model.ModelGraph
        Converted with `DEFAULT_TYPE` as its default type.
    name : str
        Of the network.

    Raises
    ------
    ConversionError
        If a layer is unknown or unquantised, a type is not a binary fixed-point type, was
        not inferred, or does not hold its weights.
    """
    nodes = list(graph.graph.values())
    ports = [node for node in nodes if node.class_name == "Input"]
    if len(ports) != 1:
        raise ConversionError(f"network {name}", "must have one input", len(ports), _REMEDY)
    (port,) = ports
    layers = tuple(_layer(node, port.name) for node in nodes if node is not port)
    (size,) = port.get_output_variable().shape
    return HardwareNetwork(name, INPUT_PORT, int(size), _result(port), layers, tuple(graph.outputs))


def _layer(node: Any, port: str) -> Layer:
    name, output = node.name, _result(node)
    sources = tuple(INPUT_PORT if source == port else source for source in node.inputs)
    function = node.get_attr("activation")
    if node.class_name in ("Merge", "Concatenate") and node.get_attr("op") in _MERGES:
        (size,) = node.get_output_variable().shape
        return Merge(name, sources, _MERGES[node.get_attr("op")], int(size), output)
    if len(sources) != 1:
        raise ConversionError(f"layer {name}", "must have one source", node.inputs, _REMEDY)
    (source,) = sources
    if node.class_name in ("Dense", "LinearWindows"):
        return _sums(node, source)
    if node.class_name == "MaximumWindows":
        return Maximum(name, source, node.get_attr("places"), output)
    if node.class_name == "Activation" and function in ("relu", "linear"):
        return Cast(name, source, int(node.get_attr("n_in")), output, function == "relu")
    raise ConversionError(
        f"layer {name}",
        "must be a sum of products, a maximum, a merge, a ReLU or a change of type",
        f"{node.class_name} {function or ''}".strip(),
        "build the score from such layers",
    )


def _sums(node: Any, source: str) -> Linear:
    weight_type, bias_type = _type(node, "weight_t"), _type(node, "bias_t")
    kernel = _integers(node, "weight", weight_type)
    return Linear(
        node.name,
        source,
        kernel.reshape(node.get_attr("n_in"), node.get_attr("n_out")),
        weight_type,
        _integers(node, "bias", bias_type),
        bias_type,
        _type(node, "accum_t"),
        _result(node),
        node.get_attr("places"),
    )


def _result(node: Any) -> FixedPoint:
    return _parse(node.name, "result", node.get_output_variable().type.precision)


def _type(node: Any, key: str) -> FixedPoint:
    return _parse(node.name, key.removesuffix("_t"), node.get_attr(key).precision)


def _parse(layer: str, what: str, precision: Any) -> FixedPoint:
    name = f"the {what} type of layer {layer}"
    try:
        kind = FixedPoint.parse(str(precision))
    except FixedPointError:
        raise ConversionError(
            name, "must be a binary fixed-point type", precision, _REMEDY
        ) from None
    if kind == FixedPoint.parse(DEFAULT_TYPE):
        raise ConversionError(name, "must be inferred", "left at the default", _REMEDY)
    return kind


def _integers(node: Any, key: str, kind: FixedPoint) -> NDArray[np.int64]:
    """Weights as raw integers of their type, exactly."""
    real = np.asarray(node.weights[key].data, dtype=np.float64)
    raw = np.ldexp(real, kind.fraction)
    exact = (raw == np.rint(raw)) & (raw >= kind.minimum) & (raw <= kind.maximum)
    if not np.all(exact):
        raise ConversionError(
            f"the {key} of layer {node.name}",
            f"must be values of {kind}",
            real[~exact].flat[0],
            "use quantizers with a power-of-two scale",
        )
    return raw.astype(np.int64)
