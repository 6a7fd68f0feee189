"""Widths of a hardware network and its scores, checked for every input the port can carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.fixed import FixedPoint, Overflow
from trigger_ad.network import Dense, HardwareNetwork, Interval, Layer, accumulator_needed, rounded
from trigger_ad.score import Score

__all__ = ["HLS4ML_DEFAULT", "Finding", "audit", "require"]

#: What hls4ml gives an accumulator whose range it could not infer; it wraps.
HLS4ML_DEFAULT = FixedPoint(16, 6)

Array = NDArray[Any]


@dataclass(frozen=True)
class Finding:
    """Something in a network that can go wrong for some input.

    Parameters
    ----------
    layer : str
        Of the network, or a port of a score.
    part : str
        What of it: ``accumulator``, ``output``, ``weights``, ``bias``, ``range``.
    problem : str
        What can happen.
    minimum, maximum : int
        Raw range that is reached, in units of ``2**-needed.fraction``.
    type : FixedPoint
        Type that is there.
    needed : FixedPoint
        Narrowest type that holds the range.
    fatal : bool
        Whether a build must fail; otherwise the finding is a warning.
    """

    layer: str
    part: str
    problem: str
    minimum: int
    maximum: int
    type: FixedPoint
    needed: FixedPoint
    fatal: bool = True

    def __str__(self) -> str:
        lsb = f"2**{-self.needed.fraction}"
        return (
            f"{self.part} of {self.layer} {self.problem}: it reaches {self.minimum} to "
            f"{self.maximum} x {lsb}, which needs {self.needed} ({self.needed.width} bits), and is "
            f"{self.type}"
        )


def audit(
    network: HardwareNetwork, scores: Mapping[str, Score], minimum: Array, maximum: Array
) -> list[Finding]:
    """Find every accumulator, cast, weight and port of a score that can wrap or round unseen.

    Parameters
    ----------
    network : HardwareNetwork
    scores : mapping of str to Score
        Their ports name layers of the network or its input.
    minimum, maximum : ndarray (input_size,) of int64
        Raw bounds of each input.

    Returns
    -------
    list of Finding
        Empty if every width is proven.
    """
    low, high = (np.asarray(ends, dtype=np.int64) for ends in (minimum, maximum))
    port = Interval(low, high, network.input_type.fraction)
    findings = list(
        _outside(network.input_name, "range", "lies outside its type", port, network.input_type)
    )
    intervals = network.intervals(low, high)
    for layer in network.layers:
        source = intervals[layer.source]
        if isinstance(layer, Dense):
            findings += _dense(layer, source)
        findings += _cast(layer, network.exact(layer, source))
    for score in scores.values():
        findings += _ports(score, intervals)
    return findings


def require(findings: list[Finding]) -> None:
    """Fail a build on the first fatal finding.

    Raises
    ------
    ConversionError
        Naming the layer, its range and the type it needs.
    """
    for finding in findings:
        if finding.fatal:
            raise ConversionError(
                f"{finding.part} of {finding.layer}",
                f"must hold {finding.minimum} to {finding.maximum} x 2**{-finding.needed.fraction} "
                f"({finding.needed}, {finding.needed.width} bits)",
                finding.type, f"widen it, for it {finding.problem}",
            )  # fmt: skip


def _outside(
    name: str, part: str, problem: str, interval: Interval, kind: FixedPoint
) -> Iterator[Finding]:
    low, high = int(interval.minimum.min()), int(interval.maximum.max())
    if not kind.contains(low, high, interval.fraction):
        needed = FixedPoint.holding(low, high, interval.fraction)
        yield Finding(name, part, problem, low, high, kind, needed)


def _dense(layer: Dense, source: Interval) -> Iterator[Finding]:
    for part, values, kind in (
        ("weights", layer.weights, layer.weight_type),
        ("bias", layer.bias, layer.bias_type),
    ):
        raw = Interval(values, values, kind.fraction)
        yield from _outside(layer.name, part, "lies outside its type", raw, kind)
    needed = accumulator_needed(layer, source)
    if not layer.accumulator.contains(needed.minimum, needed.maximum, needed.fraction):
        rounds = layer.accumulator.fraction < needed.fraction
        problem = "rounds every product" if rounds else "can overflow"
        if layer.accumulator.exact() == HLS4ML_DEFAULT:
            problem += ", being hls4ml's default that was never inferred"
        yield Finding(
            layer.name, "accumulator", problem, needed.minimum, needed.maximum,
            layer.accumulator, needed,
        )  # fmt: skip
    elif layer.accumulator == HLS4ML_DEFAULT:
        yield Finding(
            layer.name, "accumulator", "is hls4ml's default, wide enough by luck",
            needed.minimum, needed.maximum, layer.accumulator, needed, fatal=False,
        )  # fmt: skip


def _cast(layer: Layer, exact: Interval) -> Iterator[Finding]:
    kind = layer.output
    if kind.overflow is not Overflow.WRAP:
        return
    low, high = rounded(kind, exact)
    if min(low) < kind.minimum or max(high) > kind.maximum:
        needed = FixedPoint.holding(min(low), max(high), kind.fraction)
        yield Finding(layer.name, "output", "can wrap", min(low), max(high), kind, needed)


def _ports(score: Score, intervals: Mapping[str, Interval]) -> Iterator[Finding]:
    """What reaches a score beyond the range its own widths were derived from."""
    for name, port in score.ports.items():
        found, expected = intervals[name], port.signal
        if (
            found.fraction != expected.fraction
            or len(found.minimum) != len(expected.minimum)
            or np.any(found.minimum < expected.minimum)
            or np.any(found.maximum > expected.maximum)
        ):
            low, high = int(found.minimum.min()), int(found.maximum.max())
            yield Finding(
                f"{score.name}.{name}", "port", "carries values the score was not sized for",
                low, high, port.type, FixedPoint.holding(low, high, found.fraction),
            )  # fmt: skip
