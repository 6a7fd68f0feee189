"""A dense layer that is the same for every particle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trigger_ad.ir.layers.places import Places
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.kind import Array, Quantizers, Shape, elements
from trigger_ad.layers.linear import Linear

__all__ = ["Shared"]


@dataclass(frozen=True)
class Shared(Linear):
    """The same dense layer over the channels of every particle, or pixel.

    It is a convolution with a kernel of 1, in Keras too: hls4ml 1.3.0 loses the quantizer of the
    weights of a QDense that reads more than a vector.

    Parameters
    ----------
    units : int
        Channels of the output.
    bias : bool
    """

    units: int
    bias: bool = True

    name: ClassVar[str] = "shared"
    called: ClassVar[str] = "a layer shared between particles"

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape of the source with other channels."""
        (shape,) = shapes
        if self.units < 1:
            raise self.refuse(layer, "must have units from 1", self.units, "give more")
        if len(shape) not in (2, 3):
            rule = "must read values of 1 or 2 dimensions and channels"
            raise self.refuse(layer, rule, f"shape {shape}", "use a dense layer for a vector")
        return (*shape[:-1], self.units)

    def convolution(self, dimensions: int) -> Convolution:
        """Return it as what it is over particles (1) or pixels (2)."""
        return Convolution(self.units, (1,) * dimensions, bias=self.bias)

    def kernel_shape(self, shape: Shape) -> Shape:
        """That of the convolution: a 1 for each dimension, channels and units."""
        return self.convolution(len(shape) - 1).kernel_shape(shape)

    def places(self, shape: Shape) -> Places:
        """Particle after particle, its channels beside each other."""
        return np.arange(elements(shape), dtype=np.int32).reshape(-1, shape[-1])

    def evaluate(self, values: Sequence[Array], weights: Mapping[str, Array]) -> Array:
        """Products of a matrix."""
        return self.convolution(values[0].ndim - 2).evaluate(values, weights)

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply the convolution."""
        same = self.convolution(len(tensors[0].shape) - 2)
        return same.keras(layer, tensors, relu=relu, dtype=dtype)

    def qkeras(
        self, layer: str, tensors: Sequence[Any], quantizers: Quantizers | None, dtype: str
    ) -> Any:
        """Apply the convolution."""
        same = self.convolution(len(tensors[0].shape) - 2)
        return same.qkeras(layer, tensors, quantizers, dtype)
