"""A kernel that moves over one or two dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from trigger_ad.ir.layers.places import Places
from trigger_ad.layers.kind import Array, Quantizers, Shape, plain
from trigger_ad.layers.linear import Linear, keras_quantizers
from trigger_ad.layers.windows import Padding, Windows

__all__ = ["Convolution"]


@dataclass(frozen=True)
class Convolution(Linear):
    """The same sum of products for every window of its source.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel : tuple of int
        Size of the window in one or two dimensions.
    stride : tuple of int
        By dimension; 1 if not given.
    padding : {"valid", "same"}
        Zeros outside, as TensorFlow adds them, or none.
    bias : bool
    """

    filters: int
    kernel: Shape
    stride: Shape = ()
    padding: Padding = "valid"
    bias: bool = True

    name: ClassVar[str] = "convolution"
    called: ClassVar[str] = "a convolution"
    keras_classes: ClassVar[tuple[str, ...]] = ("QConv1D", "QConv2D", "QConv2DBatchnorm")

    @classmethod
    def read(cls, layer: Any, _shapes: Sequence[Shape]) -> Convolution:
        """Window, stride, padding and bias."""
        size = tuple(layer.kernel_size)
        plain(layer, data_format="channels_last", dilation_rate=(1,) * len(size), groups=1)
        biased = layer.use_bias or hasattr(layer, "batchnorm")
        return cls(layer.filters, size, tuple(layer.strides), layer.padding, biased)

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape of the output: a place for each window, and the filters."""
        if self.filters < 1:
            raise self.refuse(layer, "must have filters from 1", self.filters, "give more")
        return (*self.windows(shapes[0], layer).places, self.filters)

    def windows(self, shape: Shape, layer: str = "") -> Windows:
        """Places of the kernel over a source of a shape."""
        stride = self.stride or (1,) * len(self.kernel)
        return Windows.of(self, layer, shape, self.kernel, stride, self.padding)

    def kernel_shape(self, shape: Shape) -> Shape:
        """Window, channels and filters."""
        return (*self.kernel, shape[-1], self.filters)

    def places(self, shape: Shape) -> Places:
        """Window after window, in the order of the kernel; nothing in the padding."""
        return self.windows(shape).places_of(shape)

    def evaluate(self, values: Sequence[Array], weights: Mapping[str, Array]) -> Array:
        """Products of a matrix for each place in the window, added."""
        (x,) = values
        windows = self.windows(x.shape[1:])
        result = sum(part @ weights["kernel"][place] for place, part in windows.steps(x, 0.0))
        return result + weights["bias"] if self.bias else result

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras Conv1D or Conv2D."""
        from keras.layers import Conv1D, Conv2D

        return (Conv1D if len(self.kernel) == 1 else Conv2D)(
            **self._geometry(),
            activation="relu" if relu else None,
            kernel_initializer="zeros",
            name=layer,
            dtype=dtype,
        )(tensors[0])

    def qkeras(
        self, layer: str, tensors: Sequence[Any], quantizers: Quantizers | None, dtype: str
    ) -> Any:
        """Apply a QConv1D or QConv2D."""
        from qkeras import QConv1D, QConv2D

        return (QConv1D if len(self.kernel) == 1 else QConv2D)(
            **self._geometry(), **keras_quantizers(quantizers), name=layer, dtype=dtype
        )(tensors[0])

    def _geometry(self) -> dict[str, Any]:
        return {
            "filters": self.filters,
            "kernel_size": self.kernel,
            "strides": self.stride or 1,
            "padding": self.padding,
            "use_bias": self.bias,
        }
