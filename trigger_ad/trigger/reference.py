"""The trigger's rule, one crossing at a time in Python integers: all other forms equal it."""

from __future__ import annotations

from trigger_ad.trigger.random24 import following
from trigger_ad.trigger.registers import HUNDREDTHS, Registers
from trigger_ad.trigger.rule import Rule, random_cut
from trigger_ad.trigger.state import State

__all__ = ["step"]


def step(
    score1: int,
    score2: int,
    registers: Registers,
    state: State,
    rule: Rule = Rule.CMS_COUNTER,
) -> tuple[int, bool, State]:
    """Decide on one crossing.

    A counting prescaler is that of the CMS global trigger: on each fire the counter grows by
    100; if it then has reached the prescale in hundredths, the event is accepted and the
    counter falls by the prescale. The sum needs 33 bits, what is stored 32. A pseudo-random
    prescaler accepts the fire if the number of the crossing is at or above its cut. The
    number moves on with every crossing and every rule.

    Parameters
    ----------
    score1, score2 : int
        In LSB.
    registers : Registers
    state : State
    rule : Rule

    Returns
    -------
    region : int
        Index into `REGIONS`.
    accept : bool
    State
        After the event.
    """
    pass1, pass2 = score1 >= registers.threshold1, score2 >= registers.threshold2
    region = 0 if pass1 and pass2 else 1 if pass1 else 2 if pass2 else 3
    counter = list(state.counter)
    accept = False
    active = registers.active[region]
    if active and not rule.counts:
        accept = state.random >= random_cut(registers.prescale[region])
    elif active:
        counter[region] += HUNDREDTHS
        if counter[region] >= registers.prescale[region]:
            accept = True
            counter[region] -= registers.prescale[region]
    fired = [int(code == region) for code in range(4)]
    accepted = [int(accept and code == region) for code in range(4)]
    return region, accept, state.count(counter, fired, accepted, following(state.random))
