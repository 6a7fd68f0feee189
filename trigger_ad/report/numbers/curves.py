"""ROC and significance improvement of one score, both scores, and the single autoencoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.pages.names import SCORES
from trigger_ad.rates.as_one import as_one
from trigger_ad.report.numbers.load import Run
from trigger_ad.run_folder import TEST, THRESHOLD
from trigger_ad.statistics.sic import MINIMUM_BACKGROUND, Roc, roc

__all__ = ["Curve", "Curves", "Panel", "rocs", "sic_combined", "sic_individual"]

Values = NDArray[np.float64]

#: Points of a curve, evenly in the logarithm of the SM efficiency.
_POINTS = 81


@dataclass(frozen=True)
class Curve:
    """Performance of one score for one signal; shapes (n_points,).

    Parameters
    ----------
    model, score : str
        Score is ``score1``, ``score2``, ``combined`` (diagonal cut), ``held`` (score 1 with the
        cut of score 2 held) or ``single``.
    auc : float
    fpr, tpr : ndarray of float64
        Efficiency for SM and signal events, by rising fpr. The first point is where
        `MINIMUM_BACKGROUND` events of the sample are left.
    sic, sic_error : ndarray of float64
        tpr / sqrt(fpr), and its standard deviation from the counts of both samples.
    """

    model: str
    score: str
    auc: float
    fpr: Values
    tpr: Values
    sic: Values
    sic_error: Values


@dataclass(frozen=True)
class Panel:
    """Curves of one signal."""

    signal: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Curves:
    """Curves of every signal.

    Parameters
    ----------
    panels : tuple of Panel
    sm_efficiency : float
        Of the working point; a marker is drawn there.
    """

    panels: tuple[Panel, ...]
    sm_efficiency: float


def rocs(run: Run) -> Curves:
    """Both scores in float and firmware, the single autoencoder in firmware."""
    both = _both(run)
    return _curves(run, (("float", both), ("firmware", both), ("firmware", "single")))


def sic_individual(run: Run) -> Curves:
    """Each decorrelated score alone and both together, firmware."""
    return _curves(run, tuple(("firmware", score) for score in (*SCORES, _both(run))))


def sic_combined(run: Run) -> Curves:
    """Both scores and the single autoencoder, float and firmware; the published size if run."""
    both = _both(run)
    published = (("published", both),) if run.scores.has("published") else ()
    pairs = (("float", both), ("firmware", both), *published)
    return _curves(run, (*pairs, ("float", "single"), ("firmware", "single")))


def _both(run: Run) -> str:
    """How both scores are cut on."""
    return "combined" if run.rates.working_point.score2_efficiency is None else "held"


def _curves(run: Run, wanted: tuple[tuple[str, str], ...]) -> Curves:
    kept = [(m, s) for m, s in wanted if s != "single" or run.scores.has(f"single_{m}")]
    panels = tuple(
        Panel(signal, tuple(_curve(run, model, score, signal) for model, score in kept))
        for signal in run.signals
    )
    return Curves(panels, run.rates.working_point.sm_efficiency)


def _curve(run: Run, model: str, score: str, signal: str) -> Curve:
    background, found = (_values(run, model, score, s) for s in (TEST, signal))
    curve = roc(background, found, run.scores.drawn(TEST))
    lowest = _lowest(curve, len(background))
    fpr = np.geomspace(lowest, 1, _POINTS)
    tpr = curve.tpr_at(fpr.tolist())
    sic = tpr / np.sqrt(fpr)
    return Curve(
        model, score, curve.auc, fpr, tpr, sic, _sic_error(fpr, tpr, curve.trials(fpr), len(found))
    )


def _lowest(curve: Roc, background: int) -> float:
    """Efficiency at which `MINIMUM_BACKGROUND` events are left, or events of strata worth that."""
    if curve.effective is None:
        return min(MINIMUM_BACKGROUND / background, 0.5)
    enough = curve.effective >= MINIMUM_BACKGROUND
    return min(float(curve.fpr[np.argmax(enough)]), 0.5) if enough.any() else 0.5


def _sic_error(fpr: Values, tpr: Values, background: int | NDArray[Any], signal: int) -> Values:
    """First-order propagation of the binomial errors of both efficiencies."""
    variance = tpr * (1 - tpr) / (signal * fpr)
    variance += tpr**2 * (1 - fpr) / (4 * fpr**2 * background)
    return np.asarray(np.sqrt(variance))


def _values(run: Run, model: str, score: str, sample: str) -> NDArray[Any]:
    """Scores to cut on, as integers; ranks are those of the threshold split."""
    if score == "single":
        return run.scores.raw(f"single_{model}", sample, "score")
    if score not in ("combined", "held"):
        return run.scores.raw(model, sample, score)
    reference, pair = (_pair(run, model, name) for name in (THRESHOLD, sample))
    held = run.rates.working_point.score2_efficiency
    return as_one(reference, pair, run.scores.drawn(THRESHOLD), held)


def _pair(run: Run, model: str, sample: str) -> tuple[NDArray[Any], NDArray[Any]]:
    first, second = (run.scores.raw(model, sample, score) for score in SCORES)
    return first, second
