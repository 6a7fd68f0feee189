"""Weighted fractions of events with intervals and limits, of one stratum or of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE
from trigger_ad.statistics.moments import Moments

__all__ = ["Fractions", "fractions"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fractions:
    """Fractions of all events; arrays (figures,).

    Parameters
    ----------
    value, low, high : ndarray
        With 95 % intervals.
    limit : ndarray
        One-sided upper limits of 95 % confidence.
    effective : ndarray
        Independent events with the same relative precision.
    """

    value: Floats
    low: Floats
    high: Floats
    limit: Floats
    effective: Floats


def fractions(moments: Moments, largest: Floats, probabilities: tuple[float, ...]) -> Fractions:
    """Fractions of all events.

    Parameters
    ----------
    moments : Moments
        With events in every stratum.
    largest : ndarray (figures,)
        The largest weight that is possible; 0 if the figure is 0 by construction.
    probabilities : tuple of float
        Of the strata.
    """
    if len(probabilities) == 1:
        return _of_one(moments, largest)
    return _of_several(moments, largest, np.array(probabilities)[:, None])


def _of_one(moments: Moments, largest: Floats) -> Fractions:
    """Clopper-Pearson intervals of effective counts.

    With a = (sum w)^2 / sum w^2 and w' = sum w^2 / sum w over n events, the fraction is
    w' a / n, and its variance for independent events is that of w' times a binomial fraction
    of a in n. So its interval is w' times that of Clopper and Pearson for a / d in n / d, d
    of `design_effects`, as Korn and Graubard do for weights of 1 (Survey Methodology 24,
    193 (1998)).
    """
    from hist.intervals import clopper_pearson_interval

    n = int(moments.events[0])
    sums, squares, design = moments.sums[0], moments.squares[0], moments.effects()[0]
    any_seen = sums > 0
    typical = np.divide(squares, sums, out=largest.astype(np.float64), where=any_seen)
    number = np.divide(sums**2, squares, out=np.zeros_like(sums), where=any_seen)
    number = np.minimum(number, n)  # equal but for rounding where every event counts
    low, high = clopper_pearson_interval(number / design, n / design, COVERAGE)
    limits, nothing = (
        clopper_pearson_interval(seen / design, n / design, 2 * COVERAGE - 1)[1]
        for seen in (number, np.zeros_like(number))
    )
    limits = np.maximum(limits * typical, nothing * largest)  # the unseen may weigh more
    return Fractions(sums / n, low * typical, high * typical, limits, number / design)


def _of_several(moments: Moments, largest: Floats, probability: Floats) -> Fractions:
    """Gamma intervals of directly standardised rates (Fay and Feuer, Stat. Med. 16, 791 (1997)).

    The fraction f is the sum over strata of p_s sum w / n_s, its variance v that of
    (p_s / n_s)^2 d_s (sum w^2 - (sum w)^2 / n_s). The lower end is that of a gamma distribution of
    mean f and variance v, the upper end that of mean f + u and variance v + u^2, where u is the
    weight of one more event of the stratum in which it weighs most: nothing seen there does not
    mean that there is nothing. Above half of the largest possible figure, what is missing to it
    has the interval.
    """
    n, design = moments.events[:, None], moments.effects()
    weight = probability / n
    value = (weight * moments.sums).sum(axis=0)
    independent = np.maximum(moments.squares - moments.sums**2 / n, 0)
    variance = (weight**2 * design * independent).sum(axis=0)
    unseen = (weight * design).max(axis=0) * largest
    upper = value > largest / 2
    smaller = np.where(upper, np.maximum(largest - value, 0), value)
    low, high = _gamma(smaller, variance, unseen, (1 - COVERAGE) / 2)
    least, most = _gamma(smaller, variance, unseen, 1 - COVERAGE)
    low, high = np.where(upper, largest - high, low), np.where(upper, largest - low, high)
    limit = np.where(upper, largest - least, most)
    spread = (weight**2 * design * moments.squares).sum(axis=0)
    effective = np.divide(value**2, spread, out=np.zeros_like(value), where=spread > 0)
    return Fractions(value, np.clip(low, 0, value), np.clip(high, value, largest), limit, effective)


def _gamma(mean: Floats, variance: Floats, unseen: Floats, tail: float) -> tuple[Floats, Floats]:
    """Ends of the interval of Fay and Feuer with so much probability beyond each."""
    from scipy.special import gammaincinv

    seen = (mean > 0) & (variance > 0)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=seen)
    shape = np.divide(mean, scale, out=np.ones_like(mean), where=seen)
    low = np.where(seen, scale * gammaincinv(shape, tail), mean)
    mean, variance = mean + unseen, variance + unseen**2
    possible = mean > 0
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=possible)
    shape = np.divide(mean, scale, out=np.ones_like(mean), where=scale > 0)
    return low, scale * gammaincinv(shape, 1 - tail)
