"""The staircase of reachable rates: scores are integers, so not every rate can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.strata import Stratified

__all__ = ["EQUAL", "Staircase", "diagonal_steps", "held_steps", "single_steps", "threshold_at"]

Counts = NDArray[np.int64]

#: Relative distance within which two efficiencies are equal: 0.29 x 100 events are 29.
EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class Staircase:
    """Every threshold that selects a sample of its own, from the tightest to the loosest.

    Parameters
    ----------
    thresholds : tuple of 1 or 2 ndarray (n_steps,)
        Of the only score, or of both scores; falling, but where the second is held.
    total : ndarray (n_steps,)
        Events that pass, whole numbers; of a sample that was drawn in strata those of as many
        events of a plain sample, which need not be whole. Rising.
    pure : ndarray (n_steps,) of float64
        Of these, events that no other seed takes.
    events : int
        Size of the sample.
    effective, effective_pure : ndarray (n_steps,), optional
        Of a sample that was drawn in strata, events of a plain sample with the relative precision
        of `total` and of `pure`.

    Examples
    --------
    >>> steps = single_steps(np.array([3, 5, 5, 9]), untaken=np.array([1, 0, 0.75, 1]))
    >>> print(steps.thresholds[0], steps.total, steps.pure)
    [9 5 3] [1 3 4] [1.   1.75 2.75]
    """

    thresholds: tuple[NDArray[Any], ...]
    total: NDArray[Any]
    pure: NDArray[np.float64]
    events: int
    effective: NDArray[np.float64] | None = None
    effective_pure: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.total)

    def nearest(self, wanted: float, pure: bool = False) -> int:
        """Step whose efficiency comes nearest, the tighter of two as near.

        Parameters
        ----------
        wanted : float
            Fraction of all events. For a rate, divide it by `normalisation.InputRate.hz`.
        pure : bool
            Whether that of the events that no other seed takes is meant.
        """
        counts = self.pure if pure else self.total
        return int(np.argmin(np.abs(counts - wanted * self.events)))

    def nearest_below(self, wanted: float, pure: bool = False) -> int | None:
        """Step that comes nearest without going beyond, the tighter of two as near.

        Parameters
        ----------
        wanted, pure
            As of `nearest`.

        Returns
        -------
        int or None
            None where even the tightest step goes beyond.
        """
        counts = self.pure if pure else self.total
        within = np.searchsorted(counts, wanted * self.events * (1 + EQUAL), side="right")
        return int(np.searchsorted(counts, counts[within - 1])) if within else None


def single_steps(score: NDArray[Any], untaken: NDArray[np.float64] | None = None) -> Staircase:
    """Staircase of one score.

    Parameters
    ----------
    score : ndarray (n_events,)
    untaken : ndarray (n_events,) of float64, optional
        Probability that no other seed accepts the event; 1 if not given.
    """
    values, place = np.unique(score, return_inverse=True)
    total, pure = _passing(place, len(values), untaken, rising=False)
    return Staircase((values[::-1],), total, pure, len(score))


def diagonal_steps(
    score1: NDArray[Any],
    score2: NDArray[Any],
    untaken: NDArray[np.float64] | None = None,
    drawn: Stratified | None = None,
) -> Staircase:
    """Staircase of region A along the diagonal cut (paper 001, section III).

    An event passes both cuts of equal efficiency m / n if, for each score, at most m events
    of the sample score as high as it does. Thresholds are values that occur.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
    untaken : ndarray (n_events,) of float64, optional
        Probability that no other seed accepts the event; 1 if not given.
    drawn : Stratified, optional
        Of events that were drawn in strata.
    """
    values1, above1, place1 = _at_or_above(score1, drawn)
    values2, above2, place2 = _at_or_above(score2, drawn)
    steps, place = np.unique(np.maximum(above1[place1], above2[place2]), return_inverse=True)
    thresholds = _thresholds(values1, above1, steps), _thresholds(values2, above2, steps)
    if drawn is not None:
        return _in_strata(thresholds, place, untaken, drawn)
    total, pure = _passing(place, len(steps), untaken, rising=True)
    return Staircase(thresholds, total, pure, len(score1))


def held_steps(
    score1: NDArray[Any],
    score2: NDArray[Any],
    threshold2: Any,
    untaken: NDArray[np.float64] | None = None,
    drawn: Stratified | None = None,
) -> Staircase:
    """Staircase of region A along score 1, with the cut of score 2 held.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
    threshold2 : int or float
        A value that score 2 takes.
    untaken, drawn
        As of `diagonal_steps`.
    """
    passing = score2 >= threshold2
    values, inverse = np.unique(score1[passing], return_inverse=True)
    size = len(values)
    place = np.full(len(score1), size)  # what fails score 2 comes in a step behind all others
    place[passing] = size - 1 - inverse
    thresholds = values[::-1], np.full(size, threshold2)
    if drawn is not None:
        return _in_strata(thresholds, place, untaken, drawn)
    total, pure = _passing(place, size + 1, untaken, rising=True)
    return Staircase(thresholds, total[:size], pure[:size], len(score1))


def threshold_at(score: NDArray[Any], efficiency: float, drawn: Stratified | None = None) -> Any:
    """Lowest value of a score that at most this fraction of all events reaches; None if none does.

    Parameters
    ----------
    score : ndarray (n_events,)
    efficiency : float
    drawn : Stratified, optional
        Of events that were drawn in strata.
    """
    values, above, _ = _at_or_above(score, drawn)
    within = np.searchsorted(above[::-1], efficiency * len(score) * (1 + EQUAL), side="right")
    return values[-within].item() if within else None


def _at_or_above(
    score: NDArray[Any], drawn: Stratified | None
) -> tuple[NDArray[Any], NDArray[Any], Counts]:
    """Values that occur, how many events score as high or higher, and each event's value."""
    values, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    if drawn is not None:
        return values, drawn.at_or_above(place, len(values)), place
    return values, np.cumsum(counts[::-1])[::-1], place


def _thresholds(values: NDArray[Any], above: NDArray[Any], steps: NDArray[Any]) -> NDArray[Any]:
    """Lowest value that at most so many events reach, for each step."""
    fewer = np.searchsorted(above[::-1], steps, side="right")
    return np.asarray(values[::-1][fewer - 1])


def _passing(
    place: Counts, size: int, untaken: NDArray[np.float64] | None, rising: bool
) -> tuple[Counts, NDArray[np.float64]]:
    """Events up to each step, all and those that nothing else takes."""
    order = slice(None) if rising else slice(None, None, -1)
    total = np.cumsum(np.bincount(place, minlength=size)[order])
    if untaken is None:
        return total, total.astype(np.float64)
    return total, np.cumsum(np.bincount(place, untaken, minlength=size)[order])


def _in_strata(
    thresholds: tuple[NDArray[Any], ...],
    place: Counts,
    untaken: NDArray[np.float64] | None,
    drawn: Stratified,
) -> Staircase:
    size, own = len(thresholds[0]), drawn.weights
    bins = max(size, int(place.max()) + 1)  # events of a place behind all steps are in none
    left = own if untaken is None else untaken * own

    def passing(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.cumsum(np.bincount(place, weights, minlength=bins))[:size], float)

    total = drawn.at_or_below(place, bins)[:size]
    pure = total if untaken is None else passing(left)
    squares = passing(left**2)
    effective_pure = np.divide(pure**2, squares, out=np.zeros(size), where=squares > 0)
    return Staircase(
        thresholds, total, pure, len(place), total**2 / passing(own**2), effective_pure
    )
