"""Thresholds of the two scores for a wanted Standard Model efficiency: the "diagonal" cut."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import WorkingPointError
from trigger_ad.rates.counts import RegionCounts
from trigger_ad.trigger.decide import region_of
from trigger_ad.trigger.registers import REGIONS

__all__ = ["WorkingPoint", "require_events", "working_point"]


@dataclass(frozen=True)
class WorkingPoint:
    """Thresholds and the efficiencies they have on the sample they were derived from.

    Parameters
    ----------
    threshold1, threshold2 : int or float
        A score passes if it is equal or above. Integers, in LSB, for integer scores.
    wanted : float
        Efficiency of region A that was asked for.
    efficiency : float
        Realised efficiency of region A.
    efficiency1, efficiency2 : float
        Realised efficiency of each cut alone; equal up to ties of the scores.
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


def working_point(score1: NDArray[Any], score2: NDArray[Any], wanted: float) -> WorkingPoint:
    """Derive the diagonal cut (paper 001, section III): both scores cut at equal efficiency.

    An event passes both cuts of equal efficiency m / n if, for each score, at most m events
    of the sample score as high as it does. The m whose region A comes nearest to the wanted
    efficiency is taken, the smaller of two as near. Thresholds are values that occur, so
    they are integers for integer scores, and they fall as the wanted efficiency rises.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
        Of the Standard Model events of the threshold split, and of no other.
    wanted : float
        Fraction of events in region A.

    Returns
    -------
    WorkingPoint

    Raises
    ------
    WorkingPointError
        If the sample is too small, the efficiency cannot be reached within a factor of two,
        or a region would be empty.
    """
    events = len(score1)
    if wanted * events < 1:
        raise WorkingPointError(
            f"the SM efficiency {wanted:g}", "must leave at least one event in region A",
            f"{wanted * events:.2g} of the {events} events of the threshold split",
            "use more events or a larger efficiency",
        )  # fmt: skip
    above1, above2 = _at_or_above(score1), _at_or_above(score2)
    steps, passing = np.unique(np.maximum(above1, above2), return_counts=True)
    in_a = np.cumsum(passing)
    best = int(np.argmin(np.abs(in_a - wanted * events)))
    threshold1 = score1[above1 <= steps[best]].min().item()
    threshold2 = score2[above2 <= steps[best]].min().item()
    realised = in_a[best] / events
    if not wanted / 2 <= realised <= 2 * wanted:
        raise WorkingPointError(
            f"the SM efficiency {wanted:g}", "must be reachable with the values the scores take",
            f"at best {realised:.3g}", "choose another efficiency or scores with more values",
        )  # fmt: skip
    point = WorkingPoint(
        threshold1,
        threshold2,
        wanted,
        float(realised),
        float(np.mean(score1 >= threshold1)),
        float(np.mean(score2 >= threshold2)),
    )
    counts = RegionCounts.of(point.regions(score1, score2))
    require_events(counts.before, f"the SM efficiency {wanted:g}")
    return point


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
            name, "must leave events in all four regions", found,
            "use more events or another efficiency",
        )  # fmt: skip


def _at_or_above(scores: NDArray[Any]) -> NDArray[np.int64]:
    """For each event, how many events score as high or higher, itself included."""
    return np.asarray(len(scores) - np.searchsorted(np.sort(scores), scores, side="left"))
