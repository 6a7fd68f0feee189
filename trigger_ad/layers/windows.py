"""Windows that move over one or two dimensions of a shape whose last one are the channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trigger_ad.ir.layers.places import NOTHING, Places
from trigger_ad.layers.kind import Array, Kind, Shape, elements

__all__ = ["Padding", "Windows"]

#: No padding, or as much as gives an output for each stride, as TensorFlow adds it.
Padding = Literal["valid", "same"]

_REMEDY = "change the layer or the one before it"


@dataclass(frozen=True)
class Windows:
    """Windows of one size at regular places.

    Parameters
    ----------
    size, stride : tuple of int
        By dimension.
    places : tuple of int
        Number of places in each dimension.
    before, after : tuple of int
        Rows and columns added at the ends.
    """

    size: Shape
    stride: Shape
    places: Shape
    before: Shape
    after: Shape

    @classmethod
    def of(
        cls, kind: Kind, layer: str, shape: Shape, size: Shape, stride: Shape, padding: Padding
    ) -> Windows:
        """Windows over the leading dimensions of a shape.

        Raises
        ------
        ArchitectureError
            If they do not fit.
        """
        _check(kind, layer, shape, size, stride, padding)
        lengths = shape[:-1]
        if padding == "valid":
            places = tuple((n - k) // s + 1 for n, k, s in zip(lengths, size, stride, strict=True))
            return cls(size, stride, places, (0,) * len(size), (0,) * len(size))
        places = tuple(-(-n // s) for n, s in zip(lengths, stride, strict=True))
        added = [
            max((p - 1) * s + k - n, 0)
            for p, s, k, n in zip(places, stride, size, lengths, strict=True)
        ]
        before = tuple(a // 2 for a in added)
        after = tuple(a - b for a, b in zip(added, before, strict=True))
        return cls(size, stride, places, before, after)

    @property
    def elements(self) -> int:
        """Places in one window."""
        return elements(self.size)

    def places_of(self, shape: Shape) -> Places:
        """Places (windows, elements of a window and channels) in a flat vector of a shape."""
        return self._table(shape).transpose(1, 0, 2).reshape(self._count, -1)

    def places_by_channel(self, shape: Shape) -> Places:
        """Places (windows and channels, elements of a window) in a flat vector of a shape."""
        return self._table(shape).transpose(1, 2, 0).reshape(-1, self.elements)

    @property
    def _count(self) -> int:
        return elements(self.places)

    def _table(self, shape: Shape) -> Places:
        """Places by element of the window, window and channel."""
        numbers = np.arange(elements(shape), dtype=np.int32).reshape(1, *shape)
        parts = [part.reshape(-1, shape[-1]) for _, part in self.steps(numbers, NOTHING)]
        return np.stack(parts).astype(np.int32)

    def steps(self, values: Array, fill: float) -> Iterator[tuple[Shape, Array]]:
        """Go through the window: a place in it, and the values there of all windows.

        Parameters
        ----------
        values : ndarray (n_events, ..., channels)
        fill : float
            What is added at the ends.
        """
        ends = ((0, 0), *zip(self.before, self.after, strict=True), (0, 0))
        if any(self.before) or any(self.after):
            values = np.pad(values, ends, constant_values=fill)
        for place in np.ndindex(self.size):
            cuts = (
                slice(at, at + (count - 1) * step + 1, step)
                for at, count, step in zip(place, self.places, self.stride, strict=True)
            )
            yield place, values[(slice(None), *cuts)]


def _check(
    kind: Kind, layer: str, shape: Shape, size: Shape, stride: Shape, padding: Padding
) -> None:
    rank = len(size)
    if rank not in (1, 2) or min(size) < 1:
        raise kind.refuse(layer, "must have a window of 1 or 2 sizes from 1", size, _REMEDY)
    if len(stride) != rank or min(stride) < 1:
        rule = f"must have {rank} strides from 1, one for each dimension"
        raise kind.refuse(layer, rule, stride, _REMEDY)
    if padding not in ("valid", "same"):
        raise kind.refuse(layer, "must have padding valid or same", padding, _REMEDY)
    if len(shape) != rank + 1:
        rule = f"must read values of {rank} dimensions and channels"
        raise kind.refuse(layer, rule, f"shape {shape}", _REMEDY)
    if padding == "valid" and any(k > n for k, n in zip(size, shape[:-1], strict=True)):
        rule = f"must have a window that fits into {shape[:-1]}"
        raise kind.refuse(layer, rule, size, f"{_REMEDY}, or pad")
