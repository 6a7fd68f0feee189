"""Accepts against their rule, held against prescalers that count one fire at a time."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from trigger_ad.monitor.prescaler import Follower
from trigger_ad.trigger.rule import RANDOM_RANGE, Rule, random_cut

FIRES = st.integers(0, 400)
PRESCALES = st.one_of(st.just(0), st.integers(100, 250), st.integers(100, 60_000))
SECTIONS = st.lists(st.tuples(FIRES, PRESCALES, st.integers(1, 4)), min_size=1, max_size=12)


def accepts(counter, fires, prescale):
    """The rule of docs/concepts.md, one fire at a time."""
    accepted = 0
    for _ in range(fires if prescale else 0):
        counter += 100
        if counter >= prescale:
            counter -= prescale
            accepted += 1
    return accepted, counter


@given(SECTIONS, st.booleans())
def test_a_prescaler_that_follows_its_rule_is_never_blamed(sections, at_update):
    rule = Rule.CMS_COUNTER_2019 if at_update else Rule.CMS_COUNTER
    counter, before, follower = 0, None, Follower()
    for fires, prescale, repeated in sections:
        if at_update and prescale != before:
            counter = 0
        before = prescale
        for _ in range(repeated):
            accepted, counter = accepts(counter, fires, prescale)
            follower, allowed = follower.follow(fires, accepted, prescale, rule)
            assert allowed
            assert follower.low <= counter
            assert counter <= follower.high or prescale == 0


@given(SECTIONS, st.data())
def test_not_after_sections_that_nobody_saw(sections, data):
    counter, follower, before = 0, Follower(), 0
    for fires, prescale, repeated in sections:
        for _ in range(repeated):
            accepted, counter = accepts(counter, fires, prescale)
            known, before = prescale == before, prescale
            if known and data.draw(st.booleans()) and counter < max(prescale, 100):
                follower = follower.lost()
                continue
            follower, allowed = follower.follow(fires, accepted, prescale, Rule.CMS_COUNTER)
            assert allowed


@given(st.integers(1, 5000), st.integers(200, 60_000), st.sampled_from([-2, 2]))
def test_two_accepts_too_many_or_too_few_are_found(fires, prescale, error):
    accepted, _ = accepts(0, fires, prescale)
    wrong = accepted + error
    if 0 <= wrong < fires:
        _, allowed = Follower(0, 0, prescale).follow(fires, wrong, prescale, Rule.CMS_COUNTER)
        assert not allowed


def test_bounds_are_exact():
    known = Follower(0, 0, 1000)
    assert known.follow(95, 9, 1000, Rule.CMS_COUNTER) == (Follower(500, 500, 1000), True)
    assert known.follow(95, 10, 1000, Rule.CMS_COUNTER) == (Follower(), False)
    assert known.follow(95, 8, 1000, Rule.CMS_COUNTER) == (Follower(), False)


def test_all_and_none():
    _, follower = None, Follower(0, 999, 1000)
    assert not follower.follow(50, 50, 1000, Rule.CMS_COUNTER)[1]
    assert not follower.follow(50, 0, 1000, Rule.CMS_COUNTER)[1]
    assert Follower().follow(50, 0, 0, Rule.CMS_COUNTER)[1]
    assert not Follower().follow(50, 1, 0, Rule.CMS_COUNTER)[1]


def test_a_burst_after_a_lower_prescale_is_allowed():
    counter, follower = 0, Follower()
    accepted, counter = accepts(counter, 999, 100_000)
    follower, allowed = follower.follow(999, accepted, 100_000, Rule.CMS_COUNTER)
    assert allowed
    accepted, counter = accepts(counter, 300, 200)
    assert accepted == 300  # all of them
    assert follower.follow(300, 300, 200, Rule.CMS_COUNTER)[1]
    assert not follower.follow(300, 300, 200, Rule.CMS_COUNTER_2019)[1]


@pytest.mark.parametrize("prescale", [100, 250, 10_000])
def test_random_prescaler(rng, prescale):
    rule = Rule.ATLAS_RANDOM
    for fires in (0, 1, 20, 100_000):
        numbers = rng.integers(1, RANDOM_RANGE, fires)
        accepted = int(np.count_nonzero(numbers >= random_cut(prescale)))
        assert Follower().follow(fires, accepted, prescale, rule)[1]
    if prescale > 100:
        assert not Follower().follow(100_000, 0, prescale, rule)[1]
        assert not Follower().follow(100_000, 100_000, prescale, rule)[1]
    else:
        assert not Follower().follow(100_000, 99_999, prescale, rule)[1]
