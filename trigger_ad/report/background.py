"""What may be said of the background estimate of a run: one sentence that follows its closure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from trigger_ad.abcd.closure import BAND
from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.pages.format import count, fixed, interval, percent

__all__ = ["estimate_sentence", "estimate_verdict"]

Record = Mapping[str, Any]

_SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HOLDS: "The three prescaled support regions predict the background of the signal "
        "region within {band}",
        Verdict.FAILS: "The three prescaled support regions do not predict the background of the "
        "signal region within {band}",
        Verdict.UNDECIDED: "Whether the three prescaled support regions predict the background of "
        "the signal region within {band} is not decided",
    }
)


def estimate_verdict(rates: Record, closure: Record) -> Verdict:
    """Whether the estimate holds at the working point; not decided where nobody measured it."""
    row = _measured(rates, closure)
    return Verdict.UNDECIDED if row is None else _judge(row)


def estimate_sentence(rates: Record, closure: Record) -> str:
    """Say whether the estimate holds at the working point, with the figures that say so.

    Parameters
    ----------
    rates, closure : mapping
        ``rates.json`` and ``closure.json``.
    """
    row = _measured(rates, closure)
    said = _SENTENCES[estimate_verdict(rates, closure)].format(band=percent(BAND))
    if row is None:
        return f"{said}: closure was not measured at the working point."
    return (
        f"{said}: at the working point predicted/observed is {fixed(row['ratio'])} with 95 % "
        f"interval {interval(row['interval95'])} and {count(row['effective_events'])} effective "
        "events."
    )


def _judge(row: Record) -> Verdict:
    return verdict(row["interval95"], row["effective_events"])


def _measured(rates: Record, closure: Record) -> Record | None:
    """Closure of the registers, or in older records of the same efficiency in firmware."""
    if rates["abcd"].get("interval95"):
        return dict(rates["abcd"])
    wanted = rates["working_point"]["sm_efficiency"]
    for row in closure["closure"]:
        if row["model"] == "firmware" and row["sm_efficiency"] == wanted:
            return dict(row)
    return None
