"""Estimate of look-up tables and DSP slices from the hardware network, before any tool has run.

The model: a product with a constant is a sum of shifted inputs, one for each non-zero digit
of the constant in canonical signed digits (Reitwiesner 1960; Avizienis 1961), and an adder or
subtractor costs one look-up table for each bit of its result (Xilinx UG574, carry chains).
Nothing is shared between outputs, so that tools which share partial sums need fewer. Products
of two variables take DSP48E2 slices of 27 x 18 bits (UG579). Flip-flops and latency follow
from the pipelining that a tool chooses and stay unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.expression import OPERATIONS, PORT, Expression, walk
from trigger_ad.ir.fixed import Overflow, Rounding
from trigger_ad.ir.layers.interval import Interval, rounded
from trigger_ad.ir.layers.linear import Linear, accumulator_needed
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.places import NOTHING
from trigger_ad.ir.layers.table import Layer
from trigger_ad.ir.operations.operation import Cost
from trigger_ad.ir.typed import Typed
from trigger_ad.ledger.rows import ResourceRow, ResourceStage
from trigger_ad.trigger.hardware import Block, HardwareTrigger, Join

__all__ = ["estimate", "nonzero_digits"]


def nonzero_digits(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count non-zero canonical signed digits of integers, as int64 of the same shape."""
    magnitude = np.abs(values)
    half = magnitude >> 1
    return np.bitwise_count(half ^ (magnitude + half)).astype(np.int64)


def estimate(blocks: HardwareTrigger | Block) -> ResourceRow:
    """Estimate the resources of a trigger, or of one block of it, fully parallel.

    Thresholds, prescalers and counters are not in it.
    """
    found = blocks.blocks if isinstance(blocks, HardwareTrigger) else (blocks,)
    costs = [(block, _block(block)) for block in found]
    lut = sum(block.instances * cost.lut + _join(block) for block, cost in costs)
    dsp = sum(block.instances * cost.dsp for block, cost in costs)
    note = "an estimate: signed-digit adders, nothing shared, no tool has seen the design"
    return ResourceRow(
        ResourceStage.ESTIMATE, "trigger_ad", lut=lut, dsp=dsp, bram=0, uram=0, note=note
    )


def _block(block: Block) -> Cost:
    """Of one instance."""
    network = block.network
    lut = 0
    if network is not None:
        intervals = network.intervals(*block.input_range)
        for layer in network.layers:
            lut += _layer(layer, intervals) + _cast(layer, network.exact(layer, intervals))
    costs = [_expressions(score.typed, [score.expression]) for score in block.scores.values()]
    if block.prepare is not None:
        costs.append(_expressions(block.prepare.typed, list(block.prepare.outputs.values())))
    return Cost(lut + sum(cost.lut for cost in costs), sum(cost.dsp for cost in costs))


def _join(block: Block) -> int:
    """A comparison for each pair that is put in order, and one or two choices."""
    others = block.instances - 1
    width = sum(score.type.width for score in block.scores.values())
    if block.join is Join.LARGEST:
        return 2 * others * width
    return 3 * others * block.instances // 2 * width if block.join is Join.RANK else 0


def _layer(layer: Layer, intervals: Mapping[str, Interval]) -> int:
    """Adders of sums, window by window; a comparison and a choice of each pair of a maximum."""
    if isinstance(layer, Linear):
        terms = nonzero_digits(layer.weights).sum(axis=0) + (layer.bias != 0)
        adders = layer.windows * int(np.maximum(terms - 1, 0).sum())
        return adders * accumulator_needed(layer, intervals[layer.source]).width
    if isinstance(layer, Maximum):
        pairs = int((layer.places != NOTHING).sum()) - layer.size
        return 2 * pairs * layer.output.width
    if isinstance(layer, Merge) and layer.how is How.ADD:
        return (len(layer.sources) - 1) * layer.size * layer.output.width
    return 0


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


def _expressions(typed: Typed, expressions: Sequence[Expression]) -> Cost:
    costs = [
        OPERATIONS[node.operation].cost(typed.call(node))
        for node in walk(expressions)
        if node.operation != PORT
    ]
    return Cost(sum(cost.lut for cost in costs), sum(cost.dsp for cost in costs))
