"""The card of a model: what it is for, what it does, what it does not, from its runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev

from trigger_ad.errors import RunFolderError
from trigger_ad.pages.format import fixed, hertz, percent
from trigger_ad.pages.templating import environment
from trigger_ad.rates.figure import Figure, InBothUnits, shown
from trigger_ad.report.background import estimate_sentence, estimate_verdict
from trigger_ad.report.caveats import said_on_top
from trigger_ad.report.invariance import invariance
from trigger_ad.report.kappa import alone_sentence
from trigger_ad.report.numbers.load import Records, records
from trigger_ad.report.numbers.menu import seed_label, shortfalls
from trigger_ad.report.reference import Reference
from trigger_ad.report.tables import QUOTED
from trigger_ad.statistics.intervals import is_few

__all__ = ["Spread", "card"]

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Spread:
    """One figure of merit over training seeds.

    Parameters
    ----------
    values : tuple of float or None
        In the order of the runs; None where a run does not have it.
    """

    values: tuple[float | None, ...]

    @property
    def known(self) -> list[float]:
        """Values of the runs that have it."""
        return [value for value in self.values if value is not None]

    @property
    def mean(self) -> float | None:
        """Mean over the runs."""
        return fmean(self.known) if self.known else None

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation over the runs; None for fewer than two."""
        return stdev(self.known) if len(self.known) > 1 else None


def card(runs: Sequence[Path], reference: Reference | None = None) -> str:
    """Model card in Markdown, from one run or from several that differ in their training seed.

    Parameters
    ----------
    runs : sequence of Path
        Run folders; needs their JSON records, not their scores. The first is the reference
        model: its thresholds, resources and equality are quoted.
    reference : Reference, optional
        What the reference model does on a reference sample.

    Returns
    -------
    str
        Text of ``CARD.md``.

    Raises
    ------
    RunFolderError
        If no run is given, a record is missing, or the runs are of different triggers or
        do not have the same signals.
    SchemaError
        If a record carries a schema that this version does not know.
    """
    if not runs:
        raise RunFolderError(
            "a model card", "must have at least one run folder", None, "give a run folder"
        )
    found = [records(folder) for folder in runs]
    first = found[0]
    for folder, other in zip(runs, found, strict=True):
        _same(folder, _identity(first), _identity(other))
    signals = list(first.validation.auc)
    templates = environment(_TEMPLATES)
    templates.filters |= {"spread": _text, "rate": _rate, "figure": _shown}
    templates.filters |= {"seed_label": seed_label}
    closure = {e: [run.closure.at("firmware", e) for run in found] for e in QUOTED}
    return templates.get_template("CARD.md.j2").render(
        first=first,
        runs=found,
        seeds=[run.provenance.training_seed for run in found],
        splits=len({run.provenance.seeds.get("split") for run in found}) > 1,
        estimate=estimate_sentence(first.rates, first.closure),
        others=_other_verdicts(found),
        alone=alone_sentence(first.closure),
        closure=closure,
        extrapolated=any(
            cell and is_few(cell.effective_events) for cells in closure.values() for cell in cells
        ),
        gain=first.menu.gain.gain if first.menu and first.menu.gain else (),
        ratios={e: _spread(found, e) for e in QUOTED},
        auc={
            signal: {
                model: Spread(tuple(run.validation.auc[signal][model] for run in found))
                for model in ("float", "firmware")
            }
            for signal in signals
        },
        single={
            signal: Spread(
                tuple(
                    run.validation.auc_single[signal].get("single_autoencoder", {}).get("firmware")
                    for run in found
                )
            )
            for signal in signals
        },
        limits=_limits(found),
        invariance=invariance((reference and reference.invariance) or first.invariance),
        reference_limits=tuple(shortfalls(reference.gain)) if reference else (),
        reference=reference,
    )


def _other_verdicts(records: Sequence[Records]) -> dict[str, list[int | None]]:
    """Seeds whose background estimate is judged otherwise than that of the first, by verdict."""
    first, *others = (estimate_verdict(run.rates, run.closure) for run in records)
    found: dict[str, list[int | None]] = {}
    for run, verdict in zip(records[1:], others, strict=True):
        if verdict is not first:
            found.setdefault(verdict.value, []).append(run.provenance.training_seed)
    return found


#: Where the figures of a finding begin: what stands before is the same for every seed.
_FIGURES = re.compile(
    r", AUC |: predicted/observed| Here: |: largest over smallest|: above over below"
)


def _limits(records: Sequence[Records]) -> dict[str, list[int | None]]:
    """What a reader must not overlook, with the seeds that it holds for, figures of the first."""
    limits: dict[str, tuple[str, list[int | None]]] = {}
    for run in records:
        for sentence in said_on_top(run):
            _, seeds = limits.setdefault(_FIGURES.split(sentence)[0], (sentence, []))
            seeds.append(run.provenance.training_seed)
    return dict(limits.values())


def _text(spread: Spread) -> str:
    width = "" if spread.deviation is None else f" ({fixed(spread.deviation)})"
    return fixed(spread.mean) + width


def _rate(figure: Figure, hz: float | None) -> str:
    """Fraction or rate with its interval, or its upper limit."""
    scale, text = (1.0, percent) if hz is None else (hz, hertz)
    if figure.value is None:
        return f"below {text(figure.highest * scale)}"
    value, low, high = (text(end * scale) for end in (figure.value, figure.lowest, figure.highest))
    return f"{value} [{low}, {high}]"


def _shown(figure: InBothUnits) -> str:
    """In Hz where there is a normalisation, with its interval or as a limit."""
    return _rate(shown(figure), None if figure.hz is None else 1.0)


def _identity(run: Records) -> tuple[str, tuple[str, ...]]:
    return run.name, tuple(run.validation.auc)


def _same(folder: Path, wanted: tuple[str, tuple[str, ...]], found: object) -> None:
    if found != wanted:
        raise RunFolderError(
            folder,
            f"must be a run of {wanted[0]} with signals {', '.join(wanted[1])}",
            found,
            "give runs that differ in their training seed only",
        )


def _spread(runs: Sequence[Records], efficiency: float) -> Spread:
    points = [run.closure.at("firmware", efficiency) for run in runs]
    return Spread(tuple(None if point is None else point.ratio for point in points))
