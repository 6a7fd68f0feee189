"""How often the hardware decides otherwise than the float model."""

from __future__ import annotations

import math

from trigger_ad.abcd.working_point import working_point
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import TEST, THRESHOLD
from trigger_ad.statistics.strata import mean
from trigger_ad.trigger.decide import region_of
from trigger_ad.validate.record import Flips, RateShift

__all__ = ["decisions"]

_A = 0


def decisions(
    scores: ScoreTable, sm_efficiency: float, score2_efficiency: float | None = None
) -> tuple[Flips, RateShift]:
    """Decision flips and rate shift of the firmware against the float model.

    Parameters
    ----------
    scores : ScoreTable
    sm_efficiency : float
        Of region A; thresholds come from the threshold split.
    score2_efficiency : float, optional
        Of the cut of score 2; diagonal cuts without it.

    Returns
    -------
    Flips
        Test events in A of one and not of the other, with the float thresholds on both, the
        float threshold being carried to the next value that the firmware can compare with, and
        with each model's own.
    RateShift
        Fraction in A at the shared thresholds.
    """
    own = {
        model: working_point(
            *scores.pair(model, THRESHOLD),
            sm_efficiency,
            drawn=scores.drawn(THRESHOLD),
            score2_efficiency=score2_efficiency,
        )
        for model in ("float", "firmware")
    }
    test = {model: scores.pair(model, TEST) for model in own}
    shared = [
        math.ceil(threshold * scores.lsb("float", name) / scores.lsb("firmware", name))
        for name, threshold in (
            ("score1", own["float"].threshold1),
            ("score2", own["float"].threshold2),
        )
    ]
    in_float = own["float"].regions(*test["float"]) == _A
    in_shared = region_of(*test["firmware"], *shared) == _A
    in_own = own["firmware"].regions(*test["firmware"]) == _A
    drawn = scores.drawn(TEST)
    flips = Flips(
        shared_thresholds=1e6 * mean(in_float != in_shared, drawn),
        rederived_thresholds=1e6 * mean(in_float != in_own, drawn),
    )
    before, after = (mean(inside, drawn) for inside in (in_float, in_shared))
    ratio = float(in_shared.sum() / in_float.sum()) if drawn is None else after / before
    shift = RateShift(in_float=before, firmware=after, ratio=ratio)
    return flips, shift
