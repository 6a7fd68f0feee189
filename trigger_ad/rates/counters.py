"""What can be counted over the pieces of a sample: integers that add up in any order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counter", "Counts", "RunningSum"]


class Addable(Protocol):
    """What can be added to its like."""

    def __add__(self, other: Any, /) -> Self:
        """Sum of both."""


A = TypeVar("A", bound=Addable)


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
        *,
        bits: Mapping[str, NDArray[np.bool_]] | None = None,
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
        bits : mapping of str to ndarray (n_events,) of bool, optional
            Trigger bits of the event file that the menu asks for.
        """

    def read(self, record: Mapping[str, Any]) -> Counts:
        """Undo `Counts.to_json`."""


class RunningSum(Generic[A]):
    """Sum of many counts, of which none is added to a much larger one.

    Counts grow with what was seen, so that adding one after the other would copy the sum at each
    of them. Here two sums of equally many parts become one, as the digits of a binary counter do,
    and every part is copied log2 of their number times.

    Parameters
    ----------
    zero : Counts
        The start of a sum.

    Examples
    --------
    >>> running = RunningSum(0)
    >>> for number in range(5):
    ...     running.add(number)
    >>> running.total()
    10
    """

    def __init__(self, zero: A) -> None:
        self._zero = zero
        self._parts: list[tuple[int, A]] = []

    def add(self, counts: A) -> None:
        """Add counts of one more part."""
        number = 1
        while self._parts and self._parts[-1][0] == number:
            number, counts = 2 * number, self._parts.pop()[1] + counts
        self._parts.append((number, counts))

    def total(self) -> A:
        """Sum of all parts."""
        total = self._zero
        while self._parts:  # those that are added are given up
            total = self._parts.pop()[1] + total
        self._parts.append((1, total))
        return total
