"""What may be said of the background estimate of a run: one sentence that follows its closure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trigger_ad.abcd.closure import BAND
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.pages.format import count, fixed, interval, measured, percent
from trigger_ad.rates.corrected import Corrected
from trigger_ad.rates.record import RatesRecord

__all__ = ["estimate_sentence", "estimate_verdict"]

_SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HOLDS: "The {three} predict the background of the signal region within {band}",
        Verdict.FAILS: "The {three} do not predict the background of the signal region within "
        "{band}",
        Verdict.UNDECIDED: "Whether the {three} predict the background of the signal region within "
        "{band} is not decided",
    }
)


#: What predicts, by the yields of a record.
_THREE: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "three prescaled support regions",
        "counters": "counters of the three support regions before prescale",
    }
)


@dataclass(frozen=True)
class _Measured:
    """Predicted over observed, its 95 % interval, and the independent events in A."""

    ratio: float
    interval: tuple[float, float]
    effective: float


def estimate_verdict(rates: RatesRecord, closure: ClosureRecord) -> Verdict:
    """Whether the estimate holds at the working point; not decided where nobody measured it."""
    found = _measured(rates, closure)
    return Verdict.UNDECIDED if found is None else verdict(found.interval, found.effective)


def estimate_sentence(rates: RatesRecord, closure: ClosureRecord) -> str:
    """Say whether the estimate holds at the working point, with the figures that say so.

    Parameters
    ----------
    rates : RatesRecord
    closure : ClosureRecord
    """
    found = _measured(rates, closure)
    said = _SENTENCES[estimate_verdict(rates, closure)].format(
        band=percent(BAND), three=_THREE[rates.yields]
    )
    if found is None:
        return f"{said}: closure was not measured at the working point."
    return (
        f"{said}: at the working point predicted/observed is {fixed(found.ratio)} with 95 % "
        f"interval {interval(found.interval)} and {count(found.effective)} effective "
        f"events.{_with_kappa(rates.abcd.corrected)}"
    )


def _with_kappa(found: Corrected | None) -> str:
    if found is None:
        return ""
    return (
        f" With kappa {measured(found.kappa, found.kappa_error)} it is {fixed(found.ratio)} with "
        f"95 % interval {interval(found.interval95)}, the error of kappa included."
    )


def _measured(rates: RatesRecord, closure: ClosureRecord) -> _Measured | None:
    """Closure of the registers, or in older records of the same efficiency in firmware."""
    own = rates.abcd
    if own.interval95 is not None and own.effective_events is not None:
        return _Measured(own.ratio, own.interval95, own.effective_events)
    row = closure.at("firmware", rates.working_point.sm_efficiency)
    return None if row is None else _Measured(row.ratio, row.interval95, row.effective_events)
