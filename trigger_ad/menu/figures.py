"""Fractions with intervals that know that events of one cluster are not independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.design_effects import design_effects
from trigger_ad.statistics.intervals import COVERAGE, Interval, is_few

__all__ = ["OFF", "Rate", "estimates", "figure", "ratio"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rate:
    """A fraction of events or a rate in Hz, or where few events stand behind it, a limit on it.

    Parameters
    ----------
    interval : Interval or None
        None where only a limit is quoted.
    limit : float or None
        Upper limit of 95 % confidence; None where the figure itself is quoted.
    effective : float
        Independent events with the same relative precision; 0 for a figure that is 0 because
        its seed is off.
    """

    interval: Interval | None
    limit: float | None
    effective: float

    @property
    def value(self) -> float | None:
        """The figure, None where only a limit is quoted."""
        return None if self.interval is None else self.interval.value

    def scaled(self, factor: float) -> Rate:
        """Return the same figure in another unit; `factor` is positive."""
        return Rate(
            None if self.interval is None else self.interval.scaled(factor),
            None if self.limit is None else self.limit * factor,
            self.effective,
        )

    @property
    def record(self) -> EffectiveFigure:
        """The same as a part of a record."""
        return EffectiveFigure(**self.to_json())

    def to_json(self) -> dict[str, Any]:
        """``value``, ``low``, ``high`` are null where ``upper_limit`` is given."""
        interval: dict[str, float | None] = dict.fromkeys(("value", "low", "high"))
        if self.interval is not None:
            interval |= self.interval.to_json()
        return {**interval, "upper_limit": self.limit, "effective_events": self.effective}

    def __str__(self) -> str:
        if self.interval is None:
            return f"< {self.limit:.3g} (95 %, {self.effective:.0f} effective events)"
        return f"{self.interval.value:.4g} [{self.interval.low:.4g}, {self.interval.high:.4g}]"


def figure(rate: Rate, source: InputRate | None) -> dict[str, Any]:
    """Record of a fraction: ``efficiency`` always, ``hz`` null without a normalisation."""
    hz = rate.scaled(source.hz).to_json() if source else None
    return {"efficiency": rate.to_json(), "hz": hz}


#: What a seed that is off accepts.
OFF = Rate(Interval(0.0, 0.0, 0.0), None, 0.0)


def estimates(weights: Floats, largest: Floats, counts: NDArray[np.int64]) -> list[Rate]:
    """Weighted fractions of events, each with its interval or limit.

    With a = (sum w)^2 / sum w^2 and w' = sum w^2 / sum w over n events, the fraction is
    w' a / n, and its variance for independent events is that of w' times a binomial fraction
    of a in n. So its interval is w' times that of Clopper and Pearson for a / d in n / d, d
    of `statistics.design_effects`, as Korn and Graubard do for weights of 1 (Survey Methodology 24,
    193 (1998)). A figure with nothing behind it has the design effect of all events that fire.

    Parameters
    ----------
    weights : ndarray (m, figures)
        Of an event with each pattern, from 0 to 1.
    largest : ndarray (figures,)
        The largest weight that is possible; 0 if the figure is 0 by construction.
    counts : ndarray (groups, m) of int64

    Returns
    -------
    list of Rate
    """
    from hist.intervals import clopper_pearson_interval

    events = counts.sum(axis=0)
    n = int(events.sum())
    sums: Floats = np.asarray(events @ weights)
    squares: Floats = np.asarray(events @ weights**2)
    design = design_effects(weights, counts)
    any_weight: Floats = np.asarray((weights > 0).any(axis=1), dtype=np.float64)
    common = design_effects(any_weight[:, None], counts)[0]
    design[np.isnan(design)] = 1.0 if np.isnan(common) else common
    any_seen = sums > 0
    typical = np.divide(squares, sums, out=largest.astype(np.float64), where=any_seen)
    number = np.divide(sums**2, squares, out=np.zeros_like(sums), where=any_seen)
    number = np.minimum(number, n)  # equal but for rounding where every event counts
    ends = clopper_pearson_interval(number / design, n / design, COVERAGE)
    limits, nothing = (
        clopper_pearson_interval(seen / design, n / design, 2 * COVERAGE - 1)[1]
        for seen in (number, np.zeros_like(number))
    )
    limits = np.maximum(limits * typical, nothing * largest)  # the unseen may weigh more
    rates = []
    for i, factor in enumerate(typical):
        effective = float(number[i] / design[i])
        if largest[i] == 0:
            rates.append(OFF)
        elif is_few(effective):
            rates.append(Rate(None, float(limits[i]), effective))
        else:
            low, high = (float(end[i] * factor) for end in ends)
            rates.append(Rate(Interval(float(sums[i] / n), low, high), None, effective))
    return rates


def ratio(passing: Floats, total: Floats, clusters: NDArray[Any]) -> Rate:
    """Weighted fraction of events, from the events themselves and their clusters.

    Parameters
    ----------
    passing : ndarray (n_events,)
        Weight of each event if it passes, else 0.
    total : ndarray (n_events,)
        Weight of each event, from 0 to 1.
    clusters : ndarray (n_events,)
        Equal for events that are not independent.

    Returns
    -------
    Rate
        Interval of Korn and Graubard: Clopper-Pearson for as many independent events as give
        the variance that the clusters give.
    """
    from hist.intervals import clopper_pearson_interval

    _, index = np.unique(clusters, return_inverse=True)
    y, x = np.bincount(index, passing), np.bincount(index, total)
    value = float(y.sum() / x.sum())
    n = float(x.sum() ** 2 / (x**2).sum())
    spread = float(((y - value * x) ** 2).sum()) / float(x.sum()) ** 2
    if spread > 0:
        n = min(value * (1 - value) / spread, float(x.sum() ** 2 / (total**2).sum()))
    passed, trials = np.array([value * n]), np.array([n])
    if is_few(value * n):
        limit = clopper_pearson_interval(passed, trials, 2 * COVERAGE - 1)[1, 0]
        return Rate(None, float(limit), value * n)
    low, high = clopper_pearson_interval(passed, trials, COVERAGE)[:, 0]
    return Rate(Interval(value, float(low), float(high)), None, value * n)
