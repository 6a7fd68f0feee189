"""Whether arrays from a file are trees: every path ends in a leaf, every index is inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ARRAYS", "fault"]

#: Arrays of a forest with their types.
ARRAYS = {
    "offsets": np.int64,
    "feature": np.int32,
    "threshold": np.int32,
    "left": np.int32,
    "right": np.int32,
    "path": np.float64,
}

#: Whole numbers of the header with their bounds.
_NUMBERS = {"inputs": (1, 1 << 20), "samples": (2, 1 << 24), "fraction": (0, 16)}

#: Longer than any path: 24 cuts and c of 2**24 events.
_LONGEST = 64.0


def fault(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str | None:
    """What is wrong with a forest, or None.

    Parameters
    ----------
    header : mapping
        With ``inputs``, ``samples`` and ``fraction``.
    arrays : mapping of str to ndarray
        Those of `trigger_ad.references.forest.forest.Forest`.
    """
    for name, (least, most) in _NUMBERS.items():
        value = header.get(name)
        if type(value) is not int or not least <= value <= most:
            return f"{name} {value!r}"
    for name, kind in ARRAYS.items():
        if name not in arrays or arrays[name].dtype != kind or arrays[name].ndim != 1:
            return f"{name} that is no list of {np.dtype(kind).name}"
    sizes = {len(arrays[name]) for name in ARRAYS if name != "offsets"}
    offsets = arrays["offsets"]
    if len(sizes) != 1:
        return "lists of different lengths"
    if len(offsets) < 2 or offsets[0] != 0 or offsets[-1] != sizes.pop() or _falls(offsets):
        return "trees that do not follow each other"
    return _nodes(header["inputs"], arrays)


def _falls(offsets: NDArray[Any]) -> bool:
    return bool(np.any(offsets[1:] <= offsets[:-1]))


def _nodes(inputs: int, arrays: Mapping[str, NDArray[Any]]) -> str | None:
    offsets, feature, path = arrays["offsets"], arrays["feature"], arrays["path"]
    leaf = feature == -1
    children = np.stack([arrays["left"], arrays["right"]])
    if np.any((feature < -1) | (feature >= inputs)):
        return f"a cut outside the {inputs} columns"
    if np.any(children[:, leaf] != -1):
        return "a leaf with nodes behind it"
    end = np.repeat(offsets[1:], np.diff(offsets))
    inside = (children > np.arange(len(leaf))) & (children < end)
    if not inside[:, ~leaf].all():
        return "a node behind a cut that is not further on in its tree"
    parents = np.bincount(children[:, ~leaf].ravel(), minlength=len(leaf))
    parents[offsets[:-1]] += 1
    if np.any(parents != 1):
        return "a node that is not behind one cut"
    if not np.all((path >= 0) & (path <= _LONGEST)):
        return f"a path that is not from 0 to {_LONGEST:g}"
    return None
