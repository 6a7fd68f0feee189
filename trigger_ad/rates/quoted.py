"""A quoted rate: its interval from grouped counts, or an upper limit where events are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.design import design_effects
from trigger_ad.rates.intervals import COVERAGE, LEAST_EFFECTIVE, Interval
from trigger_ad.rates.normalisation import InputRate

__all__ = ["LEAST_EFFECTIVE", "Quoted", "design_effect", "quoted_efficiency", "quoted_sum"]


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

    def to_json(self, source: InputRate | None) -> dict[str, Any]:
        """Efficiency always, ``hz`` where there is a normalisation; null otherwise."""
        few = self.effective < LEAST_EFFECTIVE
        hz: dict[str, float | None] | None = None
        if source is not None:
            limit = self.limit * source.hz if few else None
            hz = {**self.interval.scaled(source.hz).to_json(), "upper_limit": limit}
        efficiency = {**self.interval.to_json(), "upper_limit": self.limit if few else None}
        return {"efficiency": efficiency, "hz": hz, "effective_events": self.effective}


def _spread(values: NDArray[Any], total: NDArray[np.int64]) -> float:
    """Variance of the sum of `values` about its share of `total`, from its groups."""
    share = values.sum() / total.sum()
    groups = len(total)
    return float(((values - share * total) ** 2).sum()) * groups / (groups - 1)


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
        return max(1.0, _spread(total, np.ones_like(total)) / int(total.sum()))
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


def quoted_sum(groups: NDArray[np.int64], weights: NDArray[np.float64]) -> Quoted:
    """Weighted sum of the regions, as of the rates after prescale.

    The interval is the Poisson interval of the same mean and variance.

    Parameters
    ----------
    groups : ndarray (n_groups, 4) of int64
    weights : ndarray (4,) of float64
        Not negative.
    """
    from hist.intervals import poisson_interval

    regions, total = groups.sum(axis=0), groups.sum(axis=1)
    events = int(total.sum())
    value = float(regions @ weights)
    if value == 0:  # of the region with the largest weight none may have been seen
        none = quoted_efficiency(0, events, design_effect(np.zeros_like(total), total))
        most = float(weights.max())
        return Quoted(none.interval.scaled(most), 0.0, none.limit * most)
    independent = float(regions @ weights**2) - value**2 / events
    variance = np.array([max(_spread(groups @ weights, total), independent)])
    mean = np.array([value])
    if variance[0] <= 0:  # every event is kept
        return Quoted(Interval(value / events, value / events, value / events), value, 1.0)
    low, high = poisson_interval(mean, variance, COVERAGE)[:, 0]
    limit = poisson_interval(mean, variance, 2 * COVERAGE - 1)[1, 0]
    found = Interval(value, float(low), float(high)).scaled(1 / events)
    return Quoted(found, float(value**2 / variance[0]), float(limit) / events)
