"""The trigger's rule, one event at a time in Python integers: what every faster form must equal."""

from __future__ import annotations

from trigger_ad.trigger.registers import HUNDREDTHS, Registers
from trigger_ad.trigger.state import State

__all__ = ["step"]


def step(score1: int, score2: int, registers: Registers, state: State) -> tuple[int, bool, State]:
    """Decide on one event.

    The prescaler is that of the CMS global trigger: on each fire the counter grows by 100;
    if it then has reached the prescale in hundredths, the event is accepted and the counter
    falls by the prescale. The sum needs 33 bits, what is stored 32.

    Parameters
    ----------
    score1, score2 : int
        In LSB.
    registers : Registers
    state : State

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
    if registers.enable[region] and registers.prescale[region] > 0:
        counter[region] += HUNDREDTHS
        if counter[region] >= registers.prescale[region]:
            accept = True
            counter[region] -= registers.prescale[region]
    fired = [int(code == region) for code in range(4)]
    accepted = [int(accept and code == region) for code in range(4)]
    return region, accept, state.count(counter, fired, accepted)
