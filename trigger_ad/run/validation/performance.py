"""How well scores tell signals from the background, before and after quantisation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.rates.baselines import BASELINES, baselines
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.ranks import RankTable, combine
from trigger_ad.statistics.sic import Performance, evaluate, roc

__all__ = ["FPRS", "MODELS", "combined", "performance"]

#: Background efficiencies at which signal efficiencies are quoted, by their name in the record.
FPRS = {"1e-2": 1e-2, "1e-3": 1e-3}

#: Models that are compared; ``ptq`` is the float model with its weights rounded.
MODELS = ("float", "ptq", "quantized", "firmware")

_SINGLE = {"score1": "", "score2": "", "single_autoencoder": "single_"}


def combined(scores: ScoreTable, model: str, sample: str) -> NDArray[np.int64]:
    """Smaller of the two ranks among threshold-split background, (n_events,) int64."""
    tables = [RankTable.of(score) for score in scores.pair(model, "sm_threshold")]
    first, second = (
        table.rank(score) for table, score in zip(tables, scores.pair(model, sample), strict=True)
    )
    return combine(first, second)


def performance(
    scores: ScoreTable, data: Dataset, replicas: int, seed: int
) -> dict[str, dict[str, Any]]:
    """Areas under ROC curves and signal efficiencies, with 95 % bootstrap intervals.

    Parameters
    ----------
    scores : ScoreTable
    data : Dataset
    replicas : int
        Of the bootstrap, over parton events.
    seed : int

    Returns
    -------
    dict
        The ``auc*`` and ``tpr_at_fpr*`` parts of ``validation.json``, by signal.
    """
    background = {model: combined(scores, model, "sm_test") for model in MODELS}
    sm_baselines = baselines(data.words("sm", "test"), data.layout)
    record: dict[str, dict[str, Any]] = {
        key: {}
        for key in (
            "auc",
            "auc_interval",
            "auc_single",
            "auc_single_interval",
            "auc_baseline",
            "tpr_at_fpr",
            "tpr_at_fpr_interval",
        )
    }
    if "published" in scores.models:
        record["auc_published"] = {}
    for signal in data.signals:
        clusters = data.identity("sm", "test"), data.identity(signal)
        results = {
            model: evaluate(
                background[model],
                combined(scores, model, signal),
                tuple(FPRS.values()),
                replicas,
                seed,
                *clusters,
            )
            for model in MODELS
        }
        record["auc"][signal] = {m: r.auc.value for m, r in results.items()}
        record["auc_interval"][signal] = {m: _ends(r.auc) for m, r in results.items()}
        record["tpr_at_fpr"][signal] = _tpr(results, lambda interval: interval.value)
        record["tpr_at_fpr_interval"][signal] = _tpr(results, _ends)
        single = _single(scores, signal, replicas, seed, clusters)
        record["auc_single"][signal] = {
            name: {m: i.value for m, i in models.items()} for name, models in single.items()
        }
        record["auc_single_interval"][signal] = {
            name: {m: _ends(i) for m, i in models.items()} for name, models in single.items()
        }
        found = baselines(data.words(signal), data.layout)
        record["auc_baseline"][signal] = {
            name: roc(sm_baselines[name], found[name]).auc for name in BASELINES
        }
        if "published" in scores.models:
            record["auc_published"][signal] = _published(scores, signal)
    return record


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _tpr(results: dict[str, Performance], pick: Any) -> dict[str, dict[str, Any]]:
    return {
        name: {model: pick(result.tpr_at_fpr[fpr]) for model, result in results.items()}
        for name, fpr in FPRS.items()
    }


def _single(
    scores: ScoreTable, signal: str, replicas: int, seed: int, clusters: tuple[NDArray[Any], ...]
) -> dict[str, dict[str, Interval]]:
    """Area under the curve of each score alone and of the single autoencoder."""
    return {
        name: {
            model: evaluate(
                scores.get(prefix + model, "sm_test", name if not prefix else "score"),
                scores.get(prefix + model, signal, name if not prefix else "score"),
                (),
                replicas,
                seed,
                *clusters,
            ).auc
            for model in MODELS
            if model != "ptq"
        }
        for name, prefix in _SINGLE.items()
    }


def _published(scores: ScoreTable, signal: str) -> dict[str, float]:
    values = {
        name: roc(
            scores.get("published", "sm_test", name), scores.get("published", signal, name)
        ).auc
        for name in ("score1", "score2")
    }
    both = roc(combined(scores, "published", "sm_test"), combined(scores, "published", signal))
    return {"combined": both.auc, **values}
