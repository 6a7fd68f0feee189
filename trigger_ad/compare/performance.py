"""What one score finds of every signal, in one run or in one run of each configuration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from trigger_ad.compare.compared import Compared
from trigger_ad.compare.runs import ComparedRun
from trigger_ad.run_folder import TEST, THRESHOLD
from trigger_ad.statistics.auc import area
from trigger_ad.statistics.improvement import (
    BACKGROUND_EFFICIENCIES,
    Cut,
    Found,
    TotalImprovement,
    choose_cut,
    find,
    largest,
    total_improvement,
)
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.sic import roc

__all__ = ["Performance", "SignalFigures", "performance"]


@dataclass(frozen=True)
class SignalFigures:
    """Figures of one score for one signal, on the test split.

    Parameters
    ----------
    auc : Interval
    at : dict of str to (Found or None)
        By name of the background efficiency; None where a cut has too few background events.
    sic_maximum : float or None
        Largest significance improvement of all cuts with at least 20 background events.
    improvement : Interval or None
        SI: the largest at the fixed background efficiencies.
    """

    auc: Interval
    at: dict[str, Found | None]
    sic_maximum: float | None
    improvement: Interval | None


@dataclass(frozen=True)
class Performance:
    """Figures of one score.

    Parameters
    ----------
    cuts : dict of str to (Cut or None)
        By name of the background efficiency.
    signals : dict of str to SignalFigures
    total : TotalImprovement or None
        None without a signal, or without any cut.
    """

    cuts: dict[str, Cut | None]
    signals: dict[str, SignalFigures]
    total: TotalImprovement | None


def performance(score: Compared, runs: Mapping[str, ComparedRun], model: str) -> Performance:
    """Cuts from the threshold split, figures from the test split and from all signal events.

    Parameters
    ----------
    score : Compared
    runs : mapping of str to ComparedRun
        One of every configuration, all of the same events.
    model : str
    """
    events = runs[score.leaves[0].configuration]
    clusters, drawn = events.clusters[TEST], events.drawn[TEST]
    threshold, test = (score.values(runs, model, sample) for sample in (THRESHOLD, TEST))
    cuts = {
        name: choose_cut(threshold, test, wanted, clusters, events.drawn_pair)
        for name, wanted in BACKGROUND_EFFICIENCIES.items()
    }
    signals = {}
    for signal in events.signals:
        values, of_signal = score.values(runs, model, signal), events.clusters[signal]
        at = {
            name: None if cut is None else find(cut, values, of_signal)
            for name, cut in cuts.items()
        }
        maximum = roc(test, values, drawn).sic_maximum
        signals[signal] = SignalFigures(
            area(test, values, clusters, of_signal, drawn),
            at,
            None if math.isnan(maximum) else maximum,
            largest([None if found is None else found.improvement for found in at.values()]),
        )
    known = [figures.improvement for figures in signals.values() if figures.improvement]
    return Performance(cuts, signals, total_improvement(known) if known else None)
