"""Room in front of sums that are rounded away, which the HLS headers could not simulate."""

from __future__ import annotations

from copy import copy
from typing import Any

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint, Overflow
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.rounding import ShortSource, short_sources

__all__ = ["widen_sources"]


def widen_sources(graph: Any, network: HardwareNetwork) -> None:
    """Give sums of a graph as many bits as a cast behind them drops.

    The new bits repeat the sign, so that no value changes; synthesis finds the output constant.

    Parameters
    ----------
    graph : hls4ml.model.ModelGraph
    network : HardwareNetwork
        Its record, which is that of the old widths.

    Raises
    ------
    ConversionError
        If a cast drops more bits than a type can have, or all bits of values whose type is not ours
        to widen: that of a quantizer, which saturates elsewhere then, or of the port.
    """
    for short in short_sources(network):
        if short.bits > MAX_WIDTH:
            raise ConversionError(
                f"the output of layer {short.layer.name}",
                f"must drop at most {MAX_WIDTH} bits of its sums",
                short.bits,
                f"use fewer integer bits than the {short.layer.output.integer} of its type",
            )
        kind = _widened(graph, short)
        precision = copy(kind.precision)  # which others may share
        precision.integer += short.bits - precision.width
        precision.width = short.bits
        kind.precision = precision


def _widened(graph: Any, short: ShortSource) -> Any:
    """Named type of the sums: that of the accumulator, or of the layer that a cast reads."""
    if isinstance(short.layer, Linear):
        return graph.graph[short.of].get_attr("accum_t")
    node = graph.graph.get(short.of)
    kind = None if node is None else node.get_output_variable().type
    if kind is None or FixedPoint.parse(str(kind.precision)).overflow is Overflow.SATURATE:
        raise ConversionError(
            f"the output of layer {short.layer.name}",
            f"must keep a bit of what it reads from {short.of}",
            f"drop the lowest {short.bits} of {short.source}",
            "give both more bits, or binary points that lie closer together",
        )
    return kind
