"""What must not explain the scores, in sentences and rows of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.invariance.record import (
    TENTH,
    WORKING_POINT,
    Changed,
    ClosureInside,
    Correlation,
    Inside,
    InvarianceRecord,
    Ratio,
    Turned,
)
from trigger_ad.invariance.verdict import Dependence, allowed, dependence
from trigger_ad.pages.format import DASH, count, fixed, interval, percent, share_interval, sig
from trigger_ad.pages.names import title
from trigger_ad.pages.templating import environment
from trigger_ad.rates.figure import EffectiveFigure

__all__ = ["Cell", "Shown", "Within", "invariance", "markdown", "warnings"]

_TEMPLATES = Path(__file__).parent / "templates"

_KINDS = {
    "turns": "turned about the beam by each of {} steps",
    "mirror": "mirrored in azimuth",
    "exchange": "with the beams exchanged",
}


@dataclass(frozen=True)
class Cell:
    """A figure as it is written, and what it says.

    Parameters
    ----------
    text : str
    verdict : str or None
        Of a `Dependence` or `Verdict`; None where nothing is judged.
    """

    text: str
    verdict: str | None = None


@dataclass(frozen=True)
class Within:
    """One bin in which the scores are to be independent."""

    name: str
    events: int
    correlation: str
    tenth: Cell
    working_point: Cell


@dataclass(frozen=True)
class Shown:
    """The section of a page or card.

    Parameters
    ----------
    turned : tuple of str
        Sentences on events that were turned and mirrored.
    sentences : tuple of str
        On each score and each quantity.
    columns : tuple of str
        Of what the rates are.
    ratios : mapping of str to tuple of Cell
        By quantity, a cell for each column.
    within : tuple of Within
    flavours : str
        What counts as a lepton.
    """

    turned: tuple[str, ...]
    sentences: tuple[str, ...]
    columns: tuple[str, ...]
    ratios: dict[str, tuple[Cell, ...]]
    within: tuple[Within, ...]
    flavours: str


def invariance(record: InvarianceRecord | None) -> Shown | None:
    """The section of a record; None of runs that have none."""
    if record is None:
        return None
    return Shown(
        turned=tuple(_turned(record.turned)) if record.turned else (),
        sentences=tuple(_sentence(what, by, ratio) for what, by, ratio in _judged(record)),
        columns=tuple(_what(what) for what in record.what),
        ratios={
            title(group.by): tuple(_cell(group.by, group.ratios.get(what)) for what in record.what)
            for group in record.groups
        },
        within=tuple(_within(row) for row in record.inside),
        flavours=", ".join(
            f"{title(kind)} from {sig(least)} GeV" for kind, least in record.flavours.items()
        ),
    )


def markdown(record: InvarianceRecord) -> str:
    """The section as Markdown, as cards have it."""
    template = environment(_TEMPLATES).get_template("invariance.md.j2")
    return template.render(invariance=invariance(record))


def warnings(record: InvarianceRecord | None) -> Iterator[str]:
    """Sentences on what a score or region A depends on, and on scores within the bins."""
    if record is None:
        return
    for what, by, ratio in _judged(record):
        if dependence(by, ratio) is Dependence.SEEN:
            yield _sentence(what, by, ratio)
    for row in record.inside:
        found = row.closure[WORKING_POINT]
        if row.by != "all" and _closure(found).verdict == Verdict.FAILS:
            yield (
                f"Within {title(row.by)}, {row.name}, the background estimate does not hold: "
                f"predicted/observed is {fixed(found.ratio)} with 95 % interval "
                f"{interval(found.interval95)} and {count(found.effective_events)} effective "
                "events."
            )


def _judged(record: InvarianceRecord) -> Iterator[tuple[str, str, Ratio]]:
    return (found for found in record.ratios() if allowed(found[1]) is not None)


def _sentence(what: str, by: str, ratio: Ratio) -> str:
    name, most = title(by), sig(allowed(by))
    kind = "above over below" if by == "pileup" else "largest over smallest"
    found = f"{kind} rate is {_ratio(ratio)}, and {most} is accepted."
    subject = _what(what)
    match dependence(by, ratio):
        case Dependence.SEEN:
            return f"{_capital(subject)} depends on {name}: {found}"
        case Dependence.NONE:
            return f"{_capital(subject)} does not depend on {name}: {found}"
        case _:
            return f"Whether {subject} depends on {name} is not decided: {found}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _what(what: str) -> str:
    return "region A" if what == "A" else title(what)


def _ratio(ratio: Ratio) -> str:
    if ratio.value is not None and ratio.high is not None:
        return f"{sig(ratio.value)} {interval((ratio.low, ratio.high), 2)}"
    ends = f"at least {sig(ratio.low)}"
    if ratio.high is not None:
        ends = f"from {sig(ratio.low)} to {sig(ratio.high)}"
    return f"{ends} (fewer than 100 effective events)"


def _cell(by: str, ratio: Ratio | None) -> Cell:
    if ratio is None:
        return Cell(DASH)
    found = dependence(by, ratio)
    return Cell(_ratio(ratio), None if found is None else found.value)


def _turned(record: Turned) -> Iterator[str]:
    """What turns and mirrors change, a sentence for each kind."""
    if record.exact:
        kinds = ", ".join(_kind(row) for row in record.exact)
        yield f"Of all {count(record.events)} events of the test split no score changes, {kinds}."
    for row in (row for row in record.changed if row not in record.exact):
        changes = ", ".join(f"{title(name)} by {count(most)}" for name, most in row.scores.items())
        told = (
            f"{_capital(_kind(row))}, {count(row.changed)} of {count(row.events)} events change "
            f"their region{' at least once' if row.transformations > 1 else ''}"
        )
        often = "on average " if row.transformations > 1 else ""
        mean = f"{often}{_part(row.mean)} of all events are in another region"
        if row.mean_of_a is not None:
            mean += f" and {_part(row.mean_of_a)} of those of region A are not in it any more"
        yield f"{told}; {mean}. Largest changes in counts: {changes}."


def _kind(row: Changed) -> str:
    return _KINDS.get(row.kind, row.kind).format(row.transformations)


def _part(figure: EffectiveFigure) -> str:
    if figure.value is None:
        return f"less than {percent(figure.upper_limit)}"
    return f"{percent(figure.value)} {share_interval((figure.lowest, figure.highest))}"


def _within(row: Inside) -> Within:
    name = row.name if row.by == "all" else f"{title(row.by)}: {row.name}"
    return Within(
        name=name,
        events=row.events,
        correlation=_correlation(row.correlation),
        tenth=_closure(row.closure[TENTH]),
        working_point=_closure(row.closure[WORKING_POINT]),
    )


def _correlation(found: Correlation | None) -> str:
    if found is None:
        return DASH
    return f"{fixed(found.value)} {interval((found.low, found.high))}"


def _closure(found: ClosureInside) -> Cell:
    if found.ratio is None or found.interval95 is None:
        return Cell(f"{DASH} ({count(found.effective_events)})", "not decided")
    judged = verdict(found.interval95, found.effective_events)
    text = f"{fixed(found.ratio)} {interval(found.interval95)} ({count(found.effective_events)})"
    return Cell(text, judged.value)
