"""A quoted rate: its interval from grouped counts, or an upper limit where events are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.figure import QuotedFigure
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.design_effects import design_effects
from trigger_ad.statistics.fractions import Fractions
from trigger_ad.statistics.intervals import COVERAGE, Interval, is_few

__all__ = ["Quoted", "design_effect", "quoted_efficiency", "quoted_sum", "sum_effect"]


@dataclass(frozen=True)
class Quoted:
    """A fraction of the events.

    Parameters
    ----------
    interval : Interval
        Value and 95 % interval.
    effective : float
        Independent events behind it.
    limit : float
        One-sided 95 % upper limit.
    """

    interval: Interval
    effective: float
    limit: float

    @classmethod
    def of(cls, found: Fractions) -> list[Quoted]:
        """Return each of several fractions by itself."""
        rows = zip(found.value, found.low, found.high, found.effective, found.limit, strict=True)
        return [
            cls(Interval(float(value), float(low), float(high)), float(effective), float(limit))
            for value, low, high, effective, limit in rows
        ]

    def record(self, source: InputRate | None) -> QuotedFigure:
        """The same as a part of a record."""
        return QuotedFigure.from_json(self.to_json(source), "a quoted rate")

    def to_json(self, source: InputRate | None) -> dict[str, Any]:
        """Efficiency always, ``hz`` where there is a normalisation; null otherwise."""
        few = is_few(self.effective)
        hz: dict[str, float | None] | None = None
        if source is not None:
            limit = self.limit * source.hz if few else None
            hz = {**self.interval.scaled(source.hz).to_json(), "upper_limit": limit}
        efficiency = {**self.interval.to_json(), "upper_limit": self.limit if few else None}
        return {"efficiency": efficiency, "hz": hz, "effective_events": self.effective}


def design_effect(passing: NDArray[np.int64], total: NDArray[np.int64]) -> float:
    """Variance of a count relative to that of independent events; at least 1.

    Clusters fall into groups at random, so the groups scatter as the clusters do. Where none or
    all events pass, the scatter of all events about equal groups stands for it.

    Parameters
    ----------
    passing, total : ndarray (n_groups,) of int64
        Events of each group; the sum of `total` is above 0.
    """
    counts = np.stack([passing, total - passing], axis=1)
    effect = float(design_effects(np.array([[1.0], [0.0]]), counts)[0])
    if np.isnan(effect):
        groups, events = len(total), int(total.sum())
        spread = float(((total - events / groups) ** 2).sum()) * groups / (groups - 1)
        return max(1.0, spread / events)
    return effect


def quoted_efficiency(
    passed: int, events: int, effect: float, coverage: float = COVERAGE
) -> Quoted:
    """Fraction that passes, with the interval of Clopper and Pearson for independent events.

    Parameters
    ----------
    passed, events : int
    effect : float
        From `design_effect`: the sample is worth ``events / effect`` independent events (Korn
        and Graubard, Survey Methodology 24, 193 (1998)).
    coverage : float
    """
    from hist.intervals import clopper_pearson_interval

    counts = np.array([passed / effect]), np.array([events / effect])
    low, high = clopper_pearson_interval(*counts, coverage)[:, 0]
    limit = clopper_pearson_interval(*counts, 2 * coverage - 1)[1, 0]
    value = Interval(passed / events, float(low), float(high))
    return Quoted(value, passed / effect, float(limit))


def sum_effect(groups: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Variance of a weighted sum of the regions relative to that of independent events.

    At least 1. Where the weights of the events do not vary, the scatter of all events about equal
    groups stands for it, as in `design_effect`.

    Parameters
    ----------
    groups : ndarray (n_groups, 4) of int64
    weights : ndarray (4,) of float64
    """
    effect = float(design_effects(weights[:, None], groups)[0])
    if np.isnan(effect):
        total = groups.sum(axis=1)
        return design_effect(np.zeros_like(total), total)
    return effect


def quoted_sum(regions: NDArray[np.int64], weights: NDArray[np.float64], effect: float) -> Quoted:
    """Weighted sum of the regions as a fraction of their events, as of what prescales leave.

    The interval is the Poisson interval of the same mean and variance. The limit allows for
    unseen events of the region with the largest weight.

    Parameters
    ----------
    regions : ndarray (4,) of int64
        Events, at least one.
    weights : ndarray (4,) of float64
        From 0 to 1.
    effect : float
        From `sum_effect`.
    """
    from hist.intervals import poisson_interval

    events, value = int(regions.sum()), float(regions @ weights)
    none, most = quoted_efficiency(0, events, effect), float(weights.max())
    squares = float(regions @ weights**2)
    variance = (squares - value**2 / events) * effect
    if value == 0:
        return Quoted(none.interval.scaled(most), 0.0, none.limit * most)
    share = value / events
    if variance <= 1e-12 * squares:  # all events seen weigh the same
        unseen = (most - share) * none.limit
        return Quoted(Interval(share, share, share + unseen), events / effect, share + unseen)
    mean, spread = np.array([value]), np.array([variance])
    low, high = poisson_interval(mean, spread, COVERAGE)[:, 0]
    limit = float(poisson_interval(mean, spread, 2 * COVERAGE - 1)[1, 0])
    found = Interval(value, float(low), float(high)).scaled(1 / events)
    effective = value**2 / squares / effect
    return Quoted(found, effective, max(limit / events, none.limit * most))
