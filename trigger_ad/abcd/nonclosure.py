"""Non-closure factor against pile-up: what multiplies N_B N_C / N_D."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import Estimate, estimate
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.errors import CountsError

__all__ = ["fit_kappa", "fit_kappa_to_estimates", "with_validation", "with_validation_by_estimates"]

#: Times the errors are taken from the fit itself, which settles after two or three.
_REPEAT = 10


def fit_kappa(pileup: NDArray[Any], counts: NDArray[Any]) -> Kappa:
    """Fit a line by least squares to the factors of bins of pile-up.

    The error of a bin is that of its counts, sqrt(1/N_A + 1/N_B + 1/N_C + 1/N_D) relative,
    with the N_A that the fit expects, so that bins that fluctuate down do not pull harder.
    The reference pile-up is the weighted mean. A single bin has slope 0.

    Parameters
    ----------
    pileup : ndarray (n_bins,)
        Mean of each bin.
    counts : ndarray (n_bins, 4)
        Events in A, B, C, D before prescale.

    Raises
    ------
    WorkingPointError
        If a bin has an empty region.
    CountsError
        If there are several bins of one pile-up only.
    """
    return fit_kappa_to_estimates(pileup, _estimates("the bin of pile-up", pileup, counts))


def fit_kappa_to_estimates(pileup: NDArray[Any], estimates: Sequence[Estimate]) -> Kappa:
    """Fit the same line to estimates, which know the strata and clusters of a sample.

    The part of the error that is from A alone, 1 / sqrt(effective) relative, is again that of the
    N_A that the fit expects.

    Parameters
    ----------
    pileup : ndarray (n_bins,)
        Mean of each bin.
    estimates : sequence of Estimate
        Of each bin, as of `abcd.estimate.from_counts`.

    Raises
    ------
    CountsError
        If there are several bins of one pile-up only.
    """
    a, base, worth = (
        np.array([getattr(one, name) for one in estimates], np.float64)
        for name in ("observed", "predicted", "effective")
    )
    outside = np.array([(one.ratio_error / one.ratio) ** 2 for one in estimates]) - 1 / worth
    x = np.asarray(pileup, dtype=np.float64)
    if len(x) > 1 and len(set(x.tolist())) == 1:
        raise CountsError(
            "the bins of pile-up of a non-closure factor",
            "must differ",
            f"all at {pileup[0]:g}",
            "add them up to one bin",
        )
    fitted = np.full(len(x), a.sum() / base.sum())
    for _ in range(_REPEAT):
        variance = fitted**2 * (a / (worth * fitted * base) + outside)
        weight = 1 / variance
        reference = float((weight * x).sum() / weight.sum())
        value = float((weight * a / base).sum() / weight.sum())
        lever = float((weight * (x - reference) ** 2).sum())
        slope = float((weight * (x - reference) * a / base).sum()) / lever if lever else 0.0
        fitted = np.maximum(value + slope * (x - reference), 1e-3 * value)
    value_error = float(weight.sum() ** -0.5)
    slope_error = lever**-0.5 if lever else 0.0
    return Kappa(value, slope, reference, value_error, slope_error)


def _estimates(what: str, pileup: NDArray[Any], counts: NDArray[Any]) -> list[Estimate]:
    """Estimates of counts of independent events, which are refused by their pile-up."""
    rows = zip(pileup, np.asarray(counts, dtype=np.float64), strict=True)
    return [estimate(four, name=f"{what} {mean:g}") for mean, four in rows]


def with_validation(kappa: Kappa, pileup: NDArray[Any], counts: NDArray[Any]) -> Kappa:
    """Add the uncertainty that validation regions show, as at looser thresholds.

    It is the scatter of observed / corrected prediction about 1 beyond that of the counts:
    with deviations d and their variances v, systematic^2 = mean(d^2 - v) if positive.

    Parameters
    ----------
    kappa : Kappa
        As fitted elsewhere.
    pileup : ndarray (n_regions,)
        Mean of each validation region.
    counts : ndarray (n_regions, 4)
        Events in its A, B, C, D before prescale.

    Raises
    ------
    WorkingPointError
        If a validation region has an empty region.
    """
    regions = _estimates("the validation region at pile-up", pileup, counts)
    return with_validation_by_estimates(kappa, pileup, regions)


def with_validation_by_estimates(
    kappa: Kappa, pileup: NDArray[Any], estimates: Sequence[Estimate]
) -> Kappa:
    """Add the same uncertainty from estimates, which know the strata and clusters of a sample.

    Parameters
    ----------
    kappa : Kappa
        As fitted elsewhere.
    pileup : ndarray (n_regions,)
        Mean of each validation region.
    estimates : sequence of Estimate
        Of each.
    """
    excess = []
    for mean, one in zip(pileup, estimates, strict=True):
        expected, error = kappa.at(float(mean))
        ratio = 1 / (one.ratio * expected)
        variance = (ratio * one.ratio_error / one.ratio) ** 2 + (error / expected) ** 2
        excess.append((ratio - 1) ** 2 - variance)
    return replace(kappa, systematic=math.sqrt(max(float(np.mean(excess)), 0.0)))
