"""What a reader must not overlook, in sentences: weak evidence, failures, negative results."""

from __future__ import annotations

from collections.abc import Iterator

from trigger_ad.report.figures.closure import BAND
from trigger_ad.report.format import count, fixed, interval, percent
from trigger_ad.report.load import Run
from trigger_ad.report.names import sample_label, title

__all__ = ["MIN_DISTINCT", "MIN_EVENTS", "findings"]

#: Fewest events and distinct scores on which equality is claimed.
MIN_EVENTS, MIN_DISTINCT = 100_000, 1_000

#: Efficiencies of the signal region at which the firmware must close.
_MUST_CLOSE = (0.05, 0.02, 0.01)


def findings(run: Run) -> tuple[str, ...]:
    """Sentences for the top of the report, the run's own warnings first, each once.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple of str
        Empty where there is nothing to say.
    """
    sentences = [str(warning) for warning in run.validation["warnings"]]
    for more in (_equality, _closure, _auc, _claims):
        sentences.extend(more(run))
    return tuple(dict.fromkeys(sentences))


def _equality(run: Run) -> Iterator[str]:
    for rung, row in run.validation["bit_exact"].items():
        name, against = title(rung), title(row["against"])
        wrong = row["mismatches"] + row.get("extreme_mismatches", 0)
        if wrong:
            yield (
                f"The {name} differs from the {against} on {count(wrong)} events: "
                "the firmware does not compute what was trained."
            )
        elif row["events"] < MIN_EVENTS or row["distinct_scores"] < MIN_DISTINCT:
            yield (
                f"Equality of the {name} with the {against} was run on {count(row['events'])} "
                f"events with {count(row['distinct_scores'])} distinct scores; "
                f"a claim needs {count(MIN_EVENTS)} and {count(MIN_DISTINCT)}."
            )


def _closure(run: Run) -> Iterator[str]:
    for row in run.closure["closure"]:
        low, high = row["interval95"]
        must = row["model"] == "firmware" and row["sm_efficiency"] in _MUST_CLOSE
        if must and not (1 - BAND <= low and high <= 1 + BAND):
            yield (
                f"The firmware scores are not shown to close within {percent(BAND)} at "
                f"{percent(row['sm_efficiency'])} SM efficiency: predicted/observed is "
                f"{fixed(row['ratio'])} with 95 % interval {interval([low, high])}."
            )


def _auc(run: Run) -> Iterator[str]:
    for signal, auc in run.validation["auc"].items():
        name = sample_label(signal)
        loss = auc["float"] - auc["firmware"]
        if abs(loss) > 0.01:
            yield (
                f"For {name} the firmware AUC {fixed(auc['firmware'])} is further than 0.01 "
                f"from the float AUC {fixed(auc['float'])}."
            )


def _claims(run: Run) -> Iterator[str]:
    for row in run.validation["claims"]:
        if row["confirmed"] is False:
            claim = str(row["claim"]).rstrip(".")
            yield f"Not confirmed on this sample: {claim}. Here: {row['here']}"
