"""Some of the values of a source, in a shape of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.hardware import Form, Largest
from trigger_ad.layers.kind import Array, Kind, Raw, Shape, elements, plain

__all__ = ["Part"]


@dataclass(frozen=True)
class Part(Kind):
    """Values beside each other in a flat source, as a vector, particles or an image.

    With it a network has more than one input: each is a part of the words.

    Parameters
    ----------
    first : int
        Index of the first of them.
    size : tuple of int
        Shape that they get.
    """

    first: int
    size: Shape

    name: ClassVar[str] = "part"
    called: ClassVar[str] = "a part of its source"
    typed: ClassVar[bool] = False
    flat: ClassVar[bool] = True
    plain: ClassVar[tuple[str, ...]] = ("Cropping1D",)
    keras_classes: ClassVar[tuple[str, ...]] = ("Reshape", "Flatten")

    @classmethod
    def read(cls, layer: Any, _shapes: Sequence[Shape]) -> Part:
        """Everything, in another shape; a Flatten may have an order of its own."""
        plain(layer, data_format="channels_last")
        return cls(0, tuple(layer.output.shape[1:]))

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape that is asked for."""
        if not 1 <= len(self.size) <= 3 or min(self.size) < 1:
            rule = "must be (n,), (length, channels) or (height, width, channels), all from 1"
            raise self.refuse(layer, rule, self.size, "change it")
        have, end = elements(shapes[0]), self.first + elements(self.size)
        if self.first < 0 or end > have:
            rule = f"must lie within the {have} values of its source"
            raise self.refuse(layer, rule, f"{self.first} to {end}", "change first or size")
        return self.size

    def evaluate(self, values: Sequence[Array], _weights: Mapping[str, Array]) -> Array:
        """Take them out."""
        (x,) = values
        return x[:, self._within].reshape(len(x), *self.size)

    @property
    def _within(self) -> slice:
        return slice(self.first, self.first + elements(self.size))

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Crop the vector, and give what is left its shape."""
        del relu  # refused, since there is no type behind it
        from keras.layers import Cropping1D, Reshape

        (x,) = tensors
        ends = (self.first, x.shape[1] - self._within.stop)
        column = Reshape((x.shape[1], 1), name=f"{layer}_column", dtype=dtype)(x)
        kept = Cropping1D(ends, name=f"{layer}_kept", dtype=dtype)(column)
        return Reshape(self.size, name=layer, dtype=dtype)(kept)

    def hardware(self, _shapes: Sequence[Shape], _weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """Copies."""
        within = self._within
        return (Largest(np.arange(within.start, within.stop, dtype=np.int32)[:, None]),)

    def largest(
        self, _shapes: Sequence[Shape], sources: Sequence[FixedPoint], _weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Largest value of the source."""
        (source,) = sources
        return max(-source.minimum, source.maximum), source.fraction
