"""A layer in which every output reads every input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from trigger_ad.errors import ConversionError
from trigger_ad.layers.kind import Array, Quantizers, Shape, elements
from trigger_ad.layers.linear import Linear, keras_quantizers

__all__ = ["Dense"]


@dataclass(frozen=True)
class Dense(Linear):
    """``sum_i kernel[i] * x[i] + bias`` over all values of its source, in memory order.

    Parameters
    ----------
    units : int
        Number of outputs.
    bias : bool
    """

    units: int
    bias: bool = True

    name: ClassVar[str] = "dense"
    called: ClassVar[str] = "a dense layer"
    flat: ClassVar[bool] = True
    keras_classes: ClassVar[tuple[str, ...]] = ("QDense", "QDenseBatchnorm")

    @classmethod
    def read(cls, layer: Any, shapes: Sequence[Shape]) -> Dense:
        """Units and bias; one that reads more than a vector is shared, and refused."""
        if len(shapes[0]) != 1:
            # hls4ml 1.3.0 would lose the quantizer of its weights.
            raise ConversionError(
                f"layer {layer.name}, a QDense,",
                "must read a vector",
                f"shape {shapes[0]}",
                "use QConv1D or QConv2D with a kernel of 1, or Flatten before it",
            )
        return cls(layer.units, layer.use_bias or hasattr(layer, "batchnorm"))

    def shape(self, layer: str, _shapes: Sequence[Shape]) -> Shape:
        """Shape of the output, a vector."""
        if self.units < 1:
            raise self.refuse(layer, "must have units from 1", self.units, "give more")
        return (self.units,)

    def kernel_shape(self, shape: Shape) -> Shape:
        """Inputs and units."""
        return elements(shape), self.units

    def evaluate(self, values: Sequence[Array], weights: Mapping[str, Array]) -> Array:
        """Products of a matrix."""
        result = values[0] @ weights["kernel"]
        return result + weights["bias"] if self.bias else result

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras Dense."""
        from keras.layers import Dense as KerasDense

        return KerasDense(
            self.units,
            activation="relu" if relu else None,
            use_bias=self.bias,
            kernel_initializer="zeros",
            name=layer,
            dtype=dtype,
        )(tensors[0])

    def qkeras(
        self, layer: str, tensors: Sequence[Any], quantizers: Quantizers | None, dtype: str
    ) -> Any:
        """Apply a QDense."""
        from qkeras import QDense

        return QDense(
            self.units, use_bias=self.bias, **keras_quantizers(quantizers), name=layer, dtype=dtype
        )(tensors[0])
