"""The largest value of each channel over windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import numpy as np

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.maximum import inside
from trigger_ad.layers.hardware import Form, Largest
from trigger_ad.layers.kind import Array, Raw, Shape
from trigger_ad.layers.pooling import Pooling, plain_layers

__all__ = ["MaximumPooling"]


@dataclass(frozen=True)
class MaximumPooling(Pooling):
    """Largest values, in the type of the source; what is outside counts for nothing.

    Parameters
    ----------
    window : tuple of int
        Size by dimension; everything if not given.
    stride : tuple of int
        By dimension; the window if not given.
    padding : {"valid", "same"}
    """

    name: ClassVar[str] = "maximum_pooling"
    called: ClassVar[str] = "a maximum pooling"
    typed: ClassVar[bool] = False
    plain: ClassVar[tuple[str, ...]] = plain_layers("Max")
    keras_classes: ClassVar[tuple[str, ...]] = plain_layers("Max")

    def evaluate(self, values: Sequence[Array], _weights: Mapping[str, Array]) -> Array:
        """Largest values, place by place in the window."""
        (x,) = values
        steps = self.windows(x.shape[1:]).steps(x, -np.inf)
        largest: Array = reduce(np.maximum, (part for _, part in steps))
        return largest if self.window else largest.reshape(len(x), -1)

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras MaxPooling, or the global one."""
        del relu  # refused, since there is no type behind it
        return self.pool("Max", layer, tensors[0], dtype)

    def hardware(self, shapes: Sequence[Shape], _weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """Largest elements, channel by channel."""
        (shape,) = shapes
        return (Largest(inside(self.windows(shape).places_by_channel(shape))),)

    def largest(
        self, _shapes: Sequence[Shape], sources: Sequence[FixedPoint], _weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Largest value of the source."""
        (source,) = sources
        return max(-source.minimum, source.maximum), source.fraction
