"""What a reader must not overlook, in sentences: weak evidence, failures, negative results."""

from __future__ import annotations

from collections.abc import Iterator

from trigger_ad.abcd.closure import BAND
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.pages.format import count, fixed, hertz, interval, percent
from trigger_ad.pages.names import listed, sample_label, title
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.invariance import warnings as dependences
from trigger_ad.report.kappa import MOST, alone_sentence
from trigger_ad.report.numbers.load import Records
from trigger_ad.report.numbers.menu import shortfalls
from trigger_ad.validate.record import ValidationRecord

__all__ = ["MIN_DISTINCT", "MIN_EVENTS", "coarse_steps", "findings", "said_on_top"]

#: Fewest events and distinct scores on which equality is claimed.
MIN_EVENTS, MIN_DISTINCT = 100_000, 1_000

#: Efficiencies of the signal region at which the firmware must close.
_MUST_CLOSE = (0.05, 0.02, 0.01)


def said_on_top(run: Records) -> tuple[str, ...]:
    """All that a reader must be told of a run: first what does better than its trigger."""
    gain = None if run.menu is None else run.menu.gain
    return (
        *shortfalls(gain),
        *findings(run.validation, run.closure),
        *dependences(run.invariance),
        *coarse_steps(run.rates),
    )


def findings(validation: ValidationRecord, closure: ClosureRecord) -> tuple[str, ...]:
    """Sentences for the top of the report, what does better than the trigger first, each once.

    Parameters
    ----------
    validation : ValidationRecord
    closure : ClosureRecord

    Returns
    -------
    tuple of str
        Empty where there is nothing to say.
    """
    sentences = [*_same_rate(validation), *validation.warnings]
    sentences.extend(_equality(validation))
    sentences.extend(_closure(closure))
    sentences.extend(_alone(closure))
    sentences.extend(_claims(validation))
    return tuple(dict.fromkeys(sentences))


def coarse_steps(rates: RatesRecord) -> Iterator[str]:
    """Say that the rate wanted lies between two steps of the scores, where it is far from both."""
    point = rates.working_point
    if point.missed is None:
        return
    if point.pure is None:
        wanted, found = percent(point.sm_efficiency), percent(point.realised.threshold)
    else:
        wanted, found = hertz(point.pure.wanted_hz), hertz(point.pure.threshold_hz)
    yield (
        f"Region A takes {found} on the threshold split, where {wanted} was wanted: the steps of "
        "the scores come no nearer."
    )


def _same_rate(validation: ValidationRecord) -> Iterator[str]:
    """Where something simpler takes more of a signal, beyond the interval of the difference."""
    for signal in validation.auc:
        better = [
            title(row.name)
            for row in validation.same_rate
            if row.difference and row.difference[signal].verdict == "below"
        ]
        if better:
            yield (
                f"At the rate of region A more of the {sample_label(signal)} events are taken by "
                f"{listed(better)} than by region A."
            )


def _equality(validation: ValidationRecord) -> Iterator[str]:
    weak: dict[tuple[int, int], list[str]] = {}
    for rung, row in validation.bit_exact.items():
        if row.wrong:
            yield (
                f"The {title(rung)} differs from the {title(row.against)} on {count(row.wrong)} "
                "events: the firmware does not compute what was trained."
            )
        elif not row.claimed:
            weak.setdefault((row.events, row.distinct_scores), []).append(title(rung))
    for (events, distinct), rungs in weak.items():
        yield (
            f"Equality was run on only {count(events)} events with {count(distinct)} distinct "
            f"scores ({', '.join(rungs)}); a claim needs {count(MIN_EVENTS)} and "
            f"{count(MIN_DISTINCT)}, of a score of fewer than 12 bits half of what it can have."
        )


def _closure(closure: ClosureRecord) -> Iterator[str]:
    for row in closure.of("firmware"):
        if row.sm_efficiency not in _MUST_CLOSE:
            continue
        found = verdict(row.interval95, row.effective_events)
        if found is not Verdict.HOLDS:
            do = "do not" if found is Verdict.FAILS else "are not shown to"
            yield (
                f"The firmware scores {do} close within {percent(BAND)} at "
                f"{percent(row.sm_efficiency)} SM efficiency: predicted/observed is "
                f"{fixed(row.ratio)} with 95 % interval {interval(row.interval95)} and "
                f"{count(row.effective_events)} effective events."
            )


def _alone(closure: ClosureRecord) -> Iterator[str]:
    """Standard Model events alone that would be a signal, kappa included."""
    found = (row.significance_with_kappa for row in closure.of("firmware"))
    if any(value is not None and value >= MOST for value in found):
        yield alone_sentence(closure)


def _claims(validation: ValidationRecord) -> Iterator[str]:
    for row in validation.claims:
        if row.confirmed is False:
            claim = row.claim.rstrip(".")
            here = row.here.rstrip(".")
            yield f"Not confirmed on this sample: {claim}. Here: {here}."
