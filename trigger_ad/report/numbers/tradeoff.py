"""What the precision of a prediction costs in read-out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trigger_ad.abcd.prescales import at_prescales, counters_only, for_precision
from trigger_ad.report.numbers.run import Values
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.trigger.rule import Rule

__all__ = ["TradeOff", "TradeOffLine", "trade_off"]

#: Largest error of a prediction that is shown, in units of the square root of the events in A.
_WORST = 10.0

_POINTS = 120


@dataclass(frozen=True)
class TradeOffLine:
    """Least read-out for a precision; shapes (n_points,)."""

    label: str
    precision: Values
    total: Values


@dataclass(frozen=True)
class TradeOff:
    """Read-out against the precision of the prediction.

    Parameters
    ----------
    lines : tuple of TradeOffLine
        Events read out for each one in A, against the error over sqrt(N_A).
    counters : float
        Precision of counters before prescale, which need no read-out.
    present : tuple of float or None
        Precision and total of the prescales in the registers; None where they make no prediction.
    region_hz : float or None
        Rate of region A, of the live part where one is declared.
    """

    lines: tuple[TradeOffLine, ...]
    counters: float
    present: tuple[float, float] | None
    region_hz: float | None


def trade_off(scan: Scan) -> TradeOff | None:
    """Least read-out for each precision, at the counts of the scan; None if a region is empty."""
    counts = [float(count) for count in scan.regions]
    if min(counts) <= 0:
        return None
    best = counters_only(counts).precision
    present = _present(scan, counts)
    worst = max(_WORST, 3 * best, 1.5 * present[0] if present else 0.0)
    wanted = np.geomspace(1.02 * best, worst, _POINTS)
    lines = []
    for label, rule in (
        ("random prescalers", Rule.ATLAS_RANDOM),
        ("counting prescalers", Rule.CMS_COUNTER),
    ):
        choices = [for_precision(counts, float(precision), rule) for precision in wanted]
        total = np.array([choice.total for choice in choices])
        lines.append(TradeOffLine(label, np.array([c.precision for c in choices]), total))
    hz = scan.record.regions["A"].before.hz
    rate = None if hz is None or hz.value is None else hz.value * scan.live
    return TradeOff(tuple(lines), best, present, rate)


def _present(scan: Scan, counts: Sequence[float]) -> tuple[float, float] | None:
    if not scan.predicts:
        return None
    prescale, counters = scan.record.registers.prescale, scan.record.yields == "counters"
    choice = at_prescales(counts, prescale[1:], scan.record.rule.rule, counters)
    return choice.precision, choice.total
