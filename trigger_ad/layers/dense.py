"""A layer in which every output reads every input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

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
