"""Closure of the background estimate, and what it leaves of an injected signal."""

from __future__ import annotations

import numpy as np

from trigger_ad.abcd.closure import ClosurePoint, closure
from trigger_ad.abcd.record import ClosureRecord, ClosureRow, SignificanceRow
from trigger_ad.abcd.significance import injected, significance
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST, THRESHOLD

__all__ = ["CLOSURE_MODELS", "run"]

#: Models whose closure is compared: before bits, rounded, trained with bits, in hardware.
CLOSURE_MODELS = ("float", "ptq", "quantized", "firmware")


def run(context: Context) -> None:
    """Write ``closure.json``."""
    settings = context.config.validate_
    data = Dataset(context.folder, context.config.features)
    scores = ScoreTable(context.run.scores)
    clusters = data.identity(BACKGROUND, "test")
    points = [
        point
        for model in CLOSURE_MODELS
        for point in closure(
            model,
            scores.pair(model, THRESHOLD),
            scores.pair(model, TEST),
            settings.sm_efficiencies,
            clusters,
        )
    ]
    record = ClosureRecord(
        closure=tuple(ClosureRow.of(point) for point in points),
        significance={
            signal: tuple(
                _significance(scores, signal, point, settings.signal_fraction)
                for point in points
                if point.model == "firmware"
            )
            for signal in data.signals
        },
    )
    record.write(context.out(NAMES.closure))


def _significance(
    scores: ScoreTable, signal: str, point: ClosurePoint, fraction: float
) -> SignificanceRow:
    """One working point of Fig. 3 of the paper, beside the single autoencoder's."""
    background = np.bincount(point.point.regions(*scores.pair("firmware", TEST)), minlength=4)
    found = np.bincount(point.point.regions(*scores.pair("firmware", signal)), minlength=4)
    double = injected(background, found, fraction)
    cut = np.quantile(
        scores.get("single_firmware", THRESHOLD, "score"), 1 - point.sm_efficiency, method="higher"
    )
    single_background = float((scores.get("single_firmware", TEST, "score") >= cut).sum())
    efficiency = float((scores.get("single_firmware", signal, "score") >= cut).mean())
    events = float(background.sum()) * fraction / (1 - fraction)
    observed = single_background + events * efficiency
    return SignificanceRow(
        sm_efficiency=point.sm_efficiency,
        uncorrected=double.uncorrected,
        corrected=double.corrected,
        known=double.known,
        single=significance(observed, single_background),
    )
