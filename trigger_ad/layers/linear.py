"""Layers with weights: sums of products and a bias."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.places import Places
from trigger_ad.layers.hardware import Form, Sums
from trigger_ad.layers.kind import Array, Kind, Quantizers, Raw, Shape, elements

__all__ = ["Linear", "keras_quantizers"]


class Linear(Kind):
    """A kind whose outputs are sums of products with a kernel, (..., n_in, n_out)."""

    bias: bool

    @abstractmethod
    def kernel_shape(self, shape: Shape) -> Shape:
        """Shape of the kernel for that of the source; outputs come last."""

    def weights(self, shapes: Sequence[Shape]) -> dict[str, Shape]:
        """Shapes of the kernel and of the bias."""
        kernel = self.kernel_shape(shapes[0])
        return {"kernel": kernel} | ({"bias": kernel[-1:]} if self.bias else {})

    def initial(
        self, stream: np.random.Generator, shapes: Sequence[Shape], *, relu: bool, last: bool
    ) -> dict[str, NDArray[np.float32]]:
        """He normal before ReLU, Glorot uniform elsewhere, zero biases.

        A last layer before ReLU starts without negative weights: with others its outputs can be 0
        for all events from the start, and then nothing is ever learned.
        """
        found = self.weights(shapes)
        shape = found.pop("kernel")
        n_in = elements(shape[:-1])
        n_out = elements(shape[:-2]) * shape[-1]
        if relu:
            kernel = stream.normal(0.0, np.sqrt(2 / n_in), shape)
            kernel = np.abs(kernel) if last else kernel
        else:
            limit = np.sqrt(6 / (n_in + n_out))
            kernel = stream.uniform(-limit, limit, shape)
        zeros = {name: np.zeros(size, dtype=np.float32) for name, size in found.items()}
        return {"kernel": kernel.astype(np.float32), **zeros}

    def places(self, shape: Shape) -> Places | None:
        """Elements of each window in the flat source; None if there is one with everything."""
        del shape
        return None

    def hardware(self, shapes: Sequence[Shape], weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """Sums of products, window by window."""
        kernel = weights["kernel"]
        matrix = kernel.reshape(-1, kernel.shape[-1])
        return (Sums(matrix, self.places(shapes[0]), weights.get("bias")),)

    def largest(
        self, _shapes: Sequence[Shape], sources: Sequence[FixedPoint], weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Largest sum of products of one sign, and of the bias where it has that sign."""
        kernel = weights["kernel"]
        bias = weights.get("bias", Raw(np.zeros(1, np.int64), 0))
        (source,) = sources
        products = kernel.fraction + source.fraction
        fraction = max(products, bias.fraction) if self.bias else products
        # Integers of any size, since a sum may be too large for 64 bits.
        factors = kernel.values.reshape(-1, kernel.values.shape[-1]).astype(object)
        ends = (factors * source.minimum, factors * source.maximum)
        added = bias.values.astype(object) << (fraction - bias.fraction if self.bias else 0)
        up = _sum(np.maximum(*ends), np.maximum, fraction - products) + np.maximum(added, 0)
        down = _sum(np.minimum(*ends), np.minimum, fraction - products) + np.minimum(added, 0)
        return max(int(np.max(up)), -int(np.min(down))), fraction


def keras_quantizers(quantizers: Quantizers | None) -> dict[str, Any]:
    """Arguments of a QKeras layer with weights."""
    if quantizers is None:
        return {}
    return {"kernel_quantizer": quantizers.kernel, "bias_quantizer": quantizers.bias}


def _sum(products: NDArray[Any], part: Any, shift: int) -> NDArray[Any]:
    """Sum of the products of one sign, aligned."""
    return part(products, 0).sum(axis=0) << shift
