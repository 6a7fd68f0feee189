"""Estimate of look-up tables and DSP slices from the hardware network, before any tool has run.

The model: a product with a constant is a sum of shifted inputs, one for each non-zero digit
of the constant in canonical signed digits (Reitwiesner 1960; Avizienis 1961), and an adder or
subtractor costs one look-up table for each bit of its result (Xilinx UG574, carry chains).
Nothing is shared between outputs, so that tools which share partial sums need fewer. Products
of two variables take DSP48E2 slices of 27 x 18 bits (UG579). Flip-flops and latency follow
from the pipelining that a tool chooses and stay unknown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.words import scaled_range
from trigger_ad.ir.expression import OPERATIONS, PORT, walk
from trigger_ad.ir.fixed import Overflow, Rounding
from trigger_ad.ir.network import Dense, Interval, Layer, accumulator_needed, rounded
from trigger_ad.ir.score import Score
from trigger_ad.ledger.rows import ResourceRow, ResourceStage
from trigger_ad.trigger.hardware import Block

__all__ = ["estimate", "nonzero_digits"]


def nonzero_digits(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count non-zero canonical signed digits of integers, as int64 of the same shape."""
    magnitude = np.abs(values)
    half = magnitude >> 1
    return np.bitwise_count(half ^ (magnitude + half)).astype(np.int64)


def estimate(block: Block) -> ResourceRow:
    """Estimate the resources of a network with its scores, fully parallel."""
    network = block.network
    intervals = network.intervals(*(bound.astype(np.int64) for bound in scaled_range(block.layout)))
    lut = dsp = 0
    for layer in network.layers:
        source = intervals[layer.source]
        if isinstance(layer, Dense):
            lut += _dense(layer, source)
        lut += _cast(layer, network.exact(layer, source))
    for score in block.scores.values():
        more = _score(score)
        lut, dsp = lut + more[0], dsp + more[1]
    note = "an estimate: signed-digit adders, nothing shared, no tool has seen the design"
    return ResourceRow(
        ResourceStage.ESTIMATE, "trigger_ad", lut=lut, dsp=dsp, bram=0, uram=0, note=note
    )


def _dense(layer: Dense, source: Interval) -> int:
    terms = nonzero_digits(layer.weights).sum(axis=0) + (layer.bias != 0)
    adders = int(np.maximum(terms - 1, 0).sum())
    return adders * accumulator_needed(layer, source).width


def _cast(layer: Layer, exact: Interval) -> int:
    """One adder where bits are rounded, one multiplexer where values are clipped."""
    kind = layer.output
    low, high = rounded(kind, exact)
    cost = 0
    if exact.fraction > kind.fraction and kind.rounding is not Rounding.DOWN:
        cost += kind.width
    if kind.overflow is Overflow.SATURATE and (min(low) < kind.minimum or max(high) > kind.maximum):
        cost += kind.width
    return cost * layer.size


def _score(score: Score) -> tuple[int, int]:
    costs = [
        OPERATIONS[node.operation].cost(score.typed.call(node))
        for node in walk([score.expression])
        if node.operation != PORT
    ]
    return sum(cost.lut for cost in costs), sum(cost.dsp for cost in costs)
