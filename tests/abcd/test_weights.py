"""Weights of accepted events give back the fires, exactly where that can be, and on average."""

from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.abcd.weights import event_weights
from trigger_ad.errors import CountsError
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule

REGISTERS = Registers((5, 5), (100, 250, 700, 10_000))


def counted(rule, fires, phase):
    """Accepts of counting prescalers that begin at a phase."""
    return [int((100 * n + phase) // ps) for n, ps in zip(fires, REGISTERS.prescale, strict=True)]


def events(fires, accepts):
    region = np.repeat(np.arange(4, dtype=np.uint8), fires)
    accept = np.concatenate([np.arange(n) < k for n, k in zip(fires, accepts, strict=True)])
    return region, accept


def sums(weights, region):
    return np.bincount(region, weights, 4)


def test_an_event_stands_for_the_realised_prescale():
    for rule in Rule:
        own = PrescaleRule.of(REGISTERS, rule=rule)
        region, accept = events((3, 3, 3, 3), (2, 1, 1, 1))
        weights = event_weights(region, accept, own, from_start=False)
        assert (weights[~accept] == 0).all()
        assert weights[accept].tolist() == [
            *[own.realised["A"]] * 2,
            *(own.realised[name] for name in "BCD"),
        ]
        half = event_weights(region, accept, replace(own, live_fraction=0.5), from_start=False)
        assert (half == 2 * weights).all()


def test_pseudo_random_prescalers_on_average(rng):
    own = PrescaleRule.of(REGISTERS, rule=Rule.ATLAS_RANDOM)
    fires, kept = np.array([300, 4000, 9000, 40_000]), 1 / np.array(list(own.realised.values()))
    found = []
    for _ in range(200):
        region, accept = events(fires, rng.binomial(fires, kept))
        found.append(sums(event_weights(region, accept, own, from_start=True), region))
    spread = np.std(found, axis=0) / np.sqrt(200)
    assert (np.abs(np.mean(found, axis=0) - fires) <= 4 * spread + 1e-9).all()


@pytest.mark.parametrize(("phase", "known"), [(0, True), (99, True), (None, False)])
def test_counting_prescalers_over_all_they_can_see(phase, known):
    """Exactly the fires on average, over one period of each prescaler."""
    own = PrescaleRule.of(REGISTERS, phase=phase or 0, rule=Rule.CMS_COUNTER)
    for code, prescale in enumerate(REGISTERS.prescale):
        period = np.arange(1000, 1000 + prescale // np.gcd(prescale, 100))
        phases = [phase] if known else range(0, prescale, 100 if prescale % 100 == 0 else 50)
        wrong = []
        for start in phases:
            for fires in period:
                accepts = (100 * int(fires) + start) // prescale
                region = np.full(accepts, code, np.uint8)
                accept = np.ones(accepts, bool)
                weights = event_weights(region, accept, own, from_start=known)
                wrong.append(weights.sum() - fires)
        assert np.mean(wrong) == pytest.approx(0, abs=1e-6)


def test_a_region_that_is_off():
    off = PrescaleRule.of(Registers((5, 5), (100, 250, 0, 10_000)))
    region, accept = events((1, 1, 1, 1), (1, 1, 0, 1))
    assert event_weights(region, accept, off, from_start=False)[2] == 0
    with pytest.raises(CountsError) as caught:
        event_weights(region, np.ones(4, bool), off, from_start=False)
    assert str(caught.value) == (
        "the accepted events of region C must be none where it is off, not 1: give the rule that "
        "the events were prescaled with"
    )
