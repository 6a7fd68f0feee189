"""What a measured closure says of the background estimate."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from trigger_ad.abcd.closure import BAND
from trigger_ad.statistics.intervals import is_few

__all__ = ["Verdict", "verdict"]


class Verdict(StrEnum):
    """Whether the prediction of region A is within the accepted non-closure."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNDECIDED = "not decided"


def verdict(interval: Sequence[float], effective: float) -> Verdict:
    """Judge predicted over observed events by its interval, which contains the value.

    It holds if the whole interval is within 1 ± `BAND` and does not if all of it is outside.
    Else, or with fewer independent events than a figure may rest on, it is not decided.

    Parameters
    ----------
    interval : sequence of float
        Low and high end, 95 %.
    effective : float
        Independent events in region A.

    Examples
    --------
    >>> [verdict(ends, 500.0).value for ends in ((0.95, 1.04), (0.45, 0.49), (0.87, 0.96))]
    ['holds', 'does not hold', 'not decided']
    >>> verdict((0.95, 1.04), 60.0).value
    'not decided'
    """
    low, high = interval
    if is_few(effective):
        return Verdict.UNDECIDED
    if low >= 1 - BAND and high <= 1 + BAND:
        return Verdict.HOLDS
    if high < 1 - BAND or low > 1 + BAND:
        return Verdict.FAILS
    return Verdict.UNDECIDED
