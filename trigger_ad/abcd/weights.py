"""Weights of accepted events that undo prescales and dead time."""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import CountsError
from trigger_ad.trigger.registers import HUNDREDTHS
from trigger_ad.trigger.rule import PrescaleRule

__all__ = ["event_weights"]


def event_weights(
    region: NDArray[np.uint8], accept: NDArray[np.bool_], rule: PrescaleRule, *, from_start: bool
) -> NDArray[np.float64]:
    """How many fires each accepted event stands for.

    It is the realised prescale of its region, divided by the live fraction. Their sum over a region
    has the number of its fires as its mean, whichever accepted events are kept by a selection that
    knows nothing of the prescaler. A counter that began at a known phase first accepts after
    more fires than those after it stand for, on average half a prescale; that is spread evenly
    over the accepted events of the region, and is lost where there are none.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
        As in `trigger.decide.Decision`.
    accept : ndarray (n_events,) of bool
        After prescale, and after dead time if the rule has a live fraction.
    rule : PrescaleRule
    from_start : bool
        Whether the events are all of a run, so that counters began at the phase of the rule.
        Without it they may have begun anywhere, as in one luminosity section.

    Returns
    -------
    ndarray (n_events,) of float64
        0 for events that were not accepted.

    Raises
    ------
    CountsError
        If an event was accepted in a region that is off.
    """
    realised = np.array(list(rule.realised.values()))
    accepts = np.bincount(region[accept], minlength=len(realised))
    for name, prescale, number in zip(rule.realised, realised, accepts, strict=True):
        if number and not prescale:
            raise CountsError(
                f"the accepted events of region {name}",
                "must be none where it is off",
                int(number),
                "give the rule that the events were prescaled with",
            )
    each = realised.copy()
    if from_start and rule.rule.counts:
        extra = np.array([_before_first(one, rule.phase) for one in realised])
        each += np.where(accepts > 0, extra / np.maximum(accepts, 1), 0.0)
    weights: NDArray[Any] = np.where(accept, each[region], 0.0) / rule.live_fraction
    return weights


def _before_first(prescale: float, phase: int) -> float:
    """Mean number of fires of a counter from a known phase beyond prescale times accepts."""
    own = round(prescale * HUNDREDTHS)
    common = gcd(HUNDREDTHS, own)
    return (phase % common + (own - common) / 2 - phase) / HUNDREDTHS if own else 0.0
