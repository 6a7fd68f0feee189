"""Regions and prescaled decisions of many events at once, equal to `reference` event by event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.trigger import random24
from trigger_ad.trigger.registers import HUNDREDTHS, REGIONS, Registers
from trigger_ad.trigger.rule import Rule, random_cut
from trigger_ad.trigger.state import State

__all__ = ["Decision", "accepted_count", "accepted_fires", "decide", "region_of"]


@dataclass(frozen=True)
class Decision:
    """What the trigger says of each event.

    Parameters
    ----------
    region : ndarray (n_events,) of uint8
        Index into `REGIONS`.
    accept : ndarray (n_events,) of bool
        After prescale.
    """

    region: NDArray[np.uint8]
    accept: NDArray[np.bool_]


def region_of(
    score1: NDArray[Any], score2: NDArray[Any], threshold1: float, threshold2: float
) -> NDArray[np.uint8]:
    """Region of each event: A (0) both scores pass, B (1) score 1 only, C (2) score 2 only, D (3).

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
    fail1 = (score1 < threshold1).view(np.uint8)
    fail2 = (score2 < threshold2).view(np.uint8)
    return 2 * fail1 + fail2


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
    score1: NDArray[np.int64],
    score2: NDArray[np.int64],
    registers: Registers,
    state: State,
    rule: Rule = Rule.CMS_COUNTER,
) -> tuple[Decision, State]:
    """Decide on consecutive crossings.

    Deciding on a stream in pieces, with the state carried on, gives the same as deciding
    on all of it.

    Parameters
    ----------
    score1, score2 : ndarray (n_events,) of integers
        In LSB.
    registers : Registers
    state : State
    rule : Rule

    Returns
    -------
    Decision
    State
        After the last crossing.
    """
    region = region_of(score1, score2, registers.threshold1, registers.threshold2)
    accept = np.zeros(len(region), dtype=np.bool_)
    counter, before, after = list(state.counter), [0] * 4, [0] * 4
    numbers = None if rule.counts else random24.sequence(state.random, len(region))
    for code in range(len(REGIONS)):
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
    return Decision(region, accept), state.count(
        counter, before, after, random24.after(state.random, len(region))
    )
