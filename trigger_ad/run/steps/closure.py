"""Closure of the background estimate, and what it leaves of an injected signal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.closure import ClosurePoint, closure
from trigger_ad.abcd.closure_map import closure_map
from trigger_ad.abcd.combined_kappa import CombinedKappa
from trigger_ad.abcd.record import ClosureRecord, ClosureRow, SignificanceRow
from trigger_ad.abcd.significance import injected, significance
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.kappa import kappa_of_run, scored
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST, THRESHOLD
from trigger_ad.statistics.strata import Stratified

__all__ = ["CLOSURE_MODELS", "run"]

#: Models whose closure is compared: before bits, rounded, trained with bits, in hardware.
CLOSURE_MODELS = ("float", "ptq", "quantized", "firmware")


def run(context: Context) -> None:
    """Write ``closure.json``."""
    settings, held = context.config.validate_, context.config.trigger.score2_efficiency
    data = Dataset(context.folder, context.config.features)
    scores = ScoreTable(context.run.scores)
    clusters = data.identity(BACKGROUND, "test")
    drawn = data.drawn_pair()
    points = [
        point
        for model in CLOSURE_MODELS
        for point in closure(
            model,
            scores.pair(model, THRESHOLD),
            scores.pair(model, TEST),
            settings.sm_efficiencies,
            clusters,
            drawn,
            held,
        )
    ]
    kappas = [kappa_of_run(scores, data, point.model, point.point) for point in points]
    found = list(zip(points, kappas, strict=True))
    record = ClosureRecord(
        closure=tuple(ClosureRow.of(point, kappa) for point, kappa in found),
        significance={
            signal: tuple(
                _significance(scores, signal, point, settings.signal_fraction, drawn, kappa, held)
                for point, kappa in found
                if point.model == "firmware"
            )
            for signal in data.signals
        },
        map=closure_map(*scored(scores, data, "firmware")),
    )
    record.write(context.out(NAMES.closure))


def _significance(
    scores: ScoreTable,
    signal: str,
    point: ClosurePoint,
    fraction: float,
    drawn: tuple[Stratified, Stratified] | None,
    kappa: CombinedKappa | None,
    held: float | None,
) -> SignificanceRow:
    """One working point of Fig. 3 of the paper, beside the single autoencoder's.

    Of background that was drawn in strata, as many events of a plain sample are expected.
    """
    of_threshold, of_test = (None, None) if drawn is None else (of.weights for of in drawn)
    regions = point.point.regions(*scores.pair("firmware", TEST))
    background = np.bincount(regions, of_test, 4)
    found = np.bincount(point.point.regions(*scores.pair("firmware", signal)), minlength=4)
    factor = None if kappa is None else (kappa.value, kappa.error)
    double = injected(background, found, fraction, factor)
    reference, single = (
        scores.get("single_firmware", sample, "score") for sample in (THRESHOLD, TEST)
    )
    # At a diagonal cut what was wanted; with score 2 held what its steps may be far below.
    passing = point.sm_efficiency if held is None else point.point.efficiency
    cut = _quantile(reference, 1 - passing, of_threshold)
    single_background = float(np.sum(single >= cut if of_test is None else of_test[single >= cut]))
    efficiency = float((scores.get("single_firmware", signal, "score") >= cut).mean())
    events = float(background.sum()) * fraction / (1 - fraction)
    observed = single_background + events * efficiency
    return SignificanceRow(
        sm_efficiency=point.sm_efficiency,
        uncorrected=double.uncorrected,
        corrected=double.corrected,
        known=double.known,
        single=significance(observed, single_background),
        with_kappa=double.with_kappa,
    )


def _quantile(
    scores: NDArray[Any], part: float, weights: NDArray[np.float64] | None
) -> NDArray[Any]:
    """Score that occurs, below which no more than a part of all events lies."""
    if weights is None:
        return np.asarray(np.quantile(scores, part, method="higher"))
    return np.asarray(np.quantile(scores, part, weights=weights, method="inverted_cdf"))
