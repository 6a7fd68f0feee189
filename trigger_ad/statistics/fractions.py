"""Weighted fractions of events with intervals and limits, of one stratum or of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.intervals import COVERAGE
from trigger_ad.statistics.moments import Moments

__all__ = ["Fractions", "Sums", "fractions", "in_strata"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fractions:
    """Fractions of all events; arrays (figures,).

    Parameters
    ----------
    value, low, high : ndarray
        With intervals, of 95 % unless another coverage was asked for.
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


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over events that were drawn in strata.

    Parameters
    ----------
    events : ndarray (strata,) of int64
        All of each; above 0.
    part : ndarray (strata,) of int64
        Of these, the events of which fractions are taken: all, or those of a bin.
    sums, squares : ndarray (strata, figures)
        Of the weights of the events of that part, and of their squares.
    design : ndarray (strata, figures)
        Design effects, at least 1.
    scatter : ndarray (strata, figures), optional
        The same as the groups of clusters show them, also below 1; `design` if not given.
    """

    events: Integers
    part: Integers
    sums: Floats
    squares: Floats
    design: Floats
    scatter: Floats | None = None


def fractions(
    moments: Moments,
    largest: Floats,
    probabilities: tuple[float, ...],
    coverage: float = COVERAGE,
    *,
    drawn: Integers | None = None,
    errors: tuple[float, ...] = (),
) -> Fractions:
    """Fractions of all events, or of those of a bin.

    Parameters
    ----------
    moments : Moments
        With events in every stratum, unless `drawn` is given.
    largest : ndarray (figures,)
        The largest weight that is possible; 0 if the figure is 0 by construction.
    probabilities : tuple of float
        Of the strata.
    coverage : float
        Of the intervals; limits have 95 %.
    drawn : ndarray (strata,) of int64, optional
        Events of each stratum, where `moments` have those of a bin alone.
    errors : tuple of float, optional
        Relative standard deviations of the probabilities.
    """
    if len(probabilities) == 1:
        return _of_one(moments, largest, coverage)
    events = moments.events if drawn is None else drawn
    scatter = moments.effects(least=0.0)
    design = np.maximum(scatter, 1.0)
    sums = Sums(events, moments.events, moments.sums, moments.squares, design, scatter)
    return in_strata(sums, largest, probabilities, coverage, errors)


def _of_one(moments: Moments, largest: Floats, coverage: float) -> Fractions:
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
    low, high = clopper_pearson_interval(number / design, n / design, coverage)
    limits, nothing = (
        clopper_pearson_interval(seen / design, n / design, 2 * COVERAGE - 1)[1]
        for seen in (number, np.zeros_like(number))
    )
    limits = np.maximum(limits * typical, nothing * largest)  # the unseen may weigh more
    return Fractions(sums / n, low * typical, high * typical, limits, number / design)


def in_strata(
    sums: Sums,
    largest: Floats,
    probabilities: tuple[float, ...],
    coverage: float = COVERAGE,
    errors: tuple[float, ...] = (),
) -> Fractions:
    """Gamma intervals of directly standardised rates (Fay and Feuer, Stat. Med. 16, 791 (1997)).

    An event of stratum s stands for w_s = p_s / N_s of all events, so that the part that
    fractions are taken of is X = sum of w_s n_s, and a fraction f = (sum of w_s sum y) / X. Its
    variance, of a ratio within strata of fixed sizes, is that of z = y - f of the events of the
    part and 0 of the others: sum of w_s^2 d_s (sum z^2 - (sum z)^2 / N_s) / X^2. Of all events X
    is 1. A relative error e_s of the probability of a stratum adds (w_s e_s sum z)^2 / X^2.

    The lower end is that of a gamma distribution of mean f and variance v, the upper end that of
    mean f + u and variance v + u^2, where u is the weight of one more event of the stratum in
    which it weighs most: nothing seen there does not mean that there is nothing. Above half of the
    largest possible figure, what is missing to it has the interval.

    Parameters
    ----------
    sums : Sums
        With events in the part.
    largest : ndarray (figures,)
    probabilities : tuple of float
    coverage : float
        As of `fractions`.
    errors : tuple of float, optional
        Relative standard deviations of the probabilities.
    """
    n, part = sums.events[:, None], sums.part[:, None]
    weight = np.array(probabilities)[:, None] / n
    weight = weight / (weight * part).sum()
    value = (weight * sums.sums).sum(axis=0)
    squares = sums.squares - 2 * value * sums.sums + value**2 * part
    independent = np.maximum(squares - (sums.sums - value * part) ** 2 / n, 0)
    scatter = sums.design if sums.scatter is None else sums.scatter
    measured = (np.array(errors) if errors else np.zeros(len(n)))[:, None]
    variance = (weight**2 * scatter * independent).sum(axis=0)
    variance += ((weight * measured * (sums.sums - value * part)) ** 2).sum(axis=0)
    unseen = (weight * sums.design).max(axis=0) * largest
    upper = value > largest / 2
    smaller = np.where(upper, np.maximum(largest - value, 0), value)
    low, high = _gamma(smaller, variance, unseen, (1 - coverage) / 2)
    least, most = _gamma(smaller, variance, unseen, 1 - COVERAGE)
    low, high = np.where(upper, largest - high, low), np.where(upper, largest - low, high)
    limit = np.minimum(np.where(upper, largest - least, most), largest)
    spread = (weight**2 * sums.design * sums.squares).sum(axis=0)
    spread += ((weight * measured * sums.sums) ** 2).sum(axis=0)
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
