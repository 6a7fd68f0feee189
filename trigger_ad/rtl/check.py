"""What must hold of a network, its scores and its words before they are traced."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.linear import Linear, accumulator_needed
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import Layer
from trigger_ad.ir.score import Score
from trigger_ad.trigger.hardware import Block

__all__ = ["MAX_OUTPUT_BITS", "MAX_WEIGHT_BITS", "check_traceable"]

#: The interpreter takes and gives float64, whose integers end here.
MAX_OUTPUT_BITS = 53

#: Matrices are handed over in float32.
MAX_WEIGHT_BITS = 24


def check_traceable(block: Block) -> None:
    """Refuse what a circuit could not compute exactly.

    Raises
    ------
    ConversionError
        If a score is another network's, an accumulator can wrap or round, or a
        number is wider than the traced representation carries.
    """
    network = block.network
    intervals = {} if network is None else network.intervals(*block.input_range)
    if network is not None:
        _check_layers(network, intervals)
    for score in block.scores.values():
        _check_score(score, intervals, set(block.beside))


def _check_layers(network: HardwareNetwork, intervals: Mapping[str, Interval]) -> None:
    for layer in network.layers:
        if isinstance(layer, Linear):
            _check_dense(layer, intervals[layer.source])
        _check_width(layer, network.exact(layer, intervals))
        _check_width(layer, intervals[layer.name])


def _check_dense(layer: Linear, source: Interval) -> None:
    needed = accumulator_needed(layer, source)
    if not layer.accumulator.contains(needed.minimum, needed.maximum, needed.fraction):
        raise ConversionError(
            f"the accumulator of layer {layer.name}",
            f"must hold sums of type {needed} ({needed.width} bits)",
            layer.accumulator,
            "widen it: the hardware would wrap or round",
        )
    bits = int(np.abs(layer.weights).max(initial=0)).bit_length()  # types may be wider
    if bits > MAX_WEIGHT_BITS:
        raise ConversionError(
            f"the weights of layer {layer.name}",
            f"must have at most {MAX_WEIGHT_BITS} bits besides the sign",
            bits,
            "use fewer bits",
        )


def _check_width(layer: Layer, interval: Interval) -> None:
    """Intervals of wires are float64, too."""
    ends = int(interval.minimum.min()), int(interval.maximum.max())
    width = FixedPoint.holding(*ends, interval.fraction).width
    if width > MAX_OUTPUT_BITS:
        raise ConversionError(
            f"what layer {layer.name} computes",
            f"must fit {MAX_OUTPUT_BITS} bits",
            width,
            "use narrower weights, biases or activations",
        )


def _check_score(score: Score, intervals: Mapping[str, Interval], beside: set[str]) -> None:
    for name, kind in score.ports.items():
        if name in beside and name not in intervals:
            continue
        found, signal = intervals.get(name), kind.signal
        if (
            found is None
            or found.fraction != signal.fraction
            or len(found.minimum) != len(signal.minimum)
            or np.any(found.minimum < signal.minimum)
            or np.any(found.maximum > signal.maximum)
        ):
            raise ConversionError(
                f"port {name} of score {score.name}",
                "must hold what the network gives",
                f"{kind.size} x {kind.type}",
                "build the score from the network's types",
            )
    if score.type.width > MAX_OUTPUT_BITS:
        raise ConversionError(
            f"score {score.name}",
            f"must fit {MAX_OUTPUT_BITS} bits",
            score.type.width,
            "shorten or saturate it",
        )
