"""How the two scores depend on each other within a bin: closure and distance correlation."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import SIGNS, predict
from trigger_ad.events.split import splitmix64
from trigger_ad.invariance.record import ClosureInside, Correlation, Inside
from trigger_ad.invariance.sample import Sample
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.statistics.intervals import COVERAGE, is_few
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of

__all__ = ["EVENTS", "PARTS", "closure_inside", "correlation_inside", "inside"]

#: Most events from which a distance correlation is computed.
EVENTS = 20_000

#: Parts of the clusters, each of which is left out once for its error.
PARTS = 20

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def inside(
    by: str, name: str, events: Mask, sample: Sample, cuts: Mapping[str, tuple[int, int]]
) -> Inside:
    """Measure one bin.

    Parameters
    ----------
    by, name : str
        Of the quantity and of the bin.
    events : ndarray (n_events,) of bool
        Of the bin.
    sample : Sample
    cuts : mapping of str to tuple of int
        Pairs of cuts, by name.
    """
    regions = {cut: region_of(*sample.scores, *pair) for cut, pair in cuts.items()}
    return Inside(
        by=by,
        name=name,
        events=int(events.sum()),
        correlation=correlation_inside(sample, events),
        closure={
            cut: closure_inside(region, events, sample.drawn) for cut, region in regions.items()
        },
    )


def closure_inside(region: NDArray[np.uint8], events: Mask, drawn: Stratified) -> ClosureInside:
    """Compare prediction and observation among the events of a bin.

    As in `abcd.estimate.estimate_in_strata`, the error of log(predicted / observed) being that of
    the sum of what each event of the bin adds to it; the others add nothing.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
    events : ndarray (n_events,) of bool
        Of the bin.
    drawn : Stratified
    """
    weights = drawn.weights * events
    counts = np.bincount(region, weights, 4)
    observed = float(counts[0])
    effective = drawn.worth(events & (region == 0))
    if not np.all(counts > 0):
        predicted = predict(counts) if counts[3] > 0 else None
        return ClosureInside(
            observed=observed,
            predicted=predicted,
            ratio=None,
            interval95=None,
            effective_events=effective,
        )
    ratio = predict(counts) / observed
    shares = weights * (SIGNS / counts)[region]
    variance = float(drawn.covariance(shares[:, None])[0, 0])
    width = math.exp(_normal(COVERAGE) * math.sqrt(variance))
    return ClosureInside(
        observed=observed,
        predicted=predict(counts),
        ratio=ratio,
        interval95=(ratio / width, ratio * width),
        effective_events=effective,
    )


def correlation_inside(sample: Sample, events: Mask) -> Correlation | None:
    """Distance correlation of the scores among the events of a bin.

    Its square is corrected for its bias, and has its error, by leaving out one part of the
    clusters after the other (M. H. Quenouille, Biometrika 43, 353 (1956)). Where scores are
    independent that error is too large rather than too small (B. Efron and C. Stein, Ann. Statist.
    9, 586 (1981)).

    Parameters
    ----------
    sample : Sample
    events : ndarray (n_events,) of bool
        Of the bin; of many, evenly spaced ones are taken.

    Returns
    -------
    Correlation or None
        None with fewer than 100 effective events, or where some part has all of them.
    """
    rows = np.flatnonzero(events)
    if len(rows) > EVENTS:
        rows = rows[np.linspace(0, len(rows) - 1, EVENTS).astype(np.int64)]
    weights = sample.drawn.weights[rows]
    part = _parts(sample.drawn)[rows]
    if is_few(sample.drawn.worth(events)) or len(np.unique(part)) < PARTS:
        return None
    first, second = (score[rows].astype(np.float64) for score in sample.scores)

    def squared(kept: Mask) -> float:
        return distance_correlation(first[kept], second[kept], weights[kept])

    whole = squared(np.ones(len(rows), np.bool_))
    without = np.array([squared(part != one) for one in range(PARTS)])
    value = PARTS * whole - (PARTS - 1) * float(without.mean())
    error = math.sqrt((PARTS - 1) / PARTS * float(((without - without.mean()) ** 2).sum()))
    width = _student(PARTS - 1) * error
    ends = (value - width, value, value + width)
    low, middle, high = (math.sqrt(min(max(end, 0.0), 1.0)) for end in ends)
    return Correlation(value=middle, low=low, high=high, events=len(rows))


def _parts(drawn: Stratified) -> NDArray[np.int64]:
    """Part that the cluster of each event falls into."""
    number = drawn.clusters * len(drawn.probabilities) + drawn.places
    return (splitmix64(number.view(np.uint64)) % np.uint64(PARTS)).astype(np.int64)


def _normal(coverage: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + coverage) / 2))


def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + COVERAGE) / 2))
