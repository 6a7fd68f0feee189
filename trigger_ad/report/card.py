"""The card of a model: what it is for, what it does, what it does not, from its runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from trigger_ad.errors import RunFolderError
from trigger_ad.pages.format import fixed, hertz, percent
from trigger_ad.pages.templating import environment
from trigger_ad.report.background import estimate_sentence, estimate_verdict
from trigger_ad.report.caveats import findings
from trigger_ad.report.numbers.load import record
from trigger_ad.report.tables import QUOTED
from trigger_ad.run_folder import RunFolder
from trigger_ad.statistics.intervals import is_few

__all__ = ["Spread", "card"]

_TEMPLATES = Path(__file__).parent / "templates"

_RECORDS = ("validation", "closure", "rates", "resources", "manifest")


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


def card(runs: Sequence[Path]) -> str:
    """Model card in Markdown, from one run or from several that differ in their training seed.

    Parameters
    ----------
    runs : sequence of Path
        Run folders; needs their JSON records, not their scores. The first is the reference
        model: its thresholds, resources and equality are quoted.

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
    records = [{name: record(folder, name) for name in _RECORDS} for folder in runs]
    first = records[0]
    if RunFolder(runs[0]).menu.is_file():
        first["menu"] = record(runs[0], "menu")
    for folder, other in zip(runs, records, strict=True):
        _same(folder, _identity(first), _identity(other))
    signals = list(first["validation"]["auc"])
    templates = environment(_TEMPLATES)
    templates.filters |= {"spread": _text, "rate": _rate}
    closure = {e: [_point(run["closure"], e) for run in records] for e in QUOTED}
    return templates.get_template("CARD.md.j2").render(
        first=first,
        runs=records,
        seeds=[run["manifest"]["seeds"].get("training") for run in records],
        estimate=estimate_sentence(first["rates"], first["closure"]),
        others=_other_verdicts(records),
        closure=closure,
        extrapolated=any(
            cell and is_few(cell["effective_events"])
            for cells in closure.values()
            for cell in cells
        ),
        gain=(first.get("menu", {}).get("gain") or {}).get("gain"),
        ratios={e: _spread(records, e) for e in QUOTED},
        auc={
            signal: {
                model: Spread(tuple(run["validation"]["auc"][signal][model] for run in records))
                for model in ("float", "firmware")
            }
            for signal in signals
        },
        single={
            signal: Spread(
                tuple(
                    run["validation"]["auc_single"][signal]
                    .get("single_autoencoder", {})
                    .get("firmware")
                    for run in records
                )
            )
            for signal in signals
        },
        limits=_limits(records),
    )


def _other_verdicts(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Seeds whose background estimate is judged otherwise than that of the first, by verdict."""
    first, *others = (estimate_verdict(run["rates"], run["closure"]) for run in records)
    found: dict[str, list[Any]] = {}
    for run, verdict in zip(records[1:], others, strict=True):
        if verdict is not first:
            found.setdefault(verdict.value, []).append(run["manifest"]["seeds"].get("training"))
    return found


#: Where the figures of a finding begin: what stands before is the same for every seed.
_FIGURES = re.compile(r", AUC |: predicted/observed| Here: ")


def _limits(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What a reader must not overlook, with the seeds that it holds for, figures of the first."""
    limits: dict[str, tuple[str, list[Any]]] = {}
    for run in records:
        for sentence in findings(run["validation"], run["closure"]):
            _, seeds = limits.setdefault(_FIGURES.split(sentence)[0], (sentence, []))
            seeds.append(run["manifest"]["seeds"].get("training"))
    return dict(limits.values())


def _text(spread: Spread) -> str:
    width = "" if spread.deviation is None else f" ({fixed(spread.deviation)})"
    return fixed(spread.mean) + width


def _rate(figure: Mapping[str, Any], hz: float | None) -> str:
    """Fraction or rate with its interval, or its upper limit."""
    scale, text = (1.0, percent) if hz is None else (hz, hertz)
    if figure["value"] is None:
        return f"below {text(figure['upper_limit'] * scale)}"
    value, low, high = (text(figure[key] * scale) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _identity(run: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return str(run["validation"]["name"]), tuple(run["validation"]["auc"])


def _same(folder: Path, wanted: tuple[str, tuple[str, ...]], found: object) -> None:
    if found != wanted:
        raise RunFolderError(
            folder,
            f"must be a run of {wanted[0]} with signals {', '.join(wanted[1])}",
            found,
            "give runs that differ in their training seed only",
        )


def _point(closure: Mapping[str, Any], efficiency: float) -> Mapping[str, Any] | None:
    """Closure of the firmware scores at one SM efficiency."""
    rows = (row for row in closure["closure"] if row["model"] == "firmware")
    return next((row for row in rows if row["sm_efficiency"] == efficiency), None)


def _spread(records: Sequence[Mapping[str, Any]], efficiency: float) -> Spread:
    points = [_point(run["closure"], efficiency) for run in records]
    return Spread(tuple(None if point is None else float(point["ratio"]) for point in points))
