"""Several sources added value by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.hardware import Added, Form
from trigger_ad.layers.kind import Array, Raw, Shape
from trigger_ad.layers.merging import Merging, aligned
from trigger_ad.layers.relu import rectified

__all__ = ["Add"]


@dataclass(frozen=True)
class Add(Merging):
    """The sum of sources of one shape."""

    name: ClassVar[str] = "add"
    called: ClassVar[str] = "a sum of layers"
    plain: ClassVar[tuple[str, ...]] = ("Add",)
    keras_classes: ClassVar[tuple[str, ...]] = ("Add",)

    @classmethod
    def read(cls, layer: Any, shapes: Sequence[Shape]) -> Add:
        """It has no parameters."""
        del layer, shapes
        return cls()

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Shape of every source."""
        if len(set(shapes)) > 1:
            found = " and ".join(str(shape) for shape in shapes)
            remedy = "make them alike in the layers before"
            raise self.refuse(layer, "must read sources of one shape", found, remedy)
        return shapes[0]

    def evaluate(self, values: Sequence[Array], _weights: Mapping[str, Array]) -> Array:
        """Sum, from the first source on."""
        total: Array = sum(values[1:], values[0])
        return total

    def keras(
        self, layer: str, tensors: Sequence[Any], *, relu: bool, dtype: str | None = None
    ) -> Any:
        """Apply a Keras Add."""
        from keras.layers import Add as KerasAdd

        total = KerasAdd(name=layer, dtype=dtype)(list(tensors))
        return rectified(total, layer, relu=relu, dtype=dtype)

    def hardware(self, _shapes: Sequence[Shape], _weights: Mapping[str, Array]) -> tuple[Form, ...]:
        """Sums element by element."""
        return (Added(),)

    def largest(
        self, _shapes: Sequence[Shape], sources: Sequence[FixedPoint], _weights: Mapping[str, Raw]
    ) -> tuple[int, int]:
        """Sum of the largest values."""
        most, fraction = aligned(sources)
        return sum(most), fraction
