"""The non-closure factor of a cut: from a sample at the same cut, and from planes beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.beside import OUTSIDE, Factors, ScoredSample, beside, factors
from trigger_ad.abcd.estimate import Estimate
from trigger_ad.errors import CountsError
from trigger_ad.rates.corrected import Corrected, KappaSource
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE
from trigger_ad.trigger.decide import region_of

__all__ = ["SAME_CUT", "CombinedKappa", "combine", "combined_kappa", "corrected"]

#: Name of the measurement at the same cut.
SAME_CUT = "the threshold split at the same cut"


@dataclass(frozen=True)
class CombinedKappa:
    """A non-closure factor with all that it was combined from.

    Parameters
    ----------
    value, error : float
        With one standard deviation.
    disagreement : float
        Relative part of the error that comes from planes that disagree.
    sources : tuple of KappaSource
    """

    value: float
    error: float
    disagreement: float
    sources: tuple[KappaSource, ...]


def combined_kappa(
    thresholds: tuple[float, float], threshold: ScoredSample, data: ScoredSample
) -> CombinedKappa:
    """Measure kappa for the events of region A of `data`, none of which is looked at.

    Parameters
    ----------
    thresholds : tuple of 2 float
    threshold : ScoredSample
        The sample of the same cut, which also gives the lower cuts of the planes.
    data : ScoredSample
        Whose planes beside the cut are measured.

    Raises
    ------
    CountsError
        If neither has enough events.
    """
    own = region_of(threshold.score1, threshold.score2, *thresholds)
    same = factors([own], threshold) if _whole(own) else None
    planes = [(p, p.codes(data)) for p in beside(thresholds, threshold)]
    planes = [(plane, codes) for plane, codes in planes if _whole(codes)]
    joint = factors([codes for _, codes in planes], data) if planes else None
    sources = [] if same is None else [_source(SAME_CUT, same, 0, used=True)]
    if joint is not None:
        enough = joint.effective >= LEAST_EFFECTIVE
        rows = zip(planes, enough.tolist(), strict=True)
        sources += [
            _source(plane.name, joint, place, used=used)
            for place, ((plane, _), used) in enumerate(rows)
        ]
        joint = joint.taken(enough) if enough.any() else None
    value, error, disagreement = combine(same, joint)
    return CombinedKappa(math.exp(value), math.exp(value) * error, disagreement, tuple(sources))


def combine(same: Factors | None, planes: Factors | None) -> tuple[float, float, float]:
    """Combine the logarithm of kappa at the cut with those of planes beside it.

    Planes are drawn from one distribution, region A being one more draw. So their mean, weighted
    by the inverse of their variances, has its variance, covariances included, plus the variance of
    a draw: the weighted scatter of the planes, times K / (K - 1), and at least their weighted
    variance. It is averaged with that at the cut by inverse variances, and the error is multiplied
    by the deviation of the two in standard deviations where that is above 1.

    Parameters
    ----------
    same : Factors or None
        Of one plane, the cut itself, in other events.
    planes : Factors or None

    Returns
    -------
    value, error, disagreement : float

    Raises
    ------
    CountsError
        If there is neither.
    """
    found = [] if same is None else [(float(same.value[0]), float(same.covariance[0, 0]))]
    scatter = 0.0
    if planes is not None:
        mean, variance, scatter = _planes(planes)
        found.append((mean, variance))
    if not found:
        raise CountsError(
            "the non-closure factor of these thresholds",
            f"must have {LEAST_EFFECTIVE:g} effective events in a plane beside the cut",
            "fewer in each",
            "use more events or looser thresholds",
        )
    weights = np.array([1 / variance for _, variance in found])
    values = np.array([value for value, _ in found])
    value = float(weights @ values / weights.sum())
    deviation = float(weights @ (values - value) ** 2)  # of 2: squared, in their variances
    return value, math.sqrt(max(deviation, 1.0) / weights.sum()), math.sqrt(scatter)


def _planes(planes: Factors) -> tuple[float, float, float]:
    """Mean, its variance as a prediction of one more draw, and the variance of a draw."""
    variances = np.diag(planes.covariance)
    weights = (1 / variances) / (1 / variances).sum()
    mean, number = float(weights @ planes.value), len(weights)
    scatter = float(weights @ (planes.value - mean) ** 2) * number / max(number - 1, 1)
    draw = max(scatter, float(weights @ variances))
    return mean, float(weights @ planes.covariance @ weights) + draw, draw


def corrected(found: Estimate, kappa: CombinedKappa) -> Corrected:
    """Record of a prediction times kappa."""
    times = found.times(kappa.value, kappa.error)
    return Corrected(
        kappa=kappa.value,
        kappa_error=kappa.error,
        disagreement=kappa.disagreement,
        predicted=times.predicted,
        predicted_error=times.predicted_error,
        ratio=times.ratio,
        ratio_error=times.ratio_error,
        interval95=(times.low, times.high),
        significance=times.significance,
        sources=kappa.sources,
    )


def _whole(codes: NDArray[np.uint8]) -> bool:
    """Whether every region has events."""
    return bool(np.bincount(codes, minlength=OUTSIDE)[:OUTSIDE].all())


def _source(name: str, found: Factors, place: int, *, used: bool) -> KappaSource:
    value = math.exp(float(found.value[place]))
    return KappaSource(
        name=name,
        value=value,
        error=value * float(found.error[place]),
        effective_events=float(found.effective[place]),
        used=used,
    )
