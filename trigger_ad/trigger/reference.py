"""The trigger's rule, one crossing at a time in Python integers: all other forms equal it."""

from __future__ import annotations

from collections.abc import Sequence

from trigger_ad.trigger.random24 import following
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.registers import HUNDREDTHS, Registers
from trigger_ad.trigger.rule import Rule, random_cut
from trigger_ad.trigger.state import State

__all__ = ["fire", "step"]


def fire(counter: int, number: int, prescale: int, rule: Rule) -> tuple[bool, int]:
    """Decide on one fire.

    A counting prescaler is that of the CMS global trigger: on each fire the counter grows by
    100; if it then has reached the prescale in hundredths, the event is accepted and the
    counter falls by the prescale. The sum needs 33 bits, what is stored 32. A pseudo-random
    prescaler accepts the fire if the number of the crossing is at or above its cut.

    Parameters
    ----------
    counter : int
        Before the fire, in hundredths.
    number : int
        Pseudo-random number of the crossing.
    prescale : int
        In hundredths, at least 100.
    rule : Rule

    Returns
    -------
    accept : bool
    counter : int
        After the fire.
    """
    if not rule.counts:
        return number >= random_cut(prescale), counter
    counter += HUNDREDTHS
    if counter >= prescale:
        return True, counter - prescale
    return False, counter


def step(
    scores: Sequence[int],
    registers: Registers,
    state: State,
    rule: Rule = Rule.CMS_COUNTER,
    regions: RegionRule | None = None,
) -> tuple[int, bool, State]:
    """Decide on one crossing; the pseudo-random number moves on with it under every rule.

    Parameters
    ----------
    scores : sequence of int
        In LSB.
    registers : Registers
    state : State
    rule : Rule
    regions : RegionRule, optional
        Those that all scores span if not given.

    Returns
    -------
    region : int
        Its code; `RegionRule.names` has its letter.
    accept : bool
    State
        After the event.
    """
    regions = regions or RegionRule.of(len(scores))
    region = 0
    for axis, threshold in zip(regions.axes, registers.thresholds, strict=True):
        region = 2 * region + (scores[axis] < threshold)
    counter = list(state.counter)
    accept = False
    if registers.active[region]:
        accept, counter[region] = fire(
            counter[region], state.random, registers.prescale[region], rule
        )
    fired = [int(code == region) for code in range(regions.regions)]
    accepted = [int(accept and code == region) for code in range(regions.regions)]
    return region, accept, state.count(counter, fired, accepted, following(state.random))
