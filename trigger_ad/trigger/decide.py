"""Regions and prescaled decisions of many events at once, equal to `reference` event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.trigger import random24
from trigger_ad.trigger.regions import PAIR, RegionRule
from trigger_ad.trigger.registers import HUNDREDTHS, Registers
from trigger_ad.trigger.rule import Rule, random_cut
from trigger_ad.trigger.state import State

__all__ = ["Decision", "accepted_count", "accepted_fires", "decide", "region_of"]


@dataclass(frozen=True)
class Decision:
    """What the trigger says of each event.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
        Its code; `RegionRule.names` has its letter.
    accept : ndarray (n_events,) of bool
        After prescale.
    regions : int
        Number of regions that there are.
    """

    region: NDArray[np.uint8]
    accept: NDArray[np.bool_]
    regions: int = PAIR.regions


def region_of(
    score1: NDArray[Any], score2: NDArray[Any], threshold1: float, threshold2: float
) -> NDArray[np.uint8]:
    """Region of each event in the plane of two scores, which may be those of a float model.

    A (0) both scores pass, B (1) score 1 only, C (2) score 2 only, D (3) none.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,)
        Integers in LSB, or the scores of a float model.
    threshold1, threshold2 : int or float
        A score passes if it is equal or above.

    Returns
    -------
    ndarray (n_events,) of uint8
    """
    return _codes((score1, score2), (threshold1, threshold2))


def _codes(
    scores: Sequence[NDArray[Any]], thresholds: Sequence[float], axes: Sequence[int] = (0, 1)
) -> NDArray[np.uint8]:
    """Code of each event's region: a bit for each axis, set where the score is below."""
    code = np.zeros(len(scores[0]), dtype=np.uint8)
    for axis, threshold in zip(axes, thresholds, strict=True):
        code = 2 * code + (scores[axis] < threshold).view(np.uint8)
    return code


def accepted_count(fires: int, counter: int, prescale: int) -> tuple[int, int]:
    """How many of the next fires a counter prescaler accepts, and its counter after them.

    By the rule, k fires from counter c with prescale p (both in hundredths) have accepted
    min(k, floor((c + 100 k) / p)): the minimum matters after the prescale was lowered below
    the counter, when every fire is accepted until the excess is gone. Parameters as in
    `accepted_fires`.
    """
    total = min(fires, (counter + HUNDREDTHS * fires) // prescale)
    return total, counter + HUNDREDTHS * fires - prescale * total


def accepted_fires(fires: int, counter: int, prescale: int) -> tuple[NDArray[np.int64], int]:
    """Which of the next fires of one counter prescaler are accepted.

    By `accepted_count`, accept number i comes with fire max(i, ceil((i p - c) / 100)) from
    counter c with prescale p, both in hundredths.

    Parameters
    ----------
    fires : int
    counter : int
        Before the first fire, in hundredths, 32 bits.
    prescale : int
        At least 100.

    Returns
    -------
    indices : ndarray of int64
        Of the accepted fires, counted from 0.
    counter : int
        After the last fire.
    """
    total, after = accepted_count(fires, counter, prescale)
    order = np.arange(1, total + 1, dtype=np.int64)
    indices = np.maximum(order, -((counter - order * prescale) // HUNDREDTHS)) - 1
    return indices, after


def decide(
    scores: Sequence[NDArray[np.int64]],
    registers: Registers,
    state: State,
    rule: Rule = Rule.CMS_COUNTER,
    regions: RegionRule | None = None,
) -> tuple[Decision, State]:
    """Decide on consecutive crossings.

    Deciding on a stream in pieces, with the state carried on, gives the same as deciding
    on all of it.

    Parameters
    ----------
    scores : sequence of ndarray (n_events,) of integers
        In LSB.
    registers : Registers
    state : State
    rule : Rule
    regions : RegionRule, optional
        Those that all scores span if not given.

    Returns
    -------
    Decision
    State
        After the last crossing.
    """
    regions = regions or RegionRule.of(len(scores))
    region = _codes(scores, registers.thresholds, regions.axes)
    accept = np.zeros(len(region), dtype=np.bool_)
    counter, before, after = list(state.counter), [0] * regions.regions, [0] * regions.regions
    numbers = None if rule.counts else random24.sequence(state.random, len(region))
    for code in range(regions.regions):
        if not registers.active[code]:
            before[code] = int(np.count_nonzero(region == code))
            continue
        events = np.flatnonzero(region == code)
        before[code] = len(events)
        if numbers is None:
            taken, counter[code] = accepted_fires(
                len(events), state.counter[code], registers.prescale[code]
            )
        else:
            taken = np.flatnonzero(numbers[events] >= random_cut(registers.prescale[code]))
        accept[events[taken]] = True
        after[code] = len(taken)
    return Decision(region, accept, regions.regions), state.count(
        counter, before, after, random24.after(state.random, len(region))
    )
