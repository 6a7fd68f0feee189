"""Rates against pile-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trigger_ad.abcd.grouped import PILEUP_STEP
from trigger_ad.menu.scan import PileupRow
from trigger_ad.rates.figure import Figure, shown
from trigger_ad.report.numbers.run import Values
from trigger_ad.report.numbers.scan import Points, Scan
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE
from trigger_ad.trigger.registers import REGIONS

__all__ = ["AgainstPileup", "Panel", "against_pileup", "middles"]


@dataclass(frozen=True)
class Panel:
    """Points that share their axes.

    Parameters
    ----------
    name : str
        Title.
    points : tuple of Points
    """

    name: str
    points: tuple[Points, ...]


@dataclass(frozen=True)
class AgainstPileup:
    """Regions before prescale, and all of them after prescale.

    Parameters
    ----------
    panels : tuple of Panel
    in_hz : bool
        Whether figures are rates in Hz; efficiencies otherwise.
    """

    panels: tuple[Panel, ...]
    in_hz: bool


def against_pileup(scan: Scan) -> AgainstPileup | None:
    """Rates in the bins of pile-up that have 100 effective events or more.

    None where there is none, as where the files do not know their pile-up.
    """
    every = zip(scan.record.pileup or (), scan.pileup_bins, strict=True)
    used = [row for row, events in every if scan.worth(events.sum(axis=1)) >= LEAST_EFFECTIVE]
    if not used:
        return None
    x = middles(used)
    before = tuple(
        _quoted_points(region, x, [shown(row.before[region]) for row in used]) for region in REGIONS
    )
    total = _quoted_points("all regions", x, [shown(row.after_total) for row in used])
    return AgainstPileup(
        (Panel("before prescale", before), Panel("after prescale", (total,))), scan.in_hz
    )


def middles(rows: Sequence[PileupRow]) -> Values:
    """Middles of bins of pile-up; the last one, which has no end, as if it had one."""
    return np.array([row.low + PILEUP_STEP / 2 for row in rows], np.float64)


def _quoted_points(label: str, x: Values, figures: Sequence[Figure]) -> Points:
    """Figures of the record; those with an upper limit have fewer than 100 effective events."""
    value, low, high, limit = (
        np.array(column, np.float64)
        for column in zip(*((f.value, f.low, f.high, f.upper_limit) for f in figures), strict=True)
    )
    limited = np.isfinite(limit)
    value, low, high = (np.where(limited, np.nan, column) for column in (value, low, high))
    return Points(label, x, value, low, high, limit, limited)
