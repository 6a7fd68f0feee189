"""What can be counted over the pieces of a sample: integers that add up in any order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counter", "Counts"]


class Counts(Protocol):
    """Integers; adding is associative and commutative, so that pieces may come in any order."""

    def __add__(self, other: Any, /) -> Self:
        """Counts of both pieces."""

    def to_json(self) -> dict[str, Any]:
        """Plain lists of integers, read back by `Counter.read`."""


class Counter(Protocol):
    """One kind of counts of a scan of rates."""

    def key(self) -> dict[str, Any]:
        """Everything besides the events that the counts depend on, as JSON."""

    def zero(self) -> Counts:
        """Counts of no events, the start of a sum."""

    def count(
        self,
        words: NDArray[np.int32],
        scores: Mapping[str, NDArray[np.int64]],
        clusters: NDArray[np.int64],
        pileup: NDArray[np.int32] | None,
    ) -> Counts:
        """Count events.

        Parameters
        ----------
        words : ndarray (n_events, n_fields) of int32
        scores : mapping of str to ndarray (n_events,) of int64
            Raw integers.
        clusters : ndarray (n_events,) of int64
            Equal for events that are not independent.
        pileup : ndarray (n_events,) of int32, or None
            Collisions in the crossing; negative where they are not known, None if nowhere.
        """

    def read(self, record: Mapping[str, Any]) -> Counts:
        """Undo `Counts.to_json`."""
