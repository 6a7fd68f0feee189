"""The tables of the page, picked from the records of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trigger_ad.abcd.record import ClosureRow
from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.pages.names import MODELS, SCORES
from trigger_ad.report.numbers.load import Run

__all__ = ["QUOTED", "ClosureCell", "Single", "closure_table", "quoted_closure", "single_table"]

#: SM efficiencies quoted on top of the page.
QUOTED = (0.05, 0.02, 0.01, 0.005)


@dataclass(frozen=True)
class ClosureCell:
    """Closure of one model at one SM efficiency.

    Parameters
    ----------
    sm_efficiency : float
    row : ClosureRow or None
        None where the run has no such point.
    verdict : Verdict or None
        Whether it closes; None where the run has no such point.
    """

    sm_efficiency: float
    row: ClosureRow | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Single:
    """AUC of one score for one signal, by model, with intervals where they are known."""

    signal: str
    score: str
    auc: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]


def closure_table(run: Run) -> dict[str, tuple[ClosureCell, ...]]:
    """Closure by model, one cell for each efficiency of the run, largest first."""
    rows = run.closure.closure
    efficiencies = sorted({row.sm_efficiency for row in rows}, reverse=True)
    models = [model for model in MODELS if any(row.model == model for row in rows)]
    return {model: tuple(_cell(run, model, e) for e in efficiencies) for model in models}


def quoted_closure(run: Run, model: str = "firmware") -> tuple[ClosureCell, ...]:
    """Closure at the quoted efficiencies."""
    return tuple(_cell(run, model, efficiency) for efficiency in QUOTED)


def single_table(run: Run) -> tuple[Single, ...]:
    """AUC of each score alone and of the single autoencoder, signal by signal."""
    known = run.validation.auc_single_interval
    return tuple(
        Single(signal, score, table[score], known.get(signal, {}).get(score, {}))
        for signal, table in run.validation.auc_single.items()
        for score in (*SCORES, "single_autoencoder")
        if score in table
    )


def _cell(run: Run, model: str, efficiency: float) -> ClosureCell:
    row = run.closure.at(model, efficiency)
    judged = None if row is None else verdict(row.interval95, row.effective_events)
    return ClosureCell(efficiency, row, judged)
