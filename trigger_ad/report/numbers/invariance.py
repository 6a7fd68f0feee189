"""Rates in bins of what must not explain them, relative to their mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trigger_ad.invariance.groups import HALVES
from trigger_ad.invariance.record import GroupRates
from trigger_ad.invariance.verdict import allowed
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.report.numbers.load import Run
from trigger_ad.report.numbers.run import Values

__all__ = ["Binned", "Invariance", "Relative", "invariance"]


@dataclass(frozen=True)
class Relative:
    """Rates of one thing in every bin over the mean of the bins that have figures.

    Parameters
    ----------
    what : str
        A score above its cut, or region ``A``.
    value, low, high : ndarray of float64, shape (n_bins,)
        NaN where only a limit is quoted.
    limit : ndarray of float64, shape (n_bins,)
        NaN where the figure itself is.
    """

    what: str
    value: Values
    low: Values
    high: Values
    limit: Values


@dataclass(frozen=True)
class Binned:
    """One quantity.

    Parameters
    ----------
    by : str
    bins : tuple of str
    allowed : float or None
        Ratio of largest to smallest that is accepted.
    series : tuple of Relative
    """

    by: str
    bins: tuple[str, ...]
    allowed: float | None
    series: tuple[Relative, ...]


@dataclass(frozen=True)
class Invariance:
    """Every quantity, but for the halves by chance."""

    panels: tuple[Binned, ...]


def invariance(run: Run) -> Invariance | None:
    """Relative rates by bin; None of a run without the record, or where no bin has events."""
    if run.invariance is None:
        return None
    panels = tuple(_binned(group) for group in run.invariance.groups if group.by != HALVES)
    return Invariance(tuple(panel for panel in panels if panel.series)) if panels else None


def _binned(group: GroupRates) -> Binned:
    known = ((what, [row.rates[what] for row in group.bins]) for what in group.ratios)
    series = (_relative(what, rates) for what, rates in known)
    bins = tuple(row.name for row in group.bins)
    return Binned(group.by, bins, allowed(group.by), tuple(one for one in series if one))


def _relative(what: str, rates: list[EffectiveFigure]) -> Relative | None:
    """None where no bin has a figure to be compared with."""
    columns = ((r.value, r.low, r.high, r.upper_limit) for r in rates)
    value, low, high, limit = np.array([*columns], np.float64).T
    if np.isnan(value).all():
        return None
    mean = np.nanmean(value)
    return Relative(what, value / mean, low / mean, high / mean, limit / mean)
