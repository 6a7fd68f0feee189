"""A grown isolation forest as arrays: real scores, integer scores, a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.references.forest.check import ARRAYS, fault
from trigger_ad.storage import arrays

__all__ = ["Forest", "average_path_length"]

SCHEMA = "isolation_forest/1"

#: Events scored at once, few enough that the values of a tree stay in the cache.
_BLOCK = 16384

Real = NDArray[np.float64]
Index = NDArray[np.int32]


def average_path_length(events: ArrayLike) -> Real:
    """Mean number of cuts that isolate one of several events.

    ``c(n) = 2 (ln(n - 1) + gamma) - 2 (n - 1) / n``, eq. (1) of Liu, Ting and Zhou, ICDM 2008
    (doi:10.1109/ICDM.2008.17), with c(2) = 1 and c(1) = 0 as in their TKDD paper of 2012.

    Examples
    --------
    >>> average_path_length([1, 2, 256])
    array([ 0. ,  1. , 10.24])
    """
    n = np.maximum(np.asarray(events, dtype=np.float64), 2.0)
    many = 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n
    few = np.asarray(events, dtype=np.float64) - 1.0
    return np.where(few > 1.0, many, np.maximum(few, 0.0))


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees of cuts ``x[feature] <= threshold``, left where that is true.

    Parameters
    ----------
    inputs : int
        Columns of an event.
    samples : int
        Events that each tree was grown on.
    fraction : int
        Path lengths of the integer score are multiples of ``2**-fraction``.
    offsets : ndarray (n_trees + 1,) of int64
        Nodes of tree t are those from ``offsets[t]``, its root, up to ``offsets[t + 1]``.
    feature : ndarray (n_nodes,) of int32
        Column of the cut; -1 in a leaf.
    threshold : ndarray (n_nodes,) of int32
        Of the cut, in LSB of the input; 0 in a leaf.
    left, right : ndarray (n_nodes,) of int32
        Nodes behind the cut, always further on in the arrays; -1 in a leaf.
    path : ndarray (n_nodes,) of float64
        Of a leaf its depth and c of the training events in it; 0 elsewhere.
    """

    inputs: int
    samples: int
    fraction: int
    offsets: NDArray[np.int64]
    feature: Index
    threshold: Index
    left: Index
    right: Index
    path: Real

    @property
    def trees(self) -> int:
        """Number of trees."""
        return len(self.offsets) - 1

    @cached_property
    def rounded(self) -> NDArray[np.int64]:
        """Path lengths on the grid, halves to even, (n_nodes,) in units of ``2**-fraction``."""
        return np.rint(np.ldexp(self.path, self.fraction)).astype(np.int64)

    @cached_property
    def constant(self) -> int:
        """Sum over the trees of the longest path of each, in units of ``2**-fraction``."""
        return int(self._longest.sum())

    @cached_property
    def values(self) -> NDArray[np.int64]:
        """By how much a leaf is shorter than the longest path of its tree.

        Returns
        -------
        ndarray (n_nodes,) of int64
            At least 0, in units of ``2**-fraction``; 0 where there is no leaf.
        """
        away = np.repeat(self._longest, np.diff(self.offsets)) - self.rounded
        return np.where(self.feature < 0, away, 0)

    @cached_property
    def _longest(self) -> NDArray[np.int64]:
        return np.maximum.reduceat(self.rounded, self.offsets[:-1])

    def scores(self, scaled: NDArray[Any]) -> Real:
        """Anomaly score ``2**(-E(h) / c(samples))``, eq. (2) of Liu, Ting and Zhou, ICDM 2008.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32

        Returns
        -------
        ndarray (n_events,) of float64
            From 0 to 1, larger for what is isolated sooner.

        Raises
        ------
        EventFileError
            If the shape is wrong or the numbers are not integers.
        """
        nodes = np.arange(len(self.path))
        total = np.zeros(len(scaled))
        for block, leaf in self._leaves(scaled, nodes):
            total[block] += self.path[leaf]
        mean = total / self.trees
        return np.exp2(-mean / average_path_length(self.samples))

    def integer_scores(self, scaled: NDArray[Any]) -> NDArray[np.int64]:
        """Anomaly score of the firmware: `constant` minus the sum of `rounded` path lengths.

        It differs from the same expression of real path lengths by at most half a unit for
        each tree, and has the order of `scores` where these are further apart than that.

        Parameters
        ----------
        scaled : ndarray (n_events, n_in) of int32

        Returns
        -------
        ndarray (n_events,) of int64
            At least 0, in units of ``2**-fraction``, larger for what is isolated sooner.

        Raises
        ------
        EventFileError
            If the shape is wrong or the numbers are not integers.
        """
        total = np.zeros(len(scaled), np.int64)
        for block, value in self._leaves(scaled, self.values):
            total[block] += value
        return total

    def _leaves(
        self, scaled: NDArray[Any], values: NDArray[np.int64]
    ) -> Iterator[tuple[slice, Any]]:
        """For each block of events, tree by tree, the values of the leaves that they reach."""
        if scaled.shape[1:] != (self.inputs,) or scaled.dtype.kind not in "iu":
            raise EventFileError(
                "the events of an isolation forest",
                f"must be integers of shape (n_events, {self.inputs})",
                f"{scaled.dtype} of shape {scaled.shape}",
                "scale the words first",
            )
        columns = (self.feature, self.threshold, self.left, self.right)
        narrow = values.astype(_narrowest(values))
        nodes = list(zip(*(column.tolist() for column in columns), narrow, strict=True))
        kind = _narrowest(scaled)
        for start in range(0, len(scaled), _BLOCK):
            block = slice(start, start + _BLOCK)
            events = np.ascontiguousarray(scaled[block].T, dtype=kind)
            for root, end in zip(self.offsets[:-1], self.offsets[1:], strict=True):
                yield block, _leaf(nodes, int(root), int(end), events)

    def save(self, path: Path) -> None:
        """Write one NPZ file of schema ``isolation_forest/1``."""
        header = {"inputs": self.inputs, "samples": self.samples, "fraction": self.fraction}
        arrays.save(path, SCHEMA, header, {name: getattr(self, name) for name in ARRAYS})

    @classmethod
    def load(cls, path: Path) -> Forest:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        SchemaError
            If the file is missing, broken, has another schema, or holds no trees: a node
            with two parents or none, a path that does not end, a column that is not there.
        """
        header, named = arrays.load(path, SCHEMA)
        found = fault(header, named)
        if found is not None:
            raise SchemaError(path, "must hold a forest of cuts", found, "grow the forest again")
        return cls(
            header["inputs"],
            header["samples"],
            header["fraction"],
            **{name: named[name] for name in ARRAYS},
        )


def _narrowest(values: NDArray[Any]) -> np.dtype[Any]:
    """Type of 16 bits if that holds the values: half the bits, nearly twice as fast."""
    ends = (np.min_scalar_type(end) for end in (values.min(initial=0), values.max(initial=0)))
    return np.result_type(np.int16, *ends)


def _leaf(
    nodes: list[tuple[int, int, int, int, Any]], root: int, end: int, events: NDArray[Any]
) -> Any:
    """Values of the leaves of one tree, from its last node, as children follow their parents."""
    below: dict[int, Any] = {}
    for node in range(end - 1, root - 1, -1):
        feature, threshold, left, right, value = nodes[node]
        if feature < 0:
            below[node] = value
        else:  # the left value where the cut is true; a product is faster than a choice
            other = below.pop(right)
            below[node] = other + (events[feature] <= threshold) * (below.pop(left) - other)
    return below[root]
