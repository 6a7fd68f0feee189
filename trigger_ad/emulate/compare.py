"""Exact comparison of two rungs of the ladder from Python to hardware, and inputs for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trigger_ad.errors import ConversionError

__all__ = [
    "MINIMUM_EVENTS",
    "MINIMUM_SCORES",
    "Difference",
    "RungComparison",
    "compare",
    "distinct",
    "extremes",
]

#: Equality of two rungs is claimed only on at least this many events ...
MINIMUM_EVENTS = 100_000

#: ... with at least this many different values of a score.
MINIMUM_SCORES = 1_000

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Difference:
    """One value in which two rungs differ.

    Parameters
    ----------
    event : int
        Index of the event.
    signal : str
        Name of the score or layer, with the element in brackets where it has several.
    reference, result : int
        Both values in LSB.
    """

    event: int
    signal: str
    reference: int
    result: int


@dataclass(frozen=True)
class RungComparison:
    """What a comparison found.

    Parameters
    ----------
    reference, rung : str
        Names of the two sides.
    events : int
    mismatches : int
        Events in which any signal differs.
    first : Difference or None
    distinct_scores : int
        Different values of the signal that has fewest, in the reference.
    minimum_events, minimum_scores : int
        What is needed before equality is claimed.
    """

    reference: str
    rung: str
    events: int
    mismatches: int
    first: Difference | None
    distinct_scores: int
    minimum_events: int = MINIMUM_EVENTS
    minimum_scores: int = MINIMUM_SCORES

    @property
    def enough(self) -> bool:
        """Whether the evidence would carry a claim of equality."""
        return self.events >= self.minimum_events and self.distinct_scores >= self.minimum_scores

    @property
    def equal(self) -> bool:
        """Whether equality is claimed: nothing differs, and the evidence is enough."""
        return self.mismatches == 0 and self.enough

    def __str__(self) -> str:
        text = f"{self.rung} against {self.reference}: {self.mismatches} of {self.events} differ"
        if self.first is not None:
            text += (
                f", first event {self.first.event}, {self.first.signal}: "
                f"{self.first.result} instead of {self.first.reference} LSB"
            )
        if not self.enough:
            text += (
                f"; {self.events} events with {self.distinct_scores} distinct scores are too few "
                f"for a claim ({self.minimum_events} with {self.minimum_scores})"
            )
        return text


def compare(
    reference_name: str,
    reference: Mapping[str, ArrayLike],
    rung_name: str,
    result: Mapping[str, ArrayLike],
    *,
    minimum_events: int = MINIMUM_EVENTS,
    minimum_scores: int = MINIMUM_SCORES,
) -> RungComparison:
    """Compare the signals of two rungs as 64-bit integers.

    Parameters
    ----------
    reference_name, rung_name : str
    reference, result : mapping of str to ndarray (n_events,) or (n_events, size) of integers
        Raw values of the same signals, in LSB.
    minimum_events, minimum_scores : int
        What is needed before equality is claimed.

    Raises
    ------
    ConversionError
        If a rung is compared with itself, or the two sides have other signals, shapes or
        values that are no integers.
    """
    shared = [n for n in reference if n in result and np.shares_memory(reference[n], result[n])]
    if reference_name == rung_name or shared:
        raise ConversionError(
            f"rung {rung_name}",
            "must be compared with another rung",
            "itself",
            "run both sides by themselves",
        )
    if set(reference) != set(result) or not reference:
        raise ConversionError(
            f"rung {rung_name}",
            f"must give the signals {', '.join(sorted(reference))}",
            ", ".join(sorted(result)) or "none",
            "compare the same scores or layers",
        )
    differs = np.zeros(np.shape(next(iter(reference.values())))[:1], dtype=np.bool_)
    found: list[Difference] = []
    distinct: list[int] = []
    for name in reference:
        left = _integers(reference_name, name, reference[name])
        right = _integers(rung_name, name, result[name])
        if left.shape != right.shape or len(left) != len(differs):
            raise ConversionError(
                f"signal {name} of rung {rung_name}",
                f"must have shape {(len(differs), *left.shape[1:])}",
                right.shape,
                "give both rungs the same events",
            )
        wrong = left != right
        differs |= wrong.reshape(len(left), -1).any(axis=1)
        distinct.append(len(np.unique(left)))
        if wrong.any():
            where = tuple(int(i) for i in np.argwhere(wrong)[0])
            label = name if left.ndim == 1 else f"{name}[{', '.join(map(str, where[1:]))}]"
            found.append(Difference(where[0], label, int(left[where]), int(right[where])))
    return RungComparison(
        reference_name,
        rung_name,
        len(differs),
        int(differs.sum()),
        min(found, key=lambda difference: difference.event, default=None),
        min(distinct),
        minimum_events,
        minimum_scores,
    )


def distinct(*runs: Mapping[str, ArrayLike]) -> int:
    """Count the different values of the signal that has fewest, over several runs.

    Parameters
    ----------
    runs : mapping of str to ndarray (n_events,) of integers
        The same signals in each.
    """
    return min(
        len(np.unique(np.concatenate([np.asarray(run[name]) for run in runs]))) for name in runs[0]
    )


def extremes(minimum: ArrayLike, maximum: ArrayLike, random: int, seed: int) -> NDArray[np.int32]:
    """Inputs at the ends of every port.

    All minimum, all maximum, all zero (or what is nearest); each port alone at either end
    with the others at zero, at their minimum and at their maximum; uniform random values
    over the full range.

    Parameters
    ----------
    minimum, maximum : array_like (size,) of int
        Raw bounds of each port.
    random : int
        Number of random events.
    seed : int

    Returns
    -------
    ndarray (3 + 6 * size + random, size) of int32
    """
    low, high = np.asarray(minimum, dtype=np.int64), np.asarray(maximum, dtype=np.int64)
    zero = np.clip(0, low, high)
    corners = np.stack([low, high, zero])
    alone: list[Any] = []
    for others in corners:
        for end in (low, high):
            events = np.tile(others, (len(low), 1))
            np.fill_diagonal(events, end)
            alone.append(events)
    rng = np.random.default_rng(seed)
    full = rng.integers(low, high, size=(random, len(low)), endpoint=True)
    return np.concatenate([corners, *alone, full]).astype(np.int32)


def _integers(rung: str, name: str, values: ArrayLike) -> Integers:
    array = np.asarray(values)
    exact = array.dtype.kind in "iu"
    if array.dtype.kind == "f":  # a rung that computes in float64 holds integers exactly
        exact = array.dtype == np.float64 and bool(np.all(array == np.rint(array)))
        exact = exact and bool(np.all(np.abs(array) <= 2.0**53))
    if not exact or array.ndim == 0:
        raise ConversionError(
            f"signal {name} of rung {rung}",
            "must be an array of integers",
            f"{array.dtype} of shape {array.shape}",
            "compare raw values in LSB",
        )
    return array.astype(np.int64)
