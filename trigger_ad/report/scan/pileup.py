"""Rates against pile-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.grouped import PILEUP_STEP
from trigger_ad.rates.intervals import COVERAGE
from trigger_ad.rates.quoted import LEAST_EFFECTIVE, quoted_efficiency
from trigger_ad.report.numbers import Values
from trigger_ad.report.scan.record import Points, Scan
from trigger_ad.trigger.registers import REGIONS

__all__ = ["AgainstPileup", "Panel", "against_pileup", "middles"]

#: Stands for the variance of a total in which every event counts.
_NO_VARIANCE = 1e-12


@dataclass(frozen=True)
class Panel:
    """Points that share their axes."""

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
    every = zip(scan.record["pileup"] or (), scan.pileup_bins, strict=True)
    used = [(row, four) for row, four in every if four.sum() / scan.effect >= LEAST_EFFECTIVE]
    if not used:
        return None
    rows, bins = [row for row, _ in used], np.array([four for _, four in used])
    x = middles(rows)
    unit = "hz" if scan.in_hz else "efficiency"
    points = []
    for region in REGIONS:
        figures = [row["before"][region][unit] for row in rows]
        effective = [row["before"][region]["effective_events"] for row in rows]
        points.append(_quoted_points(region, x, figures, np.array(effective) < LEAST_EFFECTIVE))
    total = _total_points(scan, x, bins)
    return AgainstPileup(
        (Panel("before prescale", tuple(points)), Panel("after prescale", (total,))), scan.in_hz
    )


def middles(rows: Sequence[Mapping[str, Any]]) -> Values:
    """Middles of bins of pile-up; the last one, which has no end, as if it had one."""
    return np.array([row["from"] + PILEUP_STEP / 2 for row in rows], np.float64)


def _quoted_points(
    label: str, x: Values, figures: Sequence[Mapping[str, Any]], few: NDArray[np.bool_]
) -> Points:
    value, low, high, limit = (
        np.array([figure[key] for figure in figures], np.float64)
        for key in ("value", "low", "high", "upper_limit")
    )
    limited = np.isfinite(limit)
    value, low, high = (np.where(limited, np.nan, column) for column in (value, low, high))
    return Points(label, x, value, low, high, limit, few)


def _total_points(scan: Scan, x: Values, bins: NDArray[np.int64]) -> Points:
    """After prescale, all regions: Poisson intervals with the design effect of the whole total.

    A limit allows for unseen events of the region that is prescaled least.
    """
    from hist.intervals import poisson_interval

    realised = scan.record["rule"]["realised"]
    kept = np.array([1 / realised[r] if realised[r] else 0.0 for r in REGIONS])
    effect = _total_effect(scan, kept)
    scale = scan.scale * scan.live
    events, mean = bins.sum(axis=1), bins @ kept
    independent = _independent(bins, kept)
    variance = np.maximum(effect * independent, _NO_VARIANCE)
    low, high = poisson_interval(mean, variance, COVERAGE)
    limit = poisson_interval(mean, variance, 2 * COVERAGE - 1)[1] / events
    unseen = [quoted_efficiency(0, int(n), effect).limit * kept.max() for n in events]
    one_region = (independent <= 0) & (kept.min() < kept.max())
    few = one_region | (mean**2 / variance < LEAST_EFFECTIVE)
    value, low, high = (
        np.where(few, np.nan, column / events * scale) for column in (mean, low, high)
    )
    limit = np.where(few, np.maximum(limit, unseen) * scale, np.nan)
    return Points("all regions", x, value, low, high, limit, few)


def _total_effect(scan: Scan, kept: Values) -> float:
    """Variance of the accepted events relative to that of independent ones, from the record."""
    independent = float(_independent(scan.regions[None], kept)[0])
    effective = scan.record["total"]["after"]["effective_events"]
    if independent <= 0 or effective <= 0:
        return 1.0
    return max(1.0, float(scan.regions @ kept) ** 2 / effective / independent)


def _independent(counts: NDArray[np.int64], kept: Values) -> Values:
    """Variance of the weighted sum of independent events; counts (n, 4)."""
    return np.asarray(counts @ kept**2 - (counts @ kept) ** 2 / counts.sum(axis=1))
