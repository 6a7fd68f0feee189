"""A figure over seeds: mean and spread, or its interval where there is one seed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

from trigger_ad.statistics.intervals import Interval

__all__ = ["over_seeds"]


def over_seeds(figures: Sequence[Interval | float | None]) -> dict[str, Any]:
    """Figure of a record ``compare/1``.

    Parameters
    ----------
    figures : sequence of Interval, float or None
        One for each seed; None where it is not known.

    Returns
    -------
    dict
        ``values`` by seed; their ``mean``, null where one is not known; ``spread``, the standard
        deviation of the values of two seeds or more; ``low`` and ``high`` of one with an interval.
    """
    values = [figure.value if isinstance(figure, Interval) else figure for figure in figures]
    known = [float(value) for value in values if value is not None]
    whole = len(known) == len(values) > 0
    only = figures[0] if len(figures) == 1 else None
    return {
        "mean": fmean(known) if whole else None,
        "spread": stdev(known) if whole and len(known) > 1 else None,
        "low": only.low if isinstance(only, Interval) else None,
        "high": only.high if isinstance(only, Interval) else None,
        "values": values,
    }
