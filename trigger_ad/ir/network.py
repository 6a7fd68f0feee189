"""HardwareNetwork: the one record of what the hardware network computes, in integers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.display import Displayed, Table
from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import MAX_WIDTH, FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers import Cast, Dense, Interval, Layer
from trigger_ad.storage import arrays as files

__all__ = [
    "Cast",
    "Dense",
    "HardwareNetwork",
    "Interval",
    "Layer",
    "accumulator_needed",
    "accumulator_range",
    "partial_sum",
    "product_range",
    "rounded",
]

SCHEMA = "network/1"

Integers = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class HardwareNetwork(Displayed):
    """A network of integers with one input and named outputs.

    Layers stand in an order in which every source comes first.

    Parameters
    ----------
    name : str
    input_name : str
        Of the input port.
    input_size : int
    input_type : FixedPoint
        Of every input element.
    layers : tuple of Dense or Cast
    outputs : tuple of str
        Names of the layers whose results leave the network.
    """

    name: str
    input_name: str
    input_size: int
    input_type: FixedPoint
    layers: tuple[Layer, ...]
    outputs: tuple[str, ...]

    def _display(self) -> Table:
        title, *lines = str(self).splitlines()
        return Table(title, (), tuple((line.strip(),) for line in lines))

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.input_size} x {self.input_type} as {self.input_name}"]
        for layer in self.layers:
            relu = isinstance(layer, Cast) and layer.relu
            kind = "relu" if relu else type(layer).__name__.lower()
            lines.append(f"  {layer.name} = {kind}({layer.source}): {layer.size} x {layer.output}")
        return "\n".join([*lines, "  -> " + ", ".join(self.outputs)])

    def layer(self, name: str) -> Layer:
        """Return the layer of this name.

        Raises
        ------
        KeyError
            If there is none.
        """
        return {layer.name: layer for layer in self.layers}[name]

    def type_of(self, name: str) -> FixedPoint:
        """Type of a layer's result, or of the input."""
        return self.input_type if name == self.input_name else self.layer(name).output

    def exact(self, layer: Layer, source: Interval) -> Interval:
        """Bounds of a layer's result before it is cast to its output type.

        For a dense layer these are the extremes of the sum; partial sums are bounded by
        `partial_sum`.
        """
        if isinstance(layer, Cast):
            if layer.relu:
                zero = np.int64(0)
                return Interval(
                    np.maximum(source.minimum, zero),
                    np.maximum(source.maximum, zero),
                    source.fraction,
                )
            return source
        low, high, bias, fraction = _products(layer, source)
        return Interval(low.sum(axis=0) + bias, high.sum(axis=0) + bias, fraction)

    def intervals(self, minimum: Integers, maximum: Integers) -> dict[str, Interval]:
        """Propagate bounds of the input through every layer.

        Parameters
        ----------
        minimum, maximum : ndarray (input_size,) of int64
            Raw bounds of each input.

        Returns
        -------
        dict
            Bounds of each layer's result after its cast. Where the cast can wrap the
            bounds are those of the type.
        """
        known = {self.input_name: Interval(minimum, maximum, self.input_type.fraction)}
        for layer in self.layers:
            known[layer.name] = _through(layer.output, self.exact(layer, known[layer.source]))
        return known

    def save(self, path: Path) -> None:
        """Write one NPZ file: arrays by name and a JSON header, no pickles."""
        arrays: dict[str, NDArray[Any]] = {}
        layers: list[dict[str, Any]] = []
        for layer in self.layers:
            record: dict[str, Any] = {
                "name": layer.name,
                "source": layer.source,
                "output": str(layer.output),
            }
            if isinstance(layer, Dense):
                arrays[f"{layer.name}.weights"] = layer.weights
                arrays[f"{layer.name}.bias"] = layer.bias
                record |= {
                    "kind": "dense",
                    "weight_type": str(layer.weight_type),
                    "bias_type": str(layer.bias_type),
                    "accumulator": str(layer.accumulator),
                }
            else:
                record |= {"kind": "relu" if layer.relu else "cast", "size": layer.size}
            layers.append(record)
        header = {
            "name": self.name,
            "input": {
                "name": self.input_name,
                "size": self.input_size,
                "type": str(self.input_type),
            },
            "outputs": list(self.outputs),
            "layers": layers,
        }
        files.save(path, SCHEMA, header, arrays)

    @classmethod
    def load(cls, path: Path) -> HardwareNetwork:
        """Read what `save` wrote.

        Raises
        ------
        SchemaError
            If the file has another schema.
        """
        header, arrays = files.load(path, SCHEMA)
        layers = tuple(_layer(record, arrays) for record in header["layers"])
        port = header["input"]
        return cls(
            header["name"],
            port["name"],
            port["size"],
            FixedPoint.parse(port["type"]),
            layers,
            tuple(header["outputs"]),
        )


