"""Everything that must not explain the scores of a trigger, measured at once."""

from __future__ import annotations

import numpy as np

from trigger_ad.features.layout import Ports
from trigger_ad.invariance.groups import FLAVOURS, groups, within
from trigger_ad.invariance.inside import inside
from trigger_ad.invariance.rates import rates_by
from trigger_ad.invariance.record import REGION_A, TENTH, WORKING_POINT, InvarianceRecord
from trigger_ad.invariance.sample import Sample, tenth
from trigger_ad.invariance.turned import Progress, ScoreFunction, turned
from trigger_ad.trigger.decide import region_of

__all__ = ["SCORES", "measure"]

#: Names of the two scores in the record.
SCORES = ("score1", "score2")


def measure(
    scores: ScoreFunction,
    layout: Ports,
    threshold: Sample,
    test: Sample,
    thresholds: tuple[int, int],
    progress: Progress = lambda part: None,  # noqa: ARG005
) -> InvarianceRecord:
    """Turn events, and count them in bins of what must not explain the scores.

    Parameters
    ----------
    scores : callable
        From words to the two scores, in order.
    layout : Ports
        Of the words.
    threshold, test : Sample
        Cuts that a tenth passes come from the first, figures from the second.
    thresholds : tuple of int
        In the registers.
    progress : callable, optional
        Takes the part done, from 0 to 1.
    """
    found = [tenth(score, threshold.drawn) for score in threshold.scores]
    cuts = tuple(cut for cut, _ in found)
    passing = {
        **{name: s >= c for name, s, c in zip(SCORES, test.scores, cuts, strict=True)},
        REGION_A: region_of(*test.scores, *thresholds) == 0,
    }
    pairs = {TENTH: (cuts[0], cuts[1]), WORKING_POINT: thresholds}
    bins = [("all", "all", np.ones(len(test), np.bool_))]
    bins += [(group.by, *of) for group in within(test, layout) for of in group.inside()]
    return InvarianceRecord(
        cuts=dict(zip(SCORES, cuts, strict=True)),
        passing=dict(zip(SCORES, (part for _, part in found), strict=True)),
        thresholds=dict(zip(SCORES, thresholds, strict=True)),
        flavours=dict(FLAVOURS),
        groups=tuple(rates_by(group, passing, test.drawn) for group in groups(test, layout)),
        inside=tuple(inside(*of, test, pairs) for of in bins),
        turned=turned(scores, test, layout, thresholds, progress),
    )
