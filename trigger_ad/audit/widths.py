"""Widths of a hardware network and its scores, checked for every input the port can carry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.convert.extract import DEFAULT_TYPE
from trigger_ad.ir.findings import Checked, Finding, too_narrow
from trigger_ad.ir.fixed import FixedPoint, Overflow
from trigger_ad.ir.layers.interval import Interval, rounded
from trigger_ad.ir.layers.linear import Linear, accumulator_range, product_range
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.rounding import short_sources
from trigger_ad.ir.layers.table import Layer
from trigger_ad.ir.score import Score

__all__ = ["HLS4ML_DEFAULT", "PROJECT_DEFAULT", "check_widths"]

#: What hls4ml gives an accumulator whose range it could not infer; it wraps.
HLS4ML_DEFAULT = FixedPoint(16, 6)

#: What this project gives to hls4ml for everything that has to be inferred.
PROJECT_DEFAULT = FixedPoint.parse(DEFAULT_TYPE)

Array = NDArray[Any]


def check_widths(
    network: HardwareNetwork,
    scores: Mapping[str, Score],
    minimum: Array,
    maximum: Array,
    beside: Collection[str] = (),
) -> Checked:
    """Find every accumulator, product, cast, weight and port of a score that can wrap or round.

    Parameters
    ----------
    network : HardwareNetwork
    scores : mapping of str to Score
        Their ports name layers of the network or its input, or what is beside it.
    minimum, maximum : ndarray (input_size,) of int64
        Raw bounds of each input.
    beside : collection of str, optional
        Ports that are not of the network; a block holds them against its preparation.

    Returns
    -------
    Checked
        Counts of ``accumulators``, ``products`` (of weights other than 0), ``casts``, ``weights``,
        ``biases``, ``types`` and ``score ports``. That an accumulator which wraps does so on
        the way to a sum that it holds is no fault (`accumulator_range`) but a warning.
    """
    low, high = (np.asarray(ends, dtype=np.int64) for ends in (minimum, maximum))
    port = Interval(low, high, network.input_type.fraction)
    dense = [layer for layer in network.layers if isinstance(layer, Linear)]
    findings = list(_default(network))
    if not dense:
        findings.append(
            Finding(f"network {network.name}", "must have a dense layer", None, "convert it again")
        )
    findings += _outside(
        f"range of {network.input_name}", "lies outside its type", port, network.input_type
    )
    intervals = network.intervals(low, high)
    for layer in network.layers:
        if isinstance(layer, Linear):
            findings += _dense(layer, intervals[layer.source])
        findings += _cast(layer, network.exact(layer, intervals))
    findings += _roundings(network)
    for score in scores.values():
        findings += _ports(score, intervals, beside)
    counts = {
        "accumulators": len(dense),
        "products": sum(layer.windows * int(np.count_nonzero(layer.weights)) for layer in dense),
        "casts": len(network.layers),
        "weights": sum(layer.weights.size for layer in dense),
        "biases": sum(layer.bias.size for layer in dense),
        "types": len(list(_types(network))),
        "score ports": sum(len(score.ports) for score in scores.values()),
    }
    return Checked(counts, tuple(findings))


def _types(network: HardwareNetwork) -> Iterator[tuple[str, FixedPoint]]:
    yield f"type of {network.input_name}", network.input_type
    for layer in network.layers:
        yield f"output of {layer.name}", layer.output
        if isinstance(layer, Linear):
            yield f"weights of {layer.name}", layer.weight_type
            yield f"bias of {layer.name}", layer.bias_type
            yield f"accumulator of {layer.name}", layer.accumulator


def _default(network: HardwareNetwork) -> Iterator[Finding]:
    for name, kind in _types(network):
        if kind.exact() == PROJECT_DEFAULT:
            yield Finding(
                name,
                "must be inferred",
                f"left at the project default {PROJECT_DEFAULT}",
                "convert the model again",
            )


def _outside(name: str, problem: str, interval: Interval, kind: FixedPoint) -> Iterator[Finding]:
    low, high = int(interval.minimum.min()), int(interval.maximum.max())
    if not kind.contains(low, high, interval.fraction):
        needed = FixedPoint.holding(low, high, interval.fraction)
        yield too_narrow(name, problem, low, high, kind, needed)


def _dense(layer: Linear, source: Interval) -> Iterator[Finding]:
    for part, values, kind in (
        ("weights", layer.weights, layer.weight_type),
        ("bias", layer.bias, layer.bias_type),
    ):
        raw = Interval(values, values, kind.fraction)
        yield from _outside(f"{part} of {layer.name}", "lies outside its type", raw, kind)
    low, high, fraction = accumulator_range(layer, source)
    needed = FixedPoint.holding(low, high, fraction)
    name = f"accumulator of {layer.name}"
    if not layer.accumulator.contains(low, high, fraction):
        rounds = layer.accumulator.fraction < needed.fraction
        problem = "rounds every product" if rounds else "can overflow"
        if layer.accumulator.exact() == HLS4ML_DEFAULT:
            problem += ", being hls4ml's default that was never inferred"
        yield too_narrow(name, problem, low, high, layer.accumulator, needed)
        return
    if layer.accumulator == HLS4ML_DEFAULT and needed.exact() != HLS4ML_DEFAULT:
        yield _warning(
            too_narrow(name, "", low, high, f"left at hls4ml's default {HLS4ML_DEFAULT}", needed),
            "convert the model again; it is wide enough by luck",
        )
    yield from _product(layer, source)


def _product(layer: Linear, source: Interval) -> Iterator[Finding]:
    """A product has the type of the accumulator; one that wraps is made good by the sum."""
    low, high, fraction = product_range(layer, source)
    shift = fraction - layer.accumulator.fraction
    # What lies below is 0 in every product, or the accumulator would round.
    low, high = (end >> shift if shift > 0 else end << -shift for end in (low, high))
    if low < layer.accumulator.minimum or high > layer.accumulator.maximum:
        found = layer.accumulator
        needed = FixedPoint.holding(low, high, found.fraction)
        yield _warning(
            too_narrow(f"product of {layer.name}", "", low, high, found, needed),
            f"nothing need be done, for the sum fits and comes out right modulo 2**{found.width}",
        )


def _warning(finding: Finding, remedy: str) -> Finding:
    rule = finding.rule.replace("must", "should", 1)
    return replace(finding, rule=rule, remedy=remedy, fatal=False)


def _cast(layer: Layer, exact: Interval) -> Iterator[Finding]:
    kind = layer.output
    if kind.overflow is not Overflow.WRAP:
        return
    low, high = rounded(kind, exact)
    if min(low) < kind.minimum or max(high) > kind.maximum:
        needed = FixedPoint.holding(min(low), max(high), kind.fraction)
        yield too_narrow(f"output of {layer.name}", "can wrap", min(low), max(high), kind, needed)


def _roundings(network: HardwareNetwork) -> Iterator[Finding]:
    """Casts with which a simulation would end its process."""
    for short in short_sources(network):
        yield Finding(
            f"what is rounded to the output of {short.layer.name}",
            f"must have at least the {short.bits} bits that are dropped",
            str(short.source),
            "convert the model again",
        )


def _ports(
    score: Score, intervals: Mapping[str, Interval], beside: Collection[str]
) -> Iterator[Finding]:
    """What reaches a score beyond the range its own widths were derived from."""
    for name, port in score.ports.items():
        if name in beside and name not in intervals:
            continue
        if name not in intervals:
            yield Finding(
                f"port {name} of score {score.name}",
                "must be a layer of the network",
                None,
                "bind the scores to this network",
            )
            continue
        found, expected = intervals[name], port.signal
        if (
            found.fraction != expected.fraction
            or len(found.minimum) != len(expected.minimum)
            or np.any(found.minimum < expected.minimum)
            or np.any(found.maximum > expected.maximum)
        ):
            low, high = int(found.minimum.min()), int(found.maximum.max())
            finding = too_narrow(
                f"port {name} of score {score.name}",
                "carries values the score was not sized for",
                low,
                high,
                port.type,
                FixedPoint.holding(low, high, found.fraction),
            )
            bounds = f"{port.size} x {port.type} from {min(expected.minimum)} to "
            yield replace(finding, found=bounds + str(max(expected.maximum)))
