"""Quantised and firmware scores against the float model, and every rung against another."""

from __future__ import annotations

import numpy as np

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.models import MODELS
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.validation import verdicts
from trigger_ad.run.validation.decisions import decisions
from trigger_ad.run.validation.fidelity import fidelities
from trigger_ad.run.validation.performance import MODELS as COMPARED
from trigger_ad.run.validation.performance import performance
from trigger_ad.run.validation.same_rate import same_rate
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.validate.record import Claim, SampleSizes, ValidationRecord

__all__ = ["run"]


def run(context: Context) -> None:
    """Write ``validation.json``."""
    from trigger_ad.run.validation.equality import equality, firmware_equality
    from trigger_ad.run.validation.layers import layer_errors

    config, folder = context.config, context.folder
    settings = config.validate_
    rates = RatesRecord.read(context.run.rates)
    data = Dataset(folder, config.features)
    scores = ScoreTable(context.run.scores)
    bit_exact = {}
    for position, model in enumerate(MODELS):
        context.progress(0.2 * position, f"equality of {model}")
        bit_exact[model] = equality(
            folder, model, data, settings.csim_events, settings.random_inputs, config.seed
        )
    context.progress(0.4, "equality of the trigger in HLS, RTL and the shared object")
    bit_exact["double"] |= firmware_equality(folder, data, config)
    context.progress(0.5, "areas under the curves")
    point = rates.working_point
    held = point.score2_efficiency
    areas = performance(scores, data, settings.bootstrap, config.seed, held)
    drawn = data.drawn("test")
    weights = None if drawn is None else drawn.weights
    flips, shift = decisions(scores, point.sm_efficiency, held)
    record = ValidationRecord(
        name=config.name,
        samples=_sizes(data),
        bit_exact=bit_exact["double"],
        bit_exact_single_autoencoder=bit_exact["single"],
        auc=areas.auc,
        auc_interval=areas.auc_interval,
        auc_single=areas.auc_single,
        auc_single_interval=areas.auc_single_interval,
        auc_baseline=areas.auc_baseline,
        same_rate=same_rate(scores, data, rates.registers),
        tpr_at_fpr=areas.tpr_at_fpr,
        tpr_at_fpr_interval=areas.tpr_at_fpr_interval,
        auc_published=areas.auc_published,
        decision_flips_per_million=flips,
        rate_shift=shift,
        layers=layer_errors(folder, data),
        dcor={
            model: float(np.sqrt(distance_correlation(*scores.pair(model, TEST), weights)))
            for model in COMPARED
        },
        fidelity=fidelities(scores, data, config),
        claims=_claims(context, scores, data),
        warnings=verdicts.warnings(areas, bit_exact["double"]),
    )
    record.write(context.out(NAMES.validation))


def _claims(context: Context, scores: ScoreTable, data: Dataset) -> tuple[Claim, ...]:
    """Claims of the paper on two autoencoders; it makes none on other scorers."""
    if context.config.scorer.name != "double_ae":
        return ()
    return verdicts.claims(scores, ClosureRecord.read(context.run.closure), data.signals)


def _sizes(data: Dataset) -> SampleSizes:
    return SampleSizes(
        sm={split: len(data.identity(BACKGROUND, split)) for split in data.splits},
        signals={signal: len(data.identity(signal)) for signal in data.signals},
    )
