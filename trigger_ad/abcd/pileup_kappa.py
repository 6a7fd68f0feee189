"""How the non-closure factor moves with pile-up, from planes beside the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.beside import OUTSIDE, Beside, Factors, ScoredSample, factors
from trigger_ad.errors import WorkingPointError
from trigger_ad.statistics.intervals import is_few

__all__ = ["BINS", "PileupBin", "PileupSlope", "against_pileup"]

#: Bins of pile-up with nearly the same part of all events.
BINS = 3


@dataclass(frozen=True)
class PileupBin:
    """Kappa of the planes in a bin of pile-up.

    Parameters
    ----------
    low, high : int
        First and last pile-up.
    pileup : float
        Mean.
    value, error : float
        Observed over predicted, averaged over the planes, with one standard deviation.
    effective_events : float
        In region A of the plane that has fewest.
    """

    low: int
    high: int
    pileup: float
    value: float
    error: float
    effective_events: float


@dataclass(frozen=True)
class PileupSlope:
    """Line through the bins.

    Parameters
    ----------
    slope, error : float
        Relative change for one more collision in a crossing, with one standard deviation.
    reference : float
        Mean pile-up of all events.
    bins : tuple of PileupBin
    """

    slope: float
    error: float
    reference: float
    bins: tuple[PileupBin, ...]


def against_pileup(
    planes: Sequence[Beside], sample: ScoredSample, joint: Factors
) -> PileupSlope | None:
    """Fit a line to the logarithm of kappa of the planes in bins of pile-up.

    Planes are averaged with the same weights in each bin, so that what they disagree by cancels.

    Parameters
    ----------
    planes : sequence of Beside
    sample : ScoredSample
    joint : Factors
        Of these planes in all events.

    Returns
    -------
    PileupSlope or None
        None where pile-up is not known, or fewer than two bins have 100 effective events.
    """
    if sample.pileup is None or not (sample.pileup >= 0).any():
        return None
    inverse = 1 / np.diag(joint.covariance)
    weights = inverse / inverse.sum()
    codes = [plane.codes(sample) for plane in planes]
    inside = [_bin(codes, sample, weights, own) for own in _edges(sample)]
    bins = [one for one in inside if one is not None and not is_few(one.effective_events)]
    if len(bins) < 2:
        return None
    x, value, error = (
        np.array([getattr(one, name) for one in bins]) for name in ("pileup", "value", "error")
    )
    weight = (value / error) ** 2  # in the logarithm, where errors do not follow the values
    middle = weight @ x / weight.sum()
    lever = weight @ (x - middle) ** 2
    known = np.where(sample.pileup >= 0, 1.0, 0.0) * sample.drawn.weights
    return PileupSlope(
        slope=float(weight @ ((x - middle) * np.log(value)) / lever),
        error=float(lever**-0.5),
        reference=float(known @ sample.pileup / known.sum()),
        bins=tuple(bins),
    )


def _edges(sample: ScoredSample) -> list[tuple[int, int]]:
    """First and last pile-up of bins that have nearly the same part of all events."""
    pileup = np.asarray(sample.pileup)
    known = pileup >= 0
    parts = np.bincount(pileup[known], sample.drawn.weights[known]).cumsum()
    ends = np.searchsorted(parts, parts[-1] * np.arange(1, BINS) / BINS)
    starts = [0, *(int(end) + 1 for end in dict.fromkeys(ends.tolist()))]
    lasts = [*(start - 1 for start in starts[1:]), len(parts) - 1]
    return [(low, high) for low, high in zip(starts, lasts, strict=True) if low <= high]


def _bin(
    codes: Sequence[NDArray[np.uint8]],
    sample: ScoredSample,
    weights: NDArray[np.float64],
    ends: tuple[int, int],
) -> PileupBin | None:
    """Planes in a bin; None where one of them has an empty region."""
    pileup: NDArray[Any] = np.asarray(sample.pileup)
    own = (pileup >= ends[0]) & (pileup <= ends[1])
    try:
        found = factors([np.where(own, code, np.uint8(OUTSIDE)) for code in codes], sample)
    except WorkingPointError:
        return None
    counted = sample.drawn.weights * own
    value = float(np.exp(weights @ found.value))
    return PileupBin(
        low=int(pileup[own].min()),
        high=int(pileup[own].max()),
        pileup=float(counted @ pileup / counted.sum()),
        value=value,
        error=value * float(np.sqrt(weights @ found.covariance @ weights)),
        effective_events=float(found.effective.min()),
    )
