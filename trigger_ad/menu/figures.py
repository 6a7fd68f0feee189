"""Fractions with intervals that know that events of one cluster are not independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.strata import ONE, Strata
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.fractions import Fractions, fractions
from trigger_ad.statistics.intervals import COVERAGE, Interval, is_few
from trigger_ad.statistics.moments import Moments
from trigger_ad.statistics.strata import Stratified

__all__ = ["OFF", "Rate", "estimates", "figure", "fraction", "ratio", "shares"]

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


def estimates(
    moments: Moments,
    largest: Floats,
    strata: Strata = ONE,
    *,
    drawn: NDArray[np.int64] | None = None,
) -> list[Rate]:
    """Weighted fractions of events, each with its interval or limit; see `fractions.fractions`.

    Parameters
    ----------
    moments : Moments
        Of an event with each pattern, with events of every stratum unless `drawn` is given.
    largest : ndarray (figures,)
        The largest weight that is possible; 0 if the figure is 0 by construction.
    strata : Strata
    drawn : ndarray (strata,) of int64, optional
        Events of each stratum, where `moments` have those of a bin alone.

    Returns
    -------
    list of Rate
    """
    return _rates(
        largest,
        fractions(moments, largest, strata.probabilities, drawn=drawn, errors=strata.errors),
    )


def _rates(largest: Floats, found: Fractions) -> list[Rate]:
    rows = zip(
        largest, found.value, found.low, found.high, found.limit, found.effective, strict=True
    )
    return [OFF if most == 0 else _rate(*map(float, row)) for most, *row in rows]


def _rate(value: float, low: float, high: float, limit: float, effective: float) -> Rate:
    if is_few(effective):
        return Rate(None, limit, effective)
    return Rate(Interval(value, low, high), None, effective)


def fraction(
    passing: Floats, clusters: NDArray[Any], drawn: Stratified | None, largest: float = 1.0
) -> Rate:
    """Weighted fraction of all events, which may have been drawn in strata.

    Parameters
    ----------
    passing : ndarray (n_events,)
        Weight of each event if it passes, else 0.
    clusters : ndarray (n_events,)
        Equal for events that are not independent.
    drawn : Stratified or None
        Of these events and their clusters; None where they were drawn alike.
    largest : float
        The largest weight that is possible.
    """
    if drawn is None:
        return ratio(passing, np.ones(len(passing)), clusters)
    moments = drawn.moments(passing[:, None])
    found = fractions(moments, np.array([largest]), drawn.probabilities, errors=drawn.errors)
    return _rates(np.array([largest]), found)[0]


def shares(
    passing: Floats,
    inside: NDArray[np.bool_],
    clusters: NDArray[Any],
    drawn: Stratified | None,
    largest: Floats | None = None,
) -> list[Rate]:
    """Fractions of some of the events, which may have been drawn in strata.

    Each has its interval where these events are 100 effective ones or more, and is a limit where
    they are fewer; its own effective events are those that pass.

    Parameters
    ----------
    passing : ndarray (n_events, figures)
        Weight of each event if it passes, from 0 to 1.
    inside : ndarray (n_events,) of bool
        Events of which fractions are taken; there is one.
    clusters, drawn
        As of `fraction`, of all events.
    largest : ndarray (figures,), optional
        The largest weights that are possible; 1 if not given, 0 of a figure that is 0 by
        construction.
    """
    most = np.ones(passing.shape[1]) if largest is None else largest
    drawn = drawn or Stratified.of(np.zeros(len(inside), np.int64), (1.0,), clusters)
    moments = drawn.taken(inside).moments(passing[inside].astype(np.float64))
    found = fractions(moments, most, drawn.probabilities, drawn=drawn.events, errors=drawn.errors)
    few = is_few(fraction(inside.astype(np.float64), clusters, drawn).effective)
    if few:
        limits = zip(found.limit.tolist(), found.effective.tolist(), strict=True)
        rates = [Rate(None, limit, effective) for limit, effective in limits]
    else:
        rows = zip(found.value, found.low, found.high, found.effective, strict=True)
        rates = [Rate(Interval(*map(float, row[:3])), None, float(row[3])) for row in rows]
    return [OFF if not one else rate for one, rate in zip(most, rates, strict=True)]


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
