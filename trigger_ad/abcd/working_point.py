"""Thresholds of the two scores for a wanted Standard Model efficiency.

Both scores are cut at equal efficiency, the "diagonal" cut, or score 2 is cut at an efficiency that
is given, and score 1 as tightly as that takes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.errors import WorkingPointError
from trigger_ad.rates.staircase import EQUAL, Staircase, diagonal_steps, held_steps, threshold_at
from trigger_ad.statistics.strata import Stratified, mean
from trigger_ad.trigger.decide import region_of
from trigger_ad.trigger.registers import REGIONS

__all__ = ["WorkingPoint", "require_events", "steps_of", "working_point"]


@dataclass(frozen=True)
class WorkingPoint:
    """Thresholds and the efficiencies they have on the sample they were derived from.

    Parameters
    ----------
    threshold1, threshold2 : int or float
        A score passes if it is equal or above. Integers, in LSB, for integer scores.
    wanted : float
        Efficiency of region A that was asked for: of all its events, or of those that no
        other seed takes.
    efficiency : float
        Realised efficiency of the same events.
    efficiency1, efficiency2 : float
        Realised efficiency of each cut alone; of the diagonal cut equal up to ties.
    """

    threshold1: float
    threshold2: float
    wanted: float
    efficiency: float
    efficiency1: float
    efficiency2: float

    def regions(self, score1: NDArray[Any], score2: NDArray[Any]) -> NDArray[np.uint8]:
        """Region of each event of any sample, (n_events,) uint8."""
        return region_of(score1, score2, self.threshold1, self.threshold2)

    def to_json(self) -> dict[str, float]:
        """Plain numbers by name."""
        return asdict(self)


def working_point(
    score1: NDArray[Any],
    score2: NDArray[Any],
    wanted: float,
    untaken: NDArray[np.float64] | None = None,
    drawn: Stratified | None = None,
    score2_efficiency: float | None = None,
) -> WorkingPoint:
    """Derive thresholds: the diagonal cut, or that of score 1 beside a given cut of score 2.

    *Diagonal* (paper 001, section III): both scores are cut at equal efficiency. Of the steps of
    `staircase.diagonal_steps` the one is taken that comes nearest to the wanted efficiency, the
    tighter of two as near, and one that is off by a factor of two is refused.

    *With an efficiency of score 2*: its threshold is the lowest value that at most this fraction
    of all events reaches. Of the steps of `staircase.held_steps` the one is taken that comes
    nearest without going beyond. Scores may be coarse then, such as numbers of objects, so the
    efficiency that is realised may be far below the one wanted: it is to be quoted.

    Thresholds are values that occur, so they are integers for integer scores, and they fall as the
    wanted efficiency rises.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
        Of the Standard Model events of the threshold split, and of no other.
    wanted : float
        Fraction of events in region A; for a rate, divided by the rate of the input.
    untaken : ndarray (n_events,) of float64, optional
        Probability that no other seed accepts the event. With it `wanted` is the pure
        efficiency, of the events in region A that no other seed takes.
    drawn : Stratified, optional
        Of events that were drawn in strata: efficiencies are those of all events.
    score2_efficiency : float, optional
        Fraction of all events above the cut of score 2; without it the cut is diagonal.

    Returns
    -------
    WorkingPoint

    Raises
    ------
    WorkingPointError
        If the sample is too small, the efficiency cannot be reached, or a region would be empty.
    """
    events = len(score1)
    least = 1.0 if drawn is None else float(drawn.each.min())  # what an event counts
    name = f"the {'SM' if untaken is None else 'pure'} efficiency {wanted:g}"
    if wanted * events < least:
        raise WorkingPointError(
            name,
            "must leave at least one event in region A",
            f"{wanted * events / least:.2g} of the {events} events of the threshold split",
            "use more events or a larger efficiency",
        )
    steps = steps_of(score1, score2, untaken, drawn, score2_efficiency)
    pure = untaken is not None
    if score2_efficiency is None:
        best = steps.nearest(wanted, pure)
    else:
        best = steps.nearest_below(wanted, pure) or 0
    realised = float(steps.pure[best]) / events
    if not _reached(realised, wanted, score2_efficiency is not None):
        raise WorkingPointError(
            name,
            "must be reachable with the values the scores take",
            f"at best {realised:.3g}",
            "choose another efficiency or scores with more values",
        )
    threshold1, threshold2 = (values[best].item() for values in steps.thresholds)
    point = WorkingPoint(
        threshold1,
        threshold2,
        wanted,
        realised,
        mean(score1 >= threshold1, drawn),
        mean(score2 >= threshold2, drawn),
    )
    counts = RegionCounts.of(point.regions(score1, score2))
    require_events(counts.before, name)
    return point


def steps_of(
    score1: NDArray[Any],
    score2: NDArray[Any],
    untaken: NDArray[np.float64] | None = None,
    drawn: Stratified | None = None,
    score2_efficiency: float | None = None,
) -> Staircase:
    """Every region A that `working_point` chooses from; parameters as there.

    Raises
    ------
    WorkingPointError
        If no cut of score 2 has so low an efficiency.
    """
    if score2_efficiency is None:
        return diagonal_steps(score1, score2, untaken, drawn)
    threshold2 = threshold_at(score2, score2_efficiency, drawn)
    if threshold2 is None:
        raise WorkingPointError(
            f"the efficiency {score2_efficiency:g} of score 2",
            "must be reachable with the values the score takes",
            f"{mean(score2 >= score2.max(), drawn):.3g} at its largest",
            "choose a larger one or a score with more values",
        )
    return held_steps(score1, score2, threshold2, untaken, drawn)


def _reached(realised: float, wanted: float, held: bool) -> bool:
    """Whether an efficiency is near enough to what was wanted; with score 2 held, from below."""
    if held:
        return 0 < realised <= wanted * (1 + EQUAL)
    return wanted / 2 <= realised <= 2 * wanted


def require_events(counts: NDArray[Any], name: str) -> None:
    """Refuse thresholds that leave a region without events.

    Parameters
    ----------
    counts : ndarray (4,)
        Events in A, B, C, D.
    name : str
        What chose the thresholds, for the sentence.

    Raises
    ------
    WorkingPointError
    """
    if not np.all(counts > 0):
        found = ", ".join(f"{r} {n:g}" for r, n in zip(REGIONS, counts, strict=True))
        raise WorkingPointError(
            name,
            "must leave events in all four regions",
            found,
            "use more events or another efficiency",
        )
