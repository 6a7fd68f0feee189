"""Events with their words and scores, as far as this room needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.strata import Stratified

__all__ = ["Sample", "drawn_alike", "tenth"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Events of one split.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of int32
    scores : tuple of ndarray (n_events,) of int64
        Both scores, raw.
    drawn : Stratified
        With their clusters; `drawn_alike` of a plain sample.
    pileup : ndarray (n_events,) of int32, optional
        Collisions in the crossing; negative where they are not known.
    """

    words: NDArray[np.int32]
    scores: tuple[Integers, Integers]
    drawn: Stratified
    pileup: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.words)


def drawn_alike(clusters: NDArray[Any]) -> Stratified:
    """Events of a plain sample as those of one stratum.

    Parameters
    ----------
    clusters : ndarray (n_events,)
        Equal for events that are not independent.
    """
    return Stratified.of(np.zeros(len(clusters), np.int64), (1.0,), clusters)


def tenth(score: Integers, drawn: Stratified, part: float = 0.1) -> tuple[int, float]:
    """Cut on a score that comes nearest to passing a tenth of all events, and what it passes.

    Parameters
    ----------
    score : ndarray (n_events,) of int64
        Of the threshold split.
    drawn : Stratified
    part : float
    """
    values, place = np.unique(score, return_inverse=True)
    passing = drawn.at_or_above(place, len(values)) / len(score)
    best = int(np.argmin(np.abs(passing - part)))
    return int(values[best]), float(passing[best])
