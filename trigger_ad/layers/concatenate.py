"""Several sources one behind the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.hardware import Form, Joined, Largest
from trigger_ad.layers.kind import Array, Raw, Shape, elements
from trigger_ad.layers.merging import Merging, aligned
from trigger_ad.layers.relu import rectified

__all__ = ["Concatenate"]


@dataclass(frozen=True)
class Concatenate(Merging):
    """Vectors behind each other; of particles and pixels, their channels."""

    name: ClassVar[str] = "concatenate"
    called: ClassVar[str] = "a concatenation"
    plain: ClassVar[tuple[str, ...]] = ("Concatenate",)
    keras_classes: ClassVar[tuple[str, ...]] = ("Concatenate",)

    @classmethod
    def read(cls, layer: Any, shapes: Sequence[Shape]) -> Concatenate:
        """Along the channels alone."""
        if layer.axis not in (-1, len(shapes[0])):
            rule = "must join channels, axis -1"
            raise ConversionError(f"layer {layer.name}", rule, f"axis {layer.axis}", "change it")
        return cls()

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape of every source, its channels added."""
        if len({shape[:-1] for shape in shapes}) > 1:
            found = " and ".join(str(shape) for shape in shapes)
            rule = "must read sources that differ only in their channels"
            raise self.refuse(layer, rule, found, "make them alike in the layers before")
        return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))

    def evaluate(self, values: Sequence[Array], _weights: Mapping[str, Array]) -> Array:
        """Join the channels."""
        return np.concatenate(values, axis=-1)

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras Concatenate."""
        from keras.layers import Concatenate as KerasConcatenate

        joined = KerasConcatenate(name=layer, dtype=dtype)(list(tensors))
        return rectified(joined, layer, relu=relu, dtype=dtype)

    def hardware(self, shapes: Sequence[Shape], _weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """One behind the other; then particle by particle, or pixel by pixel, where there are."""
        if len(shapes[0]) == 1:
            return (Joined(),)
        places, first = [], 0
        for shape in shapes:
            places.append(np.arange(first, first + elements(shape), dtype=np.int32).reshape(shape))
            first += elements(shape)
        return Joined(), Largest(np.concatenate(places, axis=-1).reshape(-1, 1))

    def largest(
        self, _shapes: Sequence[Shape], sources: Sequence[FixedPoint], _weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Largest value of any source."""
        most, fraction = aligned(sources)
        return max(most), fraction
