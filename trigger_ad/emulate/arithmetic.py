"""The arithmetic of the fast emulator: what is exact for which layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import Overflow, Rounding
from trigger_ad.ir.network import (
    Cast,
    Dense,
    HardwareNetwork,
    Interval,
    Layer,
    accumulator_needed,
    partial_sum,
    rounded,
)

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
    layer : Dense or Cast
    dtype : dtype
        Of the result, and of the products.
    fraction : int
        Bits right of the binary point of the result as it is kept: the layer's own, or the
        next layer's where that saves a multiplication.
    matrix : ndarray (size, n_in + 1) or None
        Weights and bias of a dense layer, scaled to the kept unit.
    scale : float
        From the unit of the source to the kept one, for a cast.
    rounds : bool
    low, high : int or None
        Where values are clipped.
    assign : int or None
        Fraction before a cast that is left to `FixedPoint.cast`, where it can wrap or
        the arithmetic is int64.
    """

    layer: Layer
    dtype: np.dtype[Any]
    fraction: int
    matrix: Array | None
    scale: float
    rounds: bool
    low: int | None
    high: int | None
    assign: int | None

    def run(self, source: Array, result: Array) -> None:
        """Compute ``result`` (size + 1, n) from ``source`` (n_in + 1, n), the last rows 1."""
        values = result[:-1]
        if self.matrix is not None:
            np.matmul(self.matrix, source, out=values)
            source = values
        else:
            source = source[:-1]
            if self.scale != 1:
                source = np.multiply(source, self.scale, out=values)
        if self.assign is not None:
            exact = source.astype(np.int64)
            if isinstance(self.layer, Cast) and self.layer.relu:
                np.maximum(exact, 0, out=exact)
            values[:] = self.layer.output.cast(exact, self.assign)
            return
        if self.rounds:
            source = _round(source, values, self.layer.output.rounding, self.matrix is not None)
        if self.low is not None and self.high is not None:
            np.clip(source, self.low, self.high, out=values)
        elif self.low is not None:
            np.maximum(source, self.low, out=values)
        elif source is not values:
            values[:] = source


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
    plans = {
        layer.name: _plan_layer(network, layer, intervals[layer.source]) for layer in network.layers
    }
    kept = {network.input_name: network.input_type.fraction}
    for name, one in plans.items():
        kept[name] = one.layer.output.fraction
        readers = [other for other in plans.values() if other.layer.source == name]
        if name not in read and len(readers) == 1 and one.folds_into(readers[0]):
            kept[name] = readers[0].layer.output.fraction
    return {name: one.step(kept[one.layer.source], kept[name]) for name, one in plans.items()}


@dataclass(frozen=True)
class _Plan:
    """A layer with its bounds: of its source, and of its result before the cast."""

    layer: Layer
    source: Interval
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

    def folds_into(self, reader: _Plan) -> bool:
        """Whether a sum may be kept in the units of the only cast that reads it."""
        return (
            isinstance(self.layer, Dense)
            and isinstance(reader.layer, Cast)
            and self.dtype == reader.dtype
            and not (self.assigns or self.rounds or self.overflows)
        )

    def step(self, source_fraction: int, fraction: int) -> Step:
        """Fix the units of the source and of the result."""
        kind = self.layer.output
        unit = self.exact.fraction if self.assigns else fraction
        low, high = (kind.minimum, kind.maximum) if self.overflows else (None, None)
        if isinstance(self.layer, Cast) and self.layer.relu and self.source.minimum.min() < 0:
            low = 0
        return Step(
            self.layer,
            self.dtype,
            fraction,
            self._matrix(self.layer, unit) if isinstance(self.layer, Dense) else None,
            2.0 ** (unit - source_fraction),
            self.rounds,
            low,
            high,
            self.exact.fraction if self.assigns else None,
        )

    def _matrix(self, layer: Dense, unit: int) -> Array:
        """Weights and bias, transposed, that turn raw sources into units of ``2**-unit``."""
        fraction = self.exact.fraction
        weights = layer.weights.T << (fraction - layer.weight_type.fraction - self.source.fraction)
        bias = layer.bias << (fraction - layer.bias_type.fraction)
        matrix = np.column_stack([weights, bias])
        if self.dtype.kind != "f":
            return matrix
        scaled = np.ldexp(matrix.astype(np.float64), unit - fraction)
        if self.rounds and not self.assigns and layer.output.rounding is Rounding.HALF_UP:
            scaled[:, -1] += 0.5
        return scaled.astype(self.dtype)


def _plan_layer(network: HardwareNetwork, layer: Layer, source: Interval) -> _Plan:
    if isinstance(layer, Dense):
        _check_accumulator(layer, source)
    exact = network.exact(layer, source)
    kind = layer.output
    low, high = rounded(kind, exact)
    overflows = min(low) < kind.minimum or max(high) > kind.maximum
    return _Plan(layer, source, exact, overflows, _arithmetic(layer, source, exact, overflows))


def _arithmetic(layer: Layer, source: Interval, exact: Interval, overflows: bool) -> np.dtype[Any]:
    """First type that is exact for operands, partial sums, rounding and limits."""
    shift = exact.fraction - layer.output.fraction
    if abs(shift) > MAX_SHIFT:
        return np.dtype(np.int64)
    sums, largest = magnitude(exact), magnitude(source)
    if isinstance(layer, Dense):
        sums = partial_sum(layer, source)
        largest = max(largest, int(np.abs(layer.weights).max(initial=0)))
    if shift > 0 and layer.output.rounding is Rounding.HALF_UP:
        sums += 1 << (shift - 1)  # half an LSB is added before the rest is cut off
    if overflows:
        largest = max(largest, layer.output.maximum, -layer.output.minimum)
    return smallest(max(largest, sums))


def _check_accumulator(layer: Dense, source: Interval) -> None:
    needed = accumulator_needed(layer, source)
    if not layer.accumulator.contains(needed.minimum, needed.maximum, needed.fraction):
        raise ConversionError(
            f"the accumulator of layer {layer.name}",
            f"must hold sums of type {needed} ({needed.width} bits)",
            layer.accumulator,
            "widen it: the hardware would wrap or round",
        )


def _round(source: Array, values: Array, rounding: Rounding, half_in_bias: bool) -> Array:
    if rounding is Rounding.HALF_EVEN:
        return np.asarray(np.rint(source, out=values))
    if rounding is Rounding.HALF_UP and not half_in_bias:
        source = np.add(source, 0.5, out=values)
    return np.asarray(np.floor(source, out=values))
