"""The mean of each channel over windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.hardware import Form, Sums
from trigger_ad.layers.kind import Array, Raw, Shape
from trigger_ad.layers.pooling import Pooling, plain_layers
from trigger_ad.layers.relu import rectified

__all__ = ["AveragePooling"]


@dataclass(frozen=True)
class AveragePooling(Pooling):
    """Means over a number of values that is a power of two, which hardware divides by exactly.

    Parameters
    ----------
    window : tuple of int
        Size by dimension; everything if not given.
    stride : tuple of int
        By dimension; the window if not given.
    padding : {"valid"}
        Windows at a padded end would have fewer values.
    """

    name: ClassVar[str] = "average_pooling"
    called: ClassVar[str] = "an average pooling"
    plain: ClassVar[tuple[str, ...]] = plain_layers("Average")
    keras_classes: ClassVar[tuple[str, ...]] = plain_layers("Average")

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Places of the window and channels; a vector of channels if it is everything."""
        if self.padding != "valid":
            remedy = "a window at the end would have fewer values; pad in the layer before"
            raise self.refuse(layer, "must have padding valid", self.padding, remedy)
        found = super().shape(layer, shapes)
        count = self.windows(shapes[0]).elements
        if count & (count - 1):
            remedy = "pool over 2, 4, 8, 16 or 32 values"
            raise self.refuse(layer, "must have a power of two of values", count, remedy)
        return found

    def evaluate(self, values: Sequence[Array], _weights: Mapping[str, Array]) -> Array:
        """Sums, divided exactly."""
        (x,) = values
        windows = self.windows(x.shape[1:])
        parts = [part for _, part in windows.steps(x, 0.0)]
        mean = sum(parts[1:], parts[0]) / x.dtype.type(windows.elements)
        return mean if self.window else mean.reshape(len(x), -1)

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras AveragePooling, or the global one."""
        mean = self.pool("Average", layer, tensors[0], dtype)
        return rectified(mean, layer, relu=relu, dtype=dtype)

    def hardware(self, shapes: Sequence[Shape], _weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """Sums with a weight of one over their number, channel by channel."""
        (shape,) = shapes
        windows = self.windows(shape)
        kernel = np.full((windows.elements, 1), 1 / windows.elements)
        return (Sums(kernel, windows.places_by_channel(shape)),)

    def largest(
        self, shapes: Sequence[Shape], sources: Sequence[FixedPoint], _weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Sum of the window; its mean is the same integer in finer units."""
        (source,) = sources
        count = self.windows(shapes[0]).elements
        most = count * max(-source.minimum, source.maximum)
        return most, source.fraction + count.bit_length() - 1
