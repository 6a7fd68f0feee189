"""The vectorised trigger equals its rule, event by event."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.trigger.decide import accepted_count, accepted_fires, decide, region_of
from trigger_ad.trigger.random24 import after
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State

PRESCALES = st.one_of(st.just(0), st.integers(100, 1000), st.integers(100, COUNTER_MAXIMUM))
FOUR = st.tuples(PRESCALES, PRESCALES, PRESCALES, PRESCALES)
COUNTERS = st.one_of(st.integers(0, 3000), st.integers(0, COUNTER_MAXIMUM))


def scores(events, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(-3, 4, events), rng.integers(-3, 4, events)


def reference(score1, score2, registers, state, rule=Rule.CMS_COUNTER):
    regions, accepts = [], []
    for pair in zip(score1.tolist(), score2.tolist(), strict=True):
        region, accept, state = step(pair, registers, state, rule)
        regions.append(region)
        accepts.append(accept)
    return regions, accepts, state


def test_regions_compare_with_greater_or_equal():
    first = np.array([5, 5, 4, 4])
    second = np.array([-2, -3, -2, -3])
    assert region_of(first, second, 5, -2).tolist() == [0, 1, 2, 3]
    assert region_of(first, second, 5, -2).dtype == np.uint8


@pytest.mark.parametrize(("prescale", "cut"), [(100, 1), (200, 2**23)])
def test_a_number_at_the_cut_is_accepted(prescale, cut):
    """At prescale 1 every number is, the smallest one too."""
    registers, event = Registers((0, 0), (prescale,) * 4), np.ones(1, np.int64)
    for number in {cut, max(cut - 1, 1)}:
        decision, _ = decide(
            (event, event), registers, State((0,) * 4, random=number), Rule.ATLAS_RANDOM
        )
        assert decision.accept.tolist() == [number >= cut]
        assert step((1, 1), registers, State((0,) * 4, random=number), Rule.ATLAS_RANDOM)[1] == (
            number >= cut
        )


@given(
    FOUR,
    st.tuples(*[st.booleans()] * 4),
    st.tuples(*[COUNTERS] * 4),
    st.integers(0, 300),
    st.integers(0, 2**32),
    st.sampled_from(Rule),
)
def test_equals_the_rule(prescale, enable, counter, events, seed, rule):
    """Counters above the prescale, as after lowering it, are included."""
    registers = Registers((1, 0), prescale, enable)
    state = State(
        counter, (1, COUNTER_MAXIMUM, 0, 7), (0, COUNTER_MAXIMUM - 3, 5, 0), random=1 + seed % 9999
    )
    first, second = scores(events, seed)
    decision, after = decide((first, second), registers, state, rule)
    regions, accepts, expected = reference(first, second, registers, state, rule)
    assert decision.region.tolist() == regions
    assert decision.accept.tolist() == accepts
    assert after == expected


@given(
    FOUR, st.lists(st.integers(0, 200), max_size=6), st.integers(0, 2**32), st.sampled_from(Rule)
)
def test_pieces_equal_the_whole(prescale, sizes, seed, rule):
    registers = Registers((0, 1), prescale)
    first, second = scores(sum(sizes), seed)
    whole, end = decide((first, second), registers, State.reset(4), rule)
    state, accepts, start = State.reset(4), [], 0
    for size in sizes:
        part = slice(start, start + size)
        decision, state = decide((first[part], second[part]), registers, state, rule)
        accepts += decision.accept.tolist()
        start += size
    assert accepts == whole.accept.tolist()
    assert state == end


@given(st.integers(0, 10**12), st.integers(100, COUNTER_MAXIMUM), st.data())
def test_invariant(fires, prescale, data):
    """100 fires + phase = 100 PS accepts + counter with 0 <= counter < 100 PS."""
    fires = min(fires, prescale * 1000)  # at most 100,000 accepts
    phase = data.draw(st.integers(0, prescale - 1))
    indices, counter = accepted_fires(fires, phase, prescale)
    assert 100 * fires + phase == prescale * len(indices) + counter
    assert 0 <= counter < prescale
    assert (np.diff(indices) > 0).all()
    assert len(indices) == 0 or 0 <= indices[0] <= indices[-1] < fires


@given(
    st.integers(0, 3000),
    st.integers(0, 2**32 - 1),
    st.integers(100, 2**32 - 1) | st.integers(100, 900),
)
def test_accepts_are_the_number_of_accepted_fires(fires, counter, prescale):
    """Also of a counter above its prescale; the accepts are those of one fire after the other."""
    indices, after = accepted_fires(fires, counter, prescale)
    assert accepted_count(fires, counter, prescale) == (len(indices), after)
    total = 0
    for _ in range(fires):
        one, counter = accepted_count(1, counter, prescale)
        total += one
    assert (total, counter) == (len(indices), after)


@pytest.mark.parametrize("prescale", [100, 101, 250, 1000, 333_33])
def test_long_run_rate_is_exact(prescale):
    indices, counter = accepted_fires(100 * prescale, 0, prescale)
    assert len(indices) == 100 * 100
    assert counter == 0


def test_fraction_two_and_a_half():
    assert accepted_fires(10, 0, 250)[0].tolist() == [2, 4, 7, 9]


def test_burst_after_lowering_the_prescale():
    """From 1000 to 2 with the counter at 99,900: 998 consecutive accepts, then every second."""
    indices, _ = accepted_fires(2000, 99_900, 200)
    gaps = np.diff(indices)
    assert indices[:998].tolist() == list(range(998))
    assert set(gaps[998:].tolist()) == {2}


def test_off_and_disabled_regions_are_counted_but_accept_nothing():
    first, second = np.array([1, 1, 1]), np.array([1, 1, 0])
    registers = Registers((1, 1), (0, 100, 100, 100), (True, False, True, True))
    decision, state = decide((first, second), registers, State((50, 60, 0, 0)))
    assert not decision.accept.any()
    assert state == State((50, 60, 0, 0), (2, 1, 0, 0), random=after(1, 3))


def test_counters_saturate():
    state = State((0,) * 4, (COUNTER_MAXIMUM - 1, 0, 0, 0), (COUNTER_MAXIMUM, 0, 0, 0))
    _, state = decide((np.ones(5, dtype=int), np.ones(5, dtype=int)), Registers((1, 1)), state)
    assert state.before[0] == state.after[0] == COUNTER_MAXIMUM


def test_hundred_thousand_events_of_the_reference():
    registers = Registers((2, 2), (100, 1050, 333, 10_000))
    first, second = scores(100_000, 11)
    decision, state = decide((first, second), registers, State.start(registers, 42))
    regions, accepts, expected = reference(first, second, registers, State.start(registers, 42))
    assert decision.region.tolist() == regions
    assert decision.accept.tolist() == accepts
    assert state == expected
