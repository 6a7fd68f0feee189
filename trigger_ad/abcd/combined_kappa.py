"""The non-closure factor of a cut: from a sample at the same cut, and from planes beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.beside import OUTSIDE, Beside, Factors, ScoredSample, beside, factors
from trigger_ad.abcd.estimate import Estimate
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.pileup_kappa import PileupSlope, against_pileup
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
    pileup : PileupSlope or None
        None where it is not known or too few events say it.
    """

    value: float
    error: float
    disagreement: float
    sources: tuple[KappaSource, ...]
    pileup: PileupSlope | None = None

    @property
    def line(self) -> Kappa:
        """The same as a line in pile-up."""
        if self.pileup is None:
            return Kappa(self.value, value_error=self.error)
        return Kappa(
            self.value,
            self.value * self.pileup.slope,
            self.pileup.reference,
            self.error,
            self.value * self.pileup.error,
        )


@dataclass(frozen=True, eq=False)
class _Planes:
    """Planes whose regions all have events, with their factors in one sample."""

    planes: tuple[Beside, ...]
    joint: Factors

    @classmethod
    def of(cls, planes: Iterable[Beside], sample: ScoredSample) -> _Planes | None:
        codes = {plane: plane.codes(sample) for plane in planes}
        whole = {plane: code for plane, code in codes.items() if _whole(code)}
        return cls(tuple(whole), factors(list(whole.values()), sample)) if whole else None

    @property
    def enough(self) -> NDArray[np.bool_]:
        """(n_planes,): which have enough effective events."""
        return np.asarray(self.joint.effective >= LEAST_EFFECTIVE)

    def used(self) -> _Planes | None:
        """Those planes, None where there are none."""
        kept = self.enough
        planes = tuple(plane for plane, one in zip(self.planes, kept, strict=True) if one)
        return _Planes(planes, self.joint.taken(kept)) if planes else None

    def sources(self) -> list[KappaSource]:
        """Measurements of all of them."""
        rows = enumerate(zip(self.planes, self.enough.tolist(), strict=True))
        return [_source(plane.name, self.joint, place, used=used) for place, (plane, used) in rows]


def combined_kappa(
    thresholds: tuple[float, float],
    threshold: ScoredSample,
    data: ScoredSample,
    *,
    by_pileup: bool = False,
) -> CombinedKappa:
    """Measure kappa for the events of region A of `data`, none of which is looked at.

    Parameters
    ----------
    thresholds : tuple of 2 float
    threshold : ScoredSample
        The sample of the same cut, which also gives the lower cuts of the planes.
    data : ScoredSample
        Whose planes beside the cut are measured.
    by_pileup : bool
        Whether the slope in pile-up is measured, too.

    Raises
    ------
    CountsError
        If neither has enough events.
    """
    own = region_of(threshold.score1, threshold.score2, *thresholds)
    same = factors([own], threshold) if _whole(own) else None
    sources = [] if same is None else [_source(SAME_CUT, same, 0, used=True)]
    found = _Planes.of(beside(thresholds, threshold), data)
    sources += [] if found is None else found.sources()
    used = None if found is None else found.used()
    value, error, disagreement = combine(same, None if used is None else used.joint)
    slope = against_pileup(used.planes, data, used.joint) if used and by_pileup else None
    factor = math.exp(value)
    return CombinedKappa(factor, factor * error, disagreement, tuple(sources), slope)


def combine(same: Factors | None, planes: Factors | None) -> tuple[float, float, float]:
    """Combine the logarithm of kappa at the cut with those of planes beside it.

    Planes are drawn from one distribution, region A being one more draw. So their mean, weighted
    by the inverse of their variances, has its variance, covariances included, plus the variance of
    a draw: the weighted scatter of the planes, times K / (K - 1), and at least their weighted
    variance. That planes agree does not show that they are like region A: where kappa is known at
    the cut, a draw has at least the variance of that, and the square of what lies between both. The
    two are averaged by inverse variances, so planes count no more than the cut itself.

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
    at_cut = None if same is None else (float(same.value[0]), float(same.error[0]))
    if planes is None:
        if at_cut is None:
            raise CountsError(
                "the non-closure factor of these thresholds",
                f"must have {LEAST_EFFECTIVE:g} effective events in a plane beside the cut",
                "fewer in each",
                "use more events or looser thresholds",
            )
        return *at_cut, 0.0
    mean, error, draw = _planes(planes, at_cut)
    if at_cut is None:
        return mean, error, draw
    inverse = np.array([at_cut[1], error]) ** -2
    value = float(inverse @ [at_cut[0], mean] / inverse.sum())
    return value, float(inverse.sum() ** -0.5), draw


def _planes(planes: Factors, at_cut: tuple[float, float] | None) -> tuple[float, float, float]:
    """Mean, its error as a prediction of one more draw, and the deviation of a draw."""
    variances = np.diag(planes.covariance)
    weights = (1 / variances) / (1 / variances).sum()
    mean, number = float(weights @ planes.value), len(weights)
    scatter = float(weights @ (planes.value - mean) ** 2) * number / max(number - 1, 1)
    draw = max(scatter, float(weights @ variances))
    if at_cut is not None:
        draw = max(draw, at_cut[1] ** 2, (at_cut[0] - mean) ** 2)
    variance = float(weights @ planes.covariance @ weights) + draw
    return mean, math.sqrt(variance), math.sqrt(draw)


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
