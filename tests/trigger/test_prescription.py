"""Emulated accepts are exactly those that the prescales of a bandwidth prescribe."""

import numpy as np
import pytest

from trigger_ad.abcd.prescales import for_bandwidth
from trigger_ad.trigger import random24
from trigger_ad.trigger.decide import decide
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule, random_cut
from trigger_ad.trigger.state import State

#: Rate of one event in 60,000, and what all regions may take.
HZ, BANDWIDTH = 10.0, 12_000.0

EVENTS = 60_000


def stream():
    """Scores of crossings with all regions, A rare."""
    rng = np.random.default_rng(17)
    region = rng.choice(4, EVENTS, p=[0.01, 0.03, 0.06, 0.9])
    return region, (np.where(region < 2, 9, 1), np.where(region % 2 == 0, 8, 0))


def prescribed(region, registers, rule):
    """Accepts of each region by the definition of its prescale, in integers."""
    numbers = random24.sequence(State.start(registers).random, len(region))
    found = []
    for code, prescale in enumerate(registers.prescale):
        fires = np.flatnonzero(region == code)
        if prescale == 0:
            found.append(0)
        elif rule.counts:
            found.append(100 * len(fires) // prescale)
        else:
            found.append(int((numbers[fires] >= random_cut(prescale)).sum()))
    return found


@pytest.mark.parametrize("readout", ["ABCD", "ABD", "A"])
@pytest.mark.parametrize("rule", list(Rule))
def test_accepts_are_those_of_the_prescription(rule, readout):
    region, scores = stream()
    counts = np.bincount(region, minlength=4)
    choice = for_bandwidth(counts.tolist(), HZ, BANDWIDTH, rule, readout, counters=True)
    registers = Registers((5, 5), choice.prescale)
    decision, state = decide(scores, registers, State.start(registers), rule)
    assert np.array_equal(decision.region, region)
    assert list(state.before) == counts.tolist()  # also of regions that are not read out
    assert list(state.after) == prescribed(region, registers, rule)
    taken = np.bincount(region[decision.accept], minlength=4)
    assert taken.tolist() == list(state.after)
    assert [taken[code] > 0 for code in range(4)] == [name in readout for name in "ABCD"]
    spread = 0 if rule.counts else 4 * np.sqrt(taken[1:].sum()) * HZ
    assert taken.sum() * HZ <= BANDWIDTH + spread


@pytest.mark.parametrize("rule", list(Rule))
def test_crossing_by_crossing_it_is_the_rule(rule):
    region, scores = stream()
    registers = Registers((5, 5), (100, 333, 0, 10_050))
    whole, _ = decide([s[:4000] for s in scores], registers, State.start(registers), rule)
    state, accepts = State.start(registers), []
    for one, two in zip(scores[0][:4000].tolist(), scores[1][:4000].tolist(), strict=True):
        _, accept, state = step((one, two), registers, state, rule)
        accepts.append(accept)
    assert whole.accept.tolist() == accepts
    assert not whole.accept[region[:4000] == 2].any()
