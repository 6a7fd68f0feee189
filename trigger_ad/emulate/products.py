"""Layers before their cast, in numpy: events lie side by side, (elements, n_events)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.ir.layers.merge import How
from trigger_ad.ir.layers.places import NOTHING, Places

__all__ = ["Compute", "largest", "merged", "scaled", "sums"]

Array = NDArray[Any]

#: From sources (n_in + 1, n), whose last rows are 1, to (size, n); in the array given, or as is.
Compute = Callable[[Sequence[Array], Array], Array]


def sums(weights: Array, bias: Array, places: Places | None) -> Compute:
    """Products with weights (channels, n_window) and their bias, window by window."""
    if places is None:
        matrix = np.column_stack([weights, bias])

        def dense(sources: Sequence[Array], values: Array) -> Array:
            return np.matmul(matrix, sources[0], out=values)

        return dense
    if _side_by_side(places):
        return _tiles(weights, bias, places)
    return _windows(weights, bias, places)


def scaled(scale: float) -> Compute:
    """The source in another unit."""

    def run(sources: Sequence[Array], values: Array) -> Array:
        return _scaled(sources[0][:-1], scale, values)

    return run


def merged(how: How, scales: Sequence[float]) -> Compute:
    """Sources in one unit, side by side or added."""

    def concatenated(sources: Sequence[Array], values: Array) -> Array:
        first = 0
        for source, scale in zip(sources, scales, strict=True):
            part = values[first : first + len(source) - 1]
            part[:] = _scaled(source[:-1], scale, part)
            first += len(part)
        return values

    def added(sources: Sequence[Array], values: Array) -> Array:
        values[:] = _scaled(sources[0][:-1], scales[0], values)
        for source, scale in zip(sources[1:], scales[1:], strict=True):
            values += _scaled(source[:-1], scale, np.empty_like(values))
        return values

    return concatenated if how is How.CONCATENATE else added


def largest(places: Places, scale: float) -> Compute:
    """Largest element of each window; none of the places is `NOTHING`."""

    def run(sources: Sequence[Array], values: Array) -> Array:
        np.take(sources[0], places[:, 0], axis=0, out=values, mode="clip")
        for column in places.T[1:]:
            np.maximum(values, sources[0][column], out=values)
        return _scaled(values, scale, values)

    return run


def _scaled(source: Array, scale: float, out: Array) -> Array:
    """Multiply by a power of two, which is 1 or more where the source is of integers."""
    if scale == 1:
        return source
    if source.dtype.kind == "f":
        return np.multiply(source, scale, out=out)
    return np.left_shift(source, round(math.log2(scale)), out=out)


def _side_by_side(places: Places) -> bool:
    """Whether windows follow each other without a gap, as particles do."""
    return bool(np.array_equal(places.reshape(-1), np.arange(places.size)))


def _tiles(weights: Array, bias: Array, places: Places) -> Compute:
    windows, size = places.shape
    column = bias[:, None] if bias.any() else None

    def run(sources: Sequence[Array], values: Array) -> Array:
        n = values.shape[1]
        tiles = sources[0][: windows * size].reshape(windows, size, n, copy=False)
        found = values.reshape(windows, len(weights), n, copy=False)
        np.matmul(weights, tiles, out=found)
        if column is not None:
            found += column
        return values

    return run


def _windows(weights: Array, bias: Array, places: Places) -> Compute:
    matrix = np.column_stack([weights, bias])
    windows = [(np.append(row, NOTHING), np.flatnonzero(row == NOTHING)) for row in places]

    def run(sources: Sequence[Array], values: Array) -> Array:
        source, channels = sources[0], len(matrix)
        window = np.empty((matrix.shape[1], values.shape[1]), source.dtype)
        for number, (row, padding) in enumerate(windows):
            # The last row of a source is 1, and NOTHING takes it: for the bias, and for padding.
            np.take(source, row, axis=0, out=window, mode="wrap")
            window[padding] = 0
            first = number * channels
            np.matmul(matrix, window, out=values[first : first + channels])
        return values

    return run
