"""The arithmetic of the fast emulator: what is exact for which layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.emulate.products import Compute, largest, merged, scaled, sums
from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval, joined, rounded
from trigger_ad.ir.layers.linear import Linear, accumulator_needed, partial_sum
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import Layer

__all__ = ["FLOATS", "Step", "magnitude", "plan", "smallest"]

Array = NDArray[Any]

#: Float types with the bits of their significand: integers up to 2**bits are exact.
FLOATS = ((np.dtype(np.float32), 24), (np.dtype(np.float64), 53))

#: Powers of two beyond this are left to integers, far from where exponents end.
MAX_SHIFT = 60


@dataclass(frozen=True)
class Step:
    """A layer in the arithmetic chosen for it.

    Parameters
    ----------
    layer : Layer
    dtype : dtype
        Of the result, and of the products.
    fraction : int
        Bits right of the binary point of the result as it is kept: the layer's own, or the
        next layer's where that saves a multiplication.
    compute : Compute
        The layer before its cast, in the kept unit, or in that of `assign`.
    rounds : bool
    half_added : bool
        Whether `compute` has added half an LSB.
    low, high : int or None
        Where values are clipped.
    assign : int or None
        Fraction before a cast that is left to `FixedPoint.cast`, where it can wrap or
        the arithmetic is int64.
    """

    layer: Layer
    dtype: np.dtype[Any]
    fraction: int
    compute: Compute
    rounds: bool
    half_added: bool
    low: int | None
    high: int | None
    assign: int | None

    def run(self, sources: Sequence[Array], result: Array) -> None:
        """Compute ``result`` (size + 1, n) from sources (n_in + 1, n), the last rows 1."""
        values = result[:-1]
        found = self.compute(sources, values)
        if self.assign is not None:
            exact = found.astype(np.int64)
            if isinstance(self.layer, Cast) and self.layer.relu:
                np.maximum(exact, 0, out=exact)
            values[:] = self.layer.output.cast(exact, self.assign)
            return
        if self.rounds:
            found = _round(found, values, self.layer.output.rounding, self.half_added)
        if self.low is not None and self.high is not None:
            np.clip(found, self.low, self.high, out=values)
        elif self.low is not None:
            np.maximum(found, self.low, out=values)
        elif found is not values:
            values[:] = found


def magnitude(interval: Interval) -> int:
    """Largest absolute raw value in an interval."""
    return max(int(interval.maximum.max(initial=0)), -int(interval.minimum.min(initial=0)))


def smallest(largest: int) -> np.dtype[Any]:
    """Narrowest arithmetic in which integers up to a magnitude are exact."""
    for dtype, bits in FLOATS:
        if largest <= 1 << bits:
            return dtype
    return np.dtype(np.int64)


def plan(
    network: HardwareNetwork, intervals: Mapping[str, Interval], read: Collection[str]
) -> dict[str, Step]:
    """Choose the arithmetic of every layer, in order.

    Parameters
    ----------
    network : HardwareNetwork
    intervals : mapping of str to Interval
        Bounds of every layer's result and of the input.
    read : collection of str
        Layers that others than layers read, which must stay in their own units.

    Raises
    ------
    ConversionError
        If an accumulator can wrap or round.
    """
    plans = {layer.name: _plan_layer(network, layer, intervals) for layer in network.layers}
    kept = {network.input_name: network.input_type.fraction}
    for name, one in plans.items():
        kept[name] = one.layer.output.fraction
        readers = [other for other in plans.values() if name in other.layer.sources]
        if name not in read and len(readers) == 1 and one.folds_into(readers[0]):
            kept[name] = readers[0].layer.output.fraction
    return {
        name: one.step([kept[source] for source in one.layer.sources], kept[name])
        for name, one in plans.items()
    }


@dataclass(frozen=True)
class _Plan:
    """A layer with its bounds: of its sources, and of its result before the cast."""

    layer: Layer
    sources: tuple[Interval, ...]
    exact: Interval
    overflows: bool
    dtype: np.dtype[Any]

    @property
    def assigns(self) -> bool:
        """Whether the cast is left to integers."""
        return self.dtype.kind != "f" or (
            self.overflows and self.layer.output.overflow is Overflow.WRAP
        )

    @property
    def rounds(self) -> bool:
        """Whether the cast drops bits."""
        return self.exact.fraction > self.layer.output.fraction

    @property
    def adds_half(self) -> bool:
        """Whether half an LSB comes with the biases."""
        half_up = self.layer.output.rounding is Rounding.HALF_UP
        return isinstance(self.layer, Linear) and self.rounds and not self.assigns and half_up

    def folds_into(self, reader: _Plan) -> bool:
        """Whether a sum may be kept in the units of the only cast that reads it."""
        return (
            isinstance(self.layer, Linear)
            and isinstance(reader.layer, Cast)
            and self.dtype == reader.dtype
            and not (self.assigns or self.rounds or self.overflows)
        )

    def step(self, source_fractions: Sequence[int], fraction: int) -> Step:
        """Fix the units of the sources and of the result."""
        kind = self.layer.output
        unit = self.exact.fraction if self.assigns else fraction
        low, high = (kind.minimum, kind.maximum) if self.overflows else (None, None)
        relu = isinstance(self.layer, Cast) and self.layer.relu
        if relu and self.sources[0].minimum.min() < 0:
            low = 0
        return Step(
            self.layer,
            self.dtype,
            fraction,
            self._compute(unit, [2.0 ** (unit - source) for source in source_fractions]),
            self.rounds,
            self.adds_half,
            low,
            high,
            self.exact.fraction if self.assigns else None,
        )

    def _compute(self, unit: int, scales: Sequence[float]) -> Compute:
        if isinstance(self.layer, Linear):
            weights, bias = self._constants(self.layer, unit)
            return sums(weights, bias, self.layer.places)
        if isinstance(self.layer, Maximum):
            return largest(self.layer.inside, scales[0])
        if isinstance(self.layer, Merge):
            return merged(self.layer.how, scales)
        return scaled(scales[0])

    def _constants(self, layer: Linear, unit: int) -> tuple[Array, Array]:
        """Weights and bias that turn raw sources into units of ``2**-unit``."""
        fraction = self.exact.fraction
        shift = fraction - layer.weight_type.fraction - self.sources[0].fraction
        weights = layer.weights.T << shift
        bias = layer.bias << (fraction - layer.bias_type.fraction)
        if self.dtype.kind != "f":
            return weights, bias
        real, added = (np.ldexp(a.astype(np.float64), unit - fraction) for a in (weights, bias))
        if self.adds_half:
            added += 0.5
        return real.astype(self.dtype), added.astype(self.dtype)


def _plan_layer(network: HardwareNetwork, layer: Layer, intervals: Mapping[str, Interval]) -> _Plan:
    sources = tuple(intervals[source] for source in layer.sources)
    if isinstance(layer, Linear):
        _check_accumulator(layer, *sources)
    exact = network.exact(layer, intervals)
    kind = layer.output
    low, high = rounded(kind, exact)
    overflows = min(low) < kind.minimum or max(high) > kind.maximum
    return _Plan(layer, sources, exact, overflows, _arithmetic(layer, sources, exact, overflows))


def _arithmetic(
    layer: Layer, sources: Sequence[Interval], exact: Interval, overflows: bool
) -> np.dtype[Any]:
    """First type that is exact for operands, partial sums, rounding and limits."""
    shift = exact.fraction - layer.output.fraction
    if abs(shift) > MAX_SHIFT:
        return np.dtype(np.int64)
    sums, most = magnitude(exact), magnitude(joined(sources))
    if isinstance(layer, Linear):
        sums = partial_sum(layer, *sources)
        most = max(most, int(np.abs(layer.weights).max(initial=0)))
    if isinstance(layer, Merge) and layer.how is How.ADD:
        sums = max(sums, most * len(sources))
    if shift > 0 and layer.output.rounding is Rounding.HALF_UP:
        sums += 1 << (shift - 1)  # half an LSB is added before the rest is cut off
    if overflows:
        most = max(most, layer.output.maximum, -layer.output.minimum)
    return smallest(max(most, sums))


def _check_accumulator(layer: Linear, source: Interval) -> None:
    needed = accumulator_needed(layer, source)
    if not layer.accumulator.contains(needed.minimum, needed.maximum, needed.fraction):
        raise ConversionError(
            f"the accumulator of layer {layer.name}",
            f"must hold sums of type {needed} ({needed.width} bits)",
            layer.accumulator,
            "widen it: the hardware would wrap or round",
        )


def _round(source: Array, values: Array, rounding: Rounding, half_added: bool) -> Array:
    if rounding is Rounding.HALF_EVEN:
        return np.asarray(np.rint(source, out=values))
    if rounding is Rounding.HALF_UP and not half_added:
        source = np.add(source, 0.5, out=values)
    return np.asarray(np.floor(source, out=values))
