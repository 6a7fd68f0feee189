"""What pooling layers have in common: windows that default to everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from trigger_ad.layers.kind import Kind, Shape, plain
from trigger_ad.layers.windows import Padding, Windows

__all__ = ["Pooling", "plain_layers"]


@dataclass(frozen=True)
class Pooling(Kind):
    """One value for each channel of a window; of everything where no window is given."""

    window: Shape = ()
    stride: Shape = ()
    padding: Padding = "valid"

    @classmethod
    def read(cls, layer: Any, _shapes: Sequence[Shape]) -> Self:
        """Window, stride and padding; none of a global one."""
        plain(layer, data_format="channels_last", keepdims=False)
        if not hasattr(layer, "pool_size"):
            return cls()
        return cls(tuple(layer.pool_size), tuple(layer.strides), layer.padding)

    def shape(self, layer: str, shapes: Sequence[Shape]) -> Shape:
        """Places of the window and channels; a vector of channels if it is everything."""
        (shape,) = shapes
        self._check_whole(layer, shape)
        places = self.windows(shape, layer).places
        return (*places, shape[-1]) if self.window else shape[-1:]

    def windows(self, shape: Shape, layer: str = "") -> Windows:
        """Places of the window over a source of a shape."""
        window = self.window or shape[:-1]
        return Windows.of(self, layer, shape, window, self.stride or window, self.padding)

    def pool(self, operation: str, layer: str, tensor: Any, dtype: str | None) -> Any:
        """Apply the Keras layer of an operation, Average or Max."""
        from keras import layers

        dimensions = len(tensor.shape) - 2
        if not self.window:
            whole = getattr(layers, f"Global{operation}Pooling{dimensions}D")
            return whole(name=layer, dtype=dtype)(tensor)
        windowed = getattr(layers, f"{operation}Pooling{dimensions}D")
        stride = self.stride or self.window
        return windowed(self.window, stride, padding=self.padding, name=layer, dtype=dtype)(tensor)

    def _check_whole(self, layer: str, shape: Shape) -> None:
        if len(shape) not in (2, 3):
            rule = "must read values of 1 or 2 dimensions and channels"
            raise self.refuse(layer, rule, f"shape {shape}", "give the network such a shape")
        if not self.window and (self.stride or self.padding != "valid"):
            rule = "must have a window where it has a stride or padding"
            raise self.refuse(layer, rule, None, "without a window it pools everything")


def plain_layers(operation: str) -> tuple[str, ...]:
    """Names of the Keras layers of an operation."""
    return tuple(f"{g}{operation}Pooling{d}D" for g in ("", "Global") for d in (1, 2))
