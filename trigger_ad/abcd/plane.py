"""Events in the plane of the two scores, in bins fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.strata import Stratified

__all__ = ["STEPS", "PlaneCounter", "PlaneCounts", "edges"]

#: Steps of efficiency from 1 to one event of the sample that gives the edges.
STEPS = 48

Integers = NDArray[np.int64]


def edges(scores: Integers, threshold: int, drawn: Stratified | None = None) -> tuple[int, ...]:
    """Thresholds at efficiencies that fall by a constant factor, and the one in use.

    Parameters
    ----------
    scores : ndarray (n_events,) of int64
        Of the threshold split.
    threshold : int
        Of the working point.
    drawn : Stratified, optional
        Of events that were drawn in strata: the last step is then an event of the rarest.

    Returns
    -------
    tuple of int
        Rising values that scores take, and `threshold`.
    """
    least = 1.0 if drawn is None else float(drawn.each.min())
    wanted = np.geomspace(least, len(scores), STEPS)
    falling = np.sort(scores)[::-1]
    if drawn is None:
        chosen = falling[np.rint(wanted).astype(np.int64) - 1]
    else:
        passing = np.cumsum(drawn.weights[np.argsort(-scores, kind="stable")])
        chosen = falling[np.minimum(np.searchsorted(passing, wanted), len(scores) - 1)]
    return tuple(sorted({*chosen.tolist(), threshold}))


@dataclass(frozen=True, eq=False)
class PlaneCounts:
    """Events by bin of score 1 and of score 2.

    Parameters
    ----------
    bins : ndarray (n_edges1 + 1, n_edges2 + 1) of int64
        Bin i holds the scores from edge i - 1, included, to edge i.
    """

    bins: Integers

    def __add__(self, other: Self) -> Self:
        return type(self)(self.bins + other.bins)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlaneCounts) and np.array_equal(self.bins, other.bins)

    __hash__ = None  # type: ignore[assignment]

    def above(self) -> Integers:
        """(n_edges1 + 1, n_edges2 + 1) of int64: events in region A of every pair of edges.

        Entry (i, j) counts scores at or above edge i - 1 and edge j - 1; 0 stands for no cut.
        """
        return np.asarray(self.bins[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1])

    def to_json(self) -> dict[str, Any]:
        """Plain lists, read back by `PlaneCounter.read`."""
        return {"bins": self.bins.tolist()}


@dataclass(frozen=True)
class PlaneCounter:
    """Counts events between edges.

    Parameters
    ----------
    edges1, edges2 : tuple of int
        Rising, in LSB of the scores.
    """

    edges1: tuple[int, ...]
    edges2: tuple[int, ...]

    def key(self) -> dict[str, Any]:
        """The edges."""
        return {"edges1": list(self.edges1), "edges2": list(self.edges2)}

    def zero(self) -> PlaneCounts:
        """No events."""
        return PlaneCounts(np.zeros((len(self.edges1) + 1, len(self.edges2) + 1), np.int64))

    def count(
        self,
        words: NDArray[np.int32],  # noqa: ARG002
        scores: Mapping[str, Integers],
        clusters: Integers,  # noqa: ARG002
        pileup: NDArray[np.int32] | None,  # noqa: ARG002
        *,
        bits: Mapping[str, NDArray[np.bool_]] | None = None,  # noqa: ARG002
    ) -> PlaneCounts:
        """Count events; see `counters.Counter`."""
        shape = self.zero().bins.shape
        first, second = (
            np.searchsorted(np.array(known), values, side="right")
            for known, values in zip((self.edges1, self.edges2), scores.values(), strict=True)
        )
        flat = np.bincount(first * shape[1] + second, minlength=shape[0] * shape[1])
        return PlaneCounts(flat.reshape(shape).astype(np.int64))

    def read(self, record: Mapping[str, Any]) -> PlaneCounts:
        """Undo `PlaneCounts.to_json`."""
        return PlaneCounts(np.array(record["bins"], np.int64))