def partial_sum(layer: Dense, source: Interval) -> int:
    """Largest magnitude that a partial sum of a dense layer can reach, in any order.

    In units of the product's LSB, with the bias aligned to it.
    """
    low, high, bias, _ = _products(layer, source)
    zero = np.int64(0)
    up = np.maximum(high, zero).sum(axis=0) + np.maximum(bias, zero)
    down = np.minimum(low, zero).sum(axis=0) + np.minimum(bias, zero)
    return int(max(up.max(initial=0), -down.min(initial=0)))


def accumulator_needed(layer: Dense, source: Interval) -> FixedPoint:
    """Narrowest accumulator with which a dense layer is exact; see `accumulator_range`."""
    return FixedPoint.holding(*accumulator_range(layer, source))


def accumulator_range(layer: Dense, source: Interval) -> tuple[int, int, int]:
    """What the accumulator of a dense layer must hold for the layer to be exact.

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
    if layer.accumulator.overflow is Overflow.SATURATE:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
        bottom, top = np.minimum(bias, 0), np.maximum(bias, 0)
    else:
        bottom = top = bias
    idle = _idle_bits(layer, source, fraction)
    return (
        int((low.sum(axis=0) + bottom).min(initial=0)) >> idle,
        int((high.sum(axis=0) + top).max(initial=0)) >> idle,
        fraction - idle,
    )


def product_range(layer: Dense, source: Interval) -> tuple[int, int, int]:
    """Smallest and largest product of a dense layer, 0 included, and their fraction bits."""
    low, high, _, fraction = _products(layer, source)
    return int(low.min(initial=0)), int(high.max(initial=0)), fraction


def _idle_bits(layer: Dense, source: Interval, fraction: int) -> int:
    """Low bits, in units of ``2**-fraction``, that are zero whatever comes in."""
    weight, bias = (int(np.gcd.reduce(a, axis=None)) for a in (layer.weights, layer.bias))
    weight <<= fraction - layer.weight_type.fraction - source.fraction
    bias <<= fraction - layer.bias_type.fraction
    common = math.gcd(weight, bias)
    if common == 0:
        return max(fraction - layer.accumulator.fraction, 0)
    return (common & -common).bit_length() - 1


def _products(layer: Dense, source: Interval) -> tuple[Integers, Integers, Integers, int]:
    _refuse_wide(layer, source)
    at_minimum = layer.weights * source.minimum[:, None]
    at_maximum = layer.weights * source.maximum[:, None]
    fraction = layer.weight_type.fraction + source.fraction
    finest = max(fraction, layer.bias_type.fraction)
    shift = finest - fraction
    low = np.minimum(at_minimum, at_maximum) << shift
    high = np.maximum(at_minimum, at_maximum) << shift
    return low, high, layer.bias << (finest - layer.bias_type.fraction), finest


def _refuse_wide(layer: Dense, source: Interval) -> None:
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


def rounded(kind: FixedPoint, interval: Interval) -> tuple[list[int], list[int]]:
    """Bounds of a cast after its rounding, as integers of any size, before overflow."""
    shift = interval.fraction - kind.fraction
    low, high = (
        [_rounded(end, shift, kind.rounding) for end in ends.tolist()]
        for ends in (interval.minimum, interval.maximum)
    )
    return low, high


def _through(kind: FixedPoint, interval: Interval) -> Interval:
    """Bounds after a cast: monotone unless it can wrap."""
    bounds = []
    for low, high in zip(*rounded(kind, interval), strict=True):
        if kind.overflow is Overflow.SATURATE:
            bounds.append([min(max(end, kind.minimum), kind.maximum) for end in (low, high)])
        elif low < kind.minimum or high > kind.maximum:
            bounds.append([kind.minimum, kind.maximum])
        else:
            bounds.append([low, high])
    minimum, maximum = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return Interval(minimum, maximum, kind.fraction)


def _rounded(value: int, shift: int, rounding: Rounding) -> int:
    """``value * 2**-shift`` as an integer of any size."""
    if shift <= 0:
        return value << -shift
    floor, remainder = value >> shift, value & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    if rounding is Rounding.DOWN or remainder < half:
        return floor
    return floor + 1 if rounding is Rounding.HALF_UP else floor + (remainder > half or floor & 1)


def _layer(record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Layer:
    name, source, output = record["name"], record["source"], FixedPoint.parse(record["output"])
    if record["kind"] == "dense":
        return Dense(
            name,
            source,
            arrays[f"{name}.weights"].astype(np.int64),
            FixedPoint.parse(record["weight_type"]),
            arrays[f"{name}.bias"].astype(np.int64),
            FixedPoint.parse(record["bias_type"]),
            FixedPoint.parse(record["accumulator"]),
            output,
        )
    return Cast(name, source, record["size"], output, record["kind"] == "relu")
