"""Products of windows with one constant matrix: solved once, written for every window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from alkaid.cmvm import cmvm_solve
from alkaid.trace import FVariable, FVArray
from alkaid.types import QInterval
from numpy.typing import NDArray

__all__ = ["products"]

Window = Sequence[FVariable]


def products(
    windows: Sequence[Window],
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    options: dict[str, Any],
) -> list[FVariable | float]:
    """Sums of products with their bias, channel after channel of each window.

    Parameters
    ----------
    windows : sequence of sequence of FVariable
        All of one size.
    weights : ndarray (size, channels) of float64
    bias : ndarray (channels,) of float64
    options : dict
        Of alkaid's solver.
    """
    if len(windows) == 1:
        return _of_one(windows[0], weights, bias, options)
    return _of_many(windows, weights, bias, options)


def _of_one(
    source: Window, weights: NDArray[np.float64], bias: NDArray[np.float64], options: dict[str, Any]
) -> list[FVariable | float]:
    """With its constant elements added by hand."""
    fixed = np.array([not _varies(value) for value in source])
    constants = np.array([value.low for value in source])[fixed] @ weights[fixed] + bias
    if fixed.all():
        return list(constants)
    live = np.array([value for value in source if _varies(value)], dtype=object)
    if any(value.low < 0 and sum(value.kif) == 1 for value in live):
        options = options | {"binary_lut": False}  # whose addresses take each bit for 0 or 1
    found = np.asarray(FVArray(live, options) @ weights[~fixed])
    return [a + float(b) for a, b in zip(found, constants, strict=True)]


def _of_many(
    windows: Sequence[Window],
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    options: dict[str, Any],
) -> list[FVariable | float]:
    """With the sums of a window whose elements have the intervals of all windows."""
    columns = list(zip(*windows, strict=True))
    live = np.array([any(_varies(value) for value in column) for column in columns])
    live &= np.any(weights, axis=1)
    used = [column for column, keep in zip(columns, live, strict=True) if keep]
    stages = _solved(used, weights[live], options) if used and weights[live].any() else None
    found: list[FVariable | float] = []
    for window in windows:
        constants = np.array([value.low for value in window])[~live] @ weights[~live] + bias
        totals: Sequence[FVariable | float] = [0.0] * weights.shape[1]
        if stages is not None:
            values = np.array([v for v, keep in zip(window, live, strict=True) if keep], object)
            for stage in stages:
                values = np.asarray(stage(values, quantize=False))
            totals = list(values)
        found += [total + float(b) for total, b in zip(totals, constants, strict=True)]
    return found


def _solved(
    columns: Sequence[Sequence[FVariable]], weights: NDArray[np.float64], options: dict[str, Any]
) -> Any:
    """Circuit of the products, for whatever any window can hold."""
    hulls = [_hull([value for value in column if _varies(value)], column) for column in columns]
    latencies = [max(float(value.latency) for value in column) for column in columns]
    matrix = np.ascontiguousarray(weights.astype(np.float32))
    return cmvm_solve(matrix, qintervals=hulls, latencies=latencies, **options)


def _hull(varying: Sequence[FVariable], column: Sequence[FVariable]) -> QInterval:
    """Interval of an element over all windows; padding and constants widen it, too."""
    step = min(float(value.step) for value in varying)
    low = min(float(value.low) for value in column)
    high = max(float(value.high) for value in column)
    return QInterval(low, high, step)


def _varies(value: FVariable) -> bool:
    return bool(value.low != value.high)
