"""Quantised and firmware scores against the float model, and every rung against another."""

from __future__ import annotations

from typing import Any

import numpy as np

from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.models import MODELS
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.validation import verdicts
from trigger_ad.run.validation.decisions import decisions
from trigger_ad.run.validation.fidelity import fidelities
from trigger_ad.run.validation.performance import MODELS as COMPARED
from trigger_ad.run.validation.performance import performance
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.storage.files import read_json, write_json

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``validation.json``."""
    from trigger_ad.run.validation.equality import equality, firmware_equality
    from trigger_ad.run.validation.layers import layer_errors

    config, folder = context.config, context.folder
    settings = config.validate_
    rates = read_json(folder / "rates.json", "rates/1")
    data = Dataset(folder, config.features)
    scores = ScoreTable(folder / "scores.npz")
    bit_exact = {}
    for position, model in enumerate(MODELS):
        context.progress(0.2 * position, f"equality of {model}")
        bit_exact[model] = equality(
            folder, model, data, settings.csim_events, settings.random_inputs, config.seed
        )
    context.progress(0.4, "equality of the trigger in HLS, RTL and the shared object")
    bit_exact["double"] |= firmware_equality(folder, data, config)
    context.progress(0.5, "areas under the curves")
    record = {
        "schema": "validation/1",
        "name": config.name,
        "samples": _sizes(data),
        "bit_exact": bit_exact["double"],
        "bit_exact_single_autoencoder": bit_exact["single"],
        **performance(scores, data, settings.bootstrap, config.seed),
        **decisions(scores, rates["working_point"]["sm_efficiency"]),
        "layers": layer_errors(folder, data),
        "dcor": {
            model: float(np.sqrt(distance_correlation(*scores.pair(model, "sm_test"))))
            for model in COMPARED
        },
        "fidelity": fidelities(scores, data, config),
        "claims": _claims(context, scores, data),
    }
    record["warnings"] = verdicts.warnings(record)
    write_json(context.out("validation.json"), record)


def _claims(context: Context, scores: ScoreTable, data: Dataset) -> list[dict[str, Any]]:
    """Claims of the paper on two autoencoders; it makes none on other scorers."""
    if context.config.scorer.name != "double_ae":
        return []
    closure = read_json(context.folder / "closure.json", "closure/1")
    return verdicts.claims(scores, closure, data.signals)


def _sizes(data: Dataset) -> dict[str, dict[str, int]]:
    return {
        "sm": {split: len(data.identity("sm", split)) for split in data.splits},
        "signals": {signal: len(data.identity(signal)) for signal in data.signals},
    }
