"""A figure over seeds: mean and spread, or its interval where there is one seed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev

from trigger_ad.compare.rows import OverSeeds
from trigger_ad.statistics.intervals import Interval

__all__ = ["over_seeds"]


def over_seeds(figures: Sequence[Interval | float | None]) -> OverSeeds:
    """Figure over seeds.

    Parameters
    ----------
    figures : sequence of Interval, float or None
        One for each seed; None where it is not known.

    Returns
    -------
    OverSeeds
    """
    values = [figure.value if isinstance(figure, Interval) else figure for figure in figures]
    known = [float(value) for value in values if value is not None]
    whole = len(known) == len(values) > 0
    only = figures[0] if len(figures) == 1 else None
    return OverSeeds(
        mean=fmean(known) if whole else None,
        spread=stdev(known) if whole and len(known) > 1 else None,
        low=only.low if isinstance(only, Interval) else None,
        high=only.high if isinstance(only, Interval) else None,
        values=tuple(values),
    )
