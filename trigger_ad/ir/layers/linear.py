"""Sums of products with constants: dense layers, convolutions, shared layers, sums of windows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint, Overflow
from trigger_ad.ir.layers.interval import Integers, Interval
from trigger_ad.ir.layers.places import Places, check_inside, check_places, gathered, places_of
from trigger_ad.storage.whole import typed

__all__ = ["Linear", "accumulator_needed", "accumulator_range", "partial_sum", "product_range"]


@dataclass(frozen=True)
class Linear:
    """``output[w, c] = cast(sum_i weights[i, c] * x[places[w, i]] + bias[c])``, window by window.

    A dense layer has one window, its whole source. A convolution has the same weights at every
    position; a layer shared between particles is one whose windows are the particles. The
    average of a window is its sum with a weight that is a power of two.

    Parameters
    ----------
    name, source : str
        Of this layer and of the layer (or input port) it reads.
    weights : ndarray (n, channels) of int64
        Raw values of `weight_type`, for one window of n elements.
    weight_type : FixedPoint
    bias : ndarray (channels,) of int64
        Raw values of `bias_type`.
    bias_type : FixedPoint
    accumulator : FixedPoint
        Type in which products are added.
    output : FixedPoint
        Type of the result.
    places : ndarray (windows, n) of int32, optional
        Of the elements of each window, `NOTHING` in padding; the whole source if left out.

    Raises
    ------
    ConversionError
        If windows have not as many elements as there are weights, or there is not one bias for
        each output.
    """

    KINDS: ClassVar[tuple[str, ...]] = ("dense", "linear")

    name: str
    source: str
    weights: Integers
    weight_type: FixedPoint
    bias: Integers
    bias_type: FixedPoint
    accumulator: FixedPoint
    output: FixedPoint
    places: Places | None = None

    def __post_init__(self) -> None:
        if self.bias.shape != self.weights.shape[1:]:
            raise ConversionError(
                f"the bias of layer {self.name}",
                f"must have the shape {self.weights.shape[1:]} of its outputs",
                self.bias.shape,
                "give one for each output",
            )
        if self.places is None:
            return
        check_places(self.name, self.places)
        if self.places.shape[1] != len(self.weights):
            raise ConversionError(
                f"the windows of layer {self.name}",
                f"must have the {len(self.weights)} elements of its weights",
                self.places.shape[1],
                "correct its places",
            )

    @property
    def kind(self) -> str:
        """What files and texts call it."""
        return "dense" if self.places is None else "linear"

    @property
    def sources(self) -> tuple[str, ...]:
        """The one source."""
        return (self.source,)

    @property
    def windows(self) -> int:
        """How often the weights stand in hardware."""
        return 1 if self.places is None else len(self.places)

    @property
    def size(self) -> int:
        """Number of outputs: channel after channel of each window."""
        return self.windows * int(self.weights.shape[1])

    def check(self, size: int) -> None:
        """Refuse a source that has not the elements of the windows.

        Raises
        ------
        ConversionError
            If its size is another.
        """
        if self.places is not None:
            check_inside(self.name, self.places, size)
        elif len(self.weights) != size:
            raise ConversionError(
                f"the source of layer {self.name}",
                f"must have the {len(self.weights)} elements of its weights",
                size,
                "correct its source",
            )

    def window(self, values: NDArray[Any]) -> NDArray[Any]:
        """Elements (windows, n, ...) of a source (size, ...)."""
        return values[None] if self.places is None else gathered(values, self.places)

    def exact(self, source: Interval) -> Interval:
        """Bounds of the sums; partial sums are bounded by `partial_sum`."""
        low, high, bias, fraction = _products(self, source)
        return Interval(
            (low.sum(axis=1) + bias).reshape(-1), (high.sum(axis=1) + bias).reshape(-1), fraction
        )

    def to_record(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """What a file keeps besides name, sources, output and kind, and arrays by name."""
        arrays: dict[str, NDArray[Any]] = {
            f"{self.name}.weights": self.weights,
            f"{self.name}.bias": self.bias,
        }
        if self.places is not None:
            arrays[f"{self.name}.places"] = self.places
        return {
            "weight_type": str(self.weight_type),
            "bias_type": str(self.bias_type),
            "accumulator": str(self.accumulator),
        }, arrays

    @classmethod
    def from_record(cls, record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Linear:
        """Rebuild from `to_record`."""
        name, shared = typed(record, "name", str), record["kind"] == "linear"
        weights, bias = (
            typed(arrays, f"{name}.{part}", np.ndarray).astype(np.int64)
            for part in ("weights", "bias")
        )
        weight_type, bias_type, accumulator, output = (
            FixedPoint.parse(typed(record, key, str))
            for key in ("weight_type", "bias_type", "accumulator", "output")
        )
        places = typed(arrays, f"{name}.places", np.ndarray) if shared else None
        return cls(
            name,
            typed(record, "source", str),
            weights,
            weight_type,
            bias,
            bias_type,
            accumulator,
            output,
            None if places is None else places_of(name, places),
        )


def partial_sum(layer: Linear, source: Interval) -> int:
    """Largest magnitude that a partial sum of a layer can reach, in any order.

    In units of the product's LSB, with the bias aligned to it.
    """
    low, high, bias, _ = _products(layer, source)
    zero = np.int64(0)
    up = np.maximum(high, zero).sum(axis=1) + np.maximum(bias, zero)
    down = np.minimum(low, zero).sum(axis=1) + np.minimum(bias, zero)
    return int(max(up.max(initial=0), -down.min(initial=0)))


def accumulator_needed(layer: Linear, source: Interval) -> FixedPoint:
    """Narrowest accumulator with which a layer is exact; see `accumulator_range`."""
    return FixedPoint.holding(*accumulator_range(layer, source))


def accumulator_range(layer: Linear, source: Interval) -> tuple[int, int, int]:
    """What the accumulator of a layer must hold for the layer to be exact.

    An accumulator that wraps only has to hold the final sums: additions modulo
    ``2**width`` cancel whatever wrapped on the way. One that saturates has to hold every
    partial sum. Low bits that are zero in every weight and bias need no room.

    Returns
    -------
    minimum, maximum : int
        Smallest and largest value over all outputs, 0 included.
    fraction : int
        Bits of these values right of the binary point.
    """
    low, high, bias, fraction = _products(layer, source)
    idle = _idle_bits(layer, source, fraction, np.any((low != 0) | (high != 0), axis=0))
    if layer.accumulator.overflow is Overflow.SATURATE:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
        bottom, top = np.minimum(bias, 0), np.maximum(bias, 0)
    else:
        bottom = top = bias
    return (
        int((low.sum(axis=1) + bottom).min(initial=0)) >> idle,
        int((high.sum(axis=1) + top).max(initial=0)) >> idle,
        fraction - idle,
    )


def product_range(layer: Linear, source: Interval) -> tuple[int, int, int]:
    """Smallest and largest product of a layer, 0 included, and their fraction bits."""
    low, high, _, fraction = _products(layer, source)
    return int(low.min(initial=0)), int(high.max(initial=0)), fraction


def _idle_bits(layer: Linear, source: Interval, fraction: int, used: NDArray[np.bool_]) -> int:
    """Low bits, in units of ``2**-fraction``, that are zero whatever comes in.

    Weights that only meet zeros, in the padding or behind a dead layer, are not `used`.
    """
    weights = np.where(used, layer.weights, 0)
    weight, bias = (int(np.gcd.reduce(a, axis=None)) for a in (weights, layer.bias))
    weight <<= fraction - layer.weight_type.fraction - source.fraction
    bias <<= fraction - layer.bias_type.fraction
    common = math.gcd(weight, bias)
    if common == 0:
        return max(fraction - layer.accumulator.fraction, 0)
    return (common & -common).bit_length() - 1


def _products(layer: Linear, source: Interval) -> tuple[Integers, Integers, Integers, int]:
    """Bounds of every product (windows, n, channels), the bias, and their fraction bits."""
    _refuse_wide(layer, source)
    at_minimum, at_maximum = (
        layer.weights * layer.window(ends)[:, :, None] for ends in (source.minimum, source.maximum)
    )
    fraction = layer.weight_type.fraction + source.fraction
    finest = max(fraction, layer.bias_type.fraction)
    shift = finest - fraction
    low = np.minimum(at_minimum, at_maximum) << shift
    high = np.maximum(at_minimum, at_maximum) << shift
    return low, high, layer.bias << (finest - layer.bias_type.fraction), finest


def _refuse_wide(layer: Linear, source: Interval) -> None:
    """Refuse sums that the int64 arithmetic of this analysis could not hold."""
    fraction = layer.weight_type.fraction + source.fraction
    finest = max(fraction, layer.bias_type.fraction)
    weight, value, bias = (
        max(abs(int(array.min(initial=0))), int(array.max(initial=0)))
        for array in (layer.weights, np.append(source.minimum, source.maximum), layer.bias)
    )
    largest = len(layer.weights) * ((weight * value) << (finest - fraction))
    width = (largest + (bias << (finest - layer.bias_type.fraction))).bit_length() + 1
    if width > MAX_WIDTH:
        raise ConversionError(
            f"the sum of layer {layer.name}",
            f"must fit {MAX_WIDTH} bits",
            f"{width}",
            "use narrower weights, biases or activations",
        )
