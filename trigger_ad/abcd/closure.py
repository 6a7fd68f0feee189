"""Closure: whether the prediction holds where the background can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.abcd.estimate import Estimate, cluster_counts, estimate, estimate_drawn
from trigger_ad.abcd.working_point import WorkingPoint, working_point
from trigger_ad.statistics.strata import Stratified, mean

__all__ = ["BAND", "ClosurePoint", "Pair", "closure"]

#: Relative non-closure that is still accepted.
BAND = 0.10

#: Score 1 and score 2 of the same events, each (n_events,).
Pair = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True)
class ClosurePoint:
    """Closure of one model at one working point.

    Parameters
    ----------
    model : str
        ``float``, ``ptq``, ``quantized``, ``firmware``, ...
    sm_efficiency : float
        Wanted on the threshold split.
    point : WorkingPoint
        Thresholds, from the threshold split.
    efficiency : float
        Fraction of the test events in region A.
    estimate : Estimate
        On the test split.
    """

    model: str
    sm_efficiency: float
    point: WorkingPoint
    efficiency: float
    estimate: Estimate

    def to_json(self) -> dict[str, Any]:
        """Row of ``closure.json``."""
        values = self.estimate
        return {
            "model": self.model,
            "sm_efficiency": self.sm_efficiency,
            "test_efficiency": self.efficiency,
            "threshold1": self.point.threshold1,
            "threshold2": self.point.threshold2,
            "observed": values.observed,
            "predicted": values.predicted,
            "predicted_error": values.predicted_error,
            "ratio": values.ratio,
            "ratio_error": values.ratio_error,
            "interval95": {"low": values.low, "high": values.high},
            "effective_events": values.effective,
        }


def closure(
    model: str,
    threshold: Pair,
    test: Pair,
    efficiencies: Sequence[float],
    clusters: NDArray[Any] | None = None,
    drawn: tuple[Stratified, Stratified] | None = None,
    score2_efficiency: float | None = None,
) -> list[ClosurePoint]:
    """Closure at the cuts of `working_point`: thresholds from one sample, counts from another.

    Parameters
    ----------
    model : str
        Name of the model in the records.
    threshold, test : pair of ndarray
        Scores of Standard Model events of the threshold and of the test split.
    efficiencies : sequence of float
        Of region A.
    clusters : ndarray (n_test,), optional
        Parton event of each test event, where events were resampled.
    drawn : pair of Stratified, optional
        Of the threshold and of the test split, where their events were drawn in strata; that of
        the test split has its clusters.
    score2_efficiency : float, optional
        Of the cut of score 2, which is then the same at all efficiencies; diagonal cuts without it.

    Raises
    ------
    WorkingPointError
        If an efficiency cannot be reached or leaves a region of the test split empty.
    """
    result = []
    for wanted in efficiencies:
        own, of_test = drawn or (None, None)
        point = working_point(*threshold, wanted, drawn=own, score2_efficiency=score2_efficiency)
        region = point.regions(*test)
        values = _estimate(region, clusters, of_test, wanted)
        efficiency = mean(region == 0, of_test)
        result.append(ClosurePoint(model, wanted, point, efficiency, values))
    return result


def _estimate(
    region: NDArray[np.uint8],
    clusters: NDArray[Any] | None,
    drawn: Stratified | None,
    wanted: float,
) -> Estimate:
    name = f"the SM efficiency {wanted:g} on the test split"
    if drawn is not None:
        return estimate_drawn(region, drawn, name)
    table = None if clusters is None else cluster_counts(region, clusters)
    return estimate(RegionCounts.of(region).before, table, name)
