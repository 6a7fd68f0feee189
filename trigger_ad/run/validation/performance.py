"""How well scores tell signals from the background, before and after quantisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.as_one import as_one
from trigger_ad.run.folder.baselines import Baselines
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND, TEST, THRESHOLD
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.sic import Performance, evaluate, roc
from trigger_ad.statistics.strata import Stratified
from trigger_ad.validate.record import BySignal, Ends, EndsBySignal

__all__ = ["FPRS", "MODELS", "Areas", "combined", "performance"]

T = TypeVar("T")

#: Background efficiencies at which signal efficiencies are quoted, by their name in the record.
FPRS = {"1e-2": 1e-2, "1e-3": 1e-3}

#: Models that are compared; ``ptq`` is the float model with its weights rounded.
MODELS = ("float", "ptq", "quantized", "firmware")

_SINGLE = {"score1": "", "score2": "", "single_autoencoder": "single_"}


def combined(
    scores: ScoreTable, model: str, sample: str, score2_efficiency: float | None = None
) -> NDArray[np.int64]:
    """Both scores as one, ranks being those among the background of the threshold split.

    (n_events,) int64; see `rates.as_one.as_one`.
    """
    reference, pair = scores.pair(model, THRESHOLD), scores.pair(model, sample)
    return as_one(reference, pair, scores.drawn(THRESHOLD), score2_efficiency)


@dataclass(frozen=True)
class Areas:
    """Parts of ``validation.json``, by signal; see `validate.record.ValidationRecord`."""

    auc: BySignal
    auc_interval: EndsBySignal
    auc_single: Mapping[str, BySignal]
    auc_single_interval: Mapping[str, EndsBySignal]
    auc_baseline: BySignal
    tpr_at_fpr: Mapping[str, BySignal]
    tpr_at_fpr_interval: Mapping[str, EndsBySignal]
    auc_published: BySignal | None


def performance(
    scores: ScoreTable,
    data: Dataset,
    replicas: int,
    seed: int,
    score2_efficiency: float | None = None,
) -> Areas:
    """Areas under ROC curves and signal efficiencies, with 95 % bootstrap intervals.

    Parameters
    ----------
    scores : ScoreTable
    data : Dataset
    replicas : int
        Of the bootstrap, over parton events.
    seed : int
    score2_efficiency : float, optional
        Of the cut of score 2; diagonal cuts without it.

    Returns
    -------
    Areas
    """
    held = score2_efficiency
    background = {model: combined(scores, model, TEST, held) for model in MODELS}
    clusters, drawn = data.identity(BACKGROUND, "test"), data.drawn("test")

    def of(signal: str) -> dict[str, Performance]:
        return {
            model: evaluate(
                background[model],
                combined(scores, model, signal, held),
                tuple(FPRS.values()),
                replicas,
                seed,
                clusters,
                data.identity(signal),
                drawn,
            )
            for model in MODELS
        }

    both = {signal: of(signal) for signal in data.signals}
    single = {
        signal: _single(scores, signal, replicas, seed, (clusters, data.identity(signal)), drawn)
        for signal in data.signals
    }
    published = "published" in scores.models
    return Areas(
        auc={s: {m: r.auc.value for m, r in found.items()} for s, found in both.items()},
        auc_interval={s: {m: _ends(r.auc) for m, r in found.items()} for s, found in both.items()},
        auc_single=_each(single, lambda interval: interval.value),
        auc_single_interval=_each(single, _ends),
        auc_baseline=_baselines(data),
        tpr_at_fpr={s: _tpr(found, lambda i: i.value) for s, found in both.items()},
        tpr_at_fpr_interval={s: _tpr(found, _ends) for s, found in both.items()},
        auc_published={s: _published(scores, s, drawn, held) for s in data.signals}
        if published
        else None,
    )


def _baselines(data: Dataset) -> dict[str, dict[str, float]]:
    plain, drawn = Baselines(data), data.drawn("test")
    background = plain.of(BACKGROUND, "test")
    found = {signal: plain.of(signal) for signal in data.signals}
    return {
        signal: {name: roc(background[name], values, drawn).auc for name, values in of.items()}
        for signal, of in found.items()
    }


def _each(
    single: Mapping[str, Mapping[str, Mapping[str, Interval]]], pick: Callable[[Interval], T]
) -> dict[str, dict[str, dict[str, T]]]:
    """One part of every interval, by signal, score and model."""
    return {
        signal: {name: {m: pick(i) for m, i in of.items()} for name, of in scores.items()}
        for signal, scores in single.items()
    }


def _ends(interval: Interval) -> Ends:
    return interval.low, interval.high


def _tpr(
    results: Mapping[str, Performance], pick: Callable[[Interval], T]
) -> dict[str, dict[str, T]]:
    return {
        name: {model: pick(result.tpr_at_fpr[fpr]) for model, result in results.items()}
        for name, fpr in FPRS.items()
    }


def _single(
    scores: ScoreTable,
    signal: str,
    replicas: int,
    seed: int,
    clusters: tuple[NDArray[Any], NDArray[Any]],
    drawn: Stratified | None,
) -> dict[str, dict[str, Interval]]:
    """Area under the curve of each score alone and of the single autoencoder."""
    return {
        name: {
            model: evaluate(
                scores.get(prefix + model, TEST, name if not prefix else "score"),
                scores.get(prefix + model, signal, name if not prefix else "score"),
                (),
                replicas,
                seed,
                *clusters,
                drawn,
            ).auc
            for model in MODELS
            if model != "ptq"
        }
        for name, prefix in _SINGLE.items()
    }


def _published(
    scores: ScoreTable, signal: str, drawn: Stratified | None, held: float | None
) -> dict[str, float]:
    background, found = (
        {
            "combined": combined(scores, "published", sample, held),
            **{name: scores.get("published", sample, name) for name in ("score1", "score2")},
        }
        for sample in (TEST, signal)
    )
    return {name: roc(background[name], found[name], drawn).auc for name in found}
