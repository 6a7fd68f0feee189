"""A seed's prescaler: many fires at once equal one at a time, in any chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.errors import ConfigError
from trigger_ad.trigger import random24
from trigger_ad.trigger.prescaler import Prescaler, PrescalerState, hundredths
from trigger_ad.trigger.registers import COUNTER_MAXIMUM
from trigger_ad.trigger.rule import Rule

PRESCALES = st.one_of(st.just(0), st.integers(100, 1000), st.integers(100, COUNTER_MAXIMUM))
COUNTERS = st.one_of(st.integers(0, 3000), st.integers(0, COUNTER_MAXIMUM))
RANDOMS = st.integers(1, 2**24 - 1)
PRESCALERS = st.builds(Prescaler, PRESCALES, st.sampled_from(Rule))
STATES = st.builds(PrescalerState, COUNTERS, RANDOMS)
STREAMS = st.lists(st.booleans(), max_size=300).map(lambda fired: np.array(fired, dtype=bool))


def one_at_a_time(prescaler, fired, state):
    accepts = []
    for fire in fired.tolist():
        accept, state = prescaler.step(fire, state)
        accepts.append(accept)
    return accepts, state


@given(PRESCALERS, STREAMS, STATES)
def test_equals_the_rule(prescaler, fired, state):
    accepts, after = prescaler.accepts(fired, state)
    assert accepts.dtype == bool
    assert (accepts.tolist(), after) == one_at_a_time(prescaler, fired, state)


@given(PRESCALERS, st.lists(STREAMS, max_size=5), STATES)
def test_chunks_start_from_prefix_sums(prescaler, chunks, state):
    """Each chunk alone, from its own starting state, gives its part of the whole."""
    whole, after = prescaler.accepts(np.concatenate([np.zeros(0, bool), *chunks]), state)
    fires = [int(chunk.sum()) for chunk in chunks]
    starts = prescaler.starts(fires, [len(chunk) for chunk in chunks], state)
    parts = [prescaler.accepts(*pair)[0] for pair in zip(chunks, starts[:-1], strict=True)]
    assert [accept for part in parts for accept in part.tolist()] == whole.tolist()
    assert starts[-1] == after


@given(st.integers(100, COUNTER_MAXIMUM), st.integers(0, 10**12), st.data())
def test_invariant(prescale, fires, data):
    """100 fires + phase = 100 PS accepts + counter with 0 <= counter < 100 PS."""
    phase = data.draw(st.integers(0, prescale - 1))
    prescaler = Prescaler(prescale)
    end = prescaler.starts([fires], [fires], prescaler.start(phase))[1].counter
    assert 0 <= end < prescale
    assert (100 * fires + phase - end) % prescale == 0


@given(st.integers(100, 10**5), STREAMS, st.sampled_from([r for r in Rule if r.counts]), st.data())
def test_invariant_of_accepted_fires(prescale, fired, rule, data):
    """The same, of the accepts of a stream, after each of its crossings."""
    phase = data.draw(st.integers(0, prescale - 1))
    prescaler = Prescaler(prescale, rule)
    state = prescaler.start(phase)
    accepts, _ = prescaler.accepts(fired, state)
    for crossing in range(len(fired) + 1):
        end = prescaler.accepts(fired[:crossing], state)[1].counter
        assert 0 <= end < prescale
        fires, accepted = int(fired[:crossing].sum()), int(accepts[:crossing].sum())
        assert 100 * fires + phase == prescale * accepted + end


@pytest.mark.parametrize("rule", [Rule.CMS_COUNTER, Rule.ATLAS_RANDOM])
def test_many_crossings_equal_the_rule(rule):
    fired = np.random.default_rng(1).random(200_000) < 0.6
    prescaler = Prescaler(1234, rule)
    accepts, after = prescaler.accepts(fired, prescaler.start(55, 777))
    assert (accepts.tolist(), after) == one_at_a_time(prescaler, fired, prescaler.start(55, 777))
    assert after.random == random24.after(777, 200_000)


@pytest.mark.parametrize("rule", [Rule.CMS_COUNTER, Rule.ATLAS_RANDOM])
def test_beyond_the_period_of_the_numbers(rule):
    """20 million fires in one piece equal 20 million in chunks of 3 million."""
    fired = np.ones(20_000_000, dtype=bool)
    prescaler = Prescaler(333, rule)
    whole, after = prescaler.accepts(fired, prescaler.start(7))
    sizes = [3_000_000] * 6 + [2_000_000]
    starts = prescaler.starts(sizes, sizes, prescaler.start(7))
    parts = zip(np.split(fired, np.cumsum(sizes[:-1])), starts[:-1], strict=True)
    assert np.array_equal(np.concatenate([prescaler.accepts(*part)[0] for part in parts]), whole)
    assert starts[-1] == after


@pytest.mark.parametrize("number", [1, 2, 7])
def test_every_nth(number):
    fires = np.ones(50, dtype=bool)
    prescaler = Prescaler.every(number)
    last, _ = prescaler.accepts(fires, prescaler.start())
    assert np.flatnonzero(last).tolist() == list(range(number - 1, 50, number))
    first, _ = prescaler.accepts(fires, prescaler.start(100 * (number - 1)))
    assert np.flatnonzero(first).tolist() == list(range(0, 50, number))


@pytest.mark.parametrize(("prescale", "cut"), [(100, 1), (200, 2**23), (1000, 2**24 - 1677722)])
def test_a_number_at_the_cut_is_accepted(prescale, cut):
    """At prescale 1 the smallest of all numbers is 1, and the cut is: every fire is accepted."""
    prescaler, fired = Prescaler(prescale, Rule.ATLAS_RANDOM), np.ones(1, bool)
    for number in {cut, max(cut - 1, 1)}:
        state = prescaler.start(0, number)
        assert prescaler.accepts(fired, state)[0].tolist() == [number >= cut]
        assert prescaler.step(True, state)[0] == (number >= cut)


def test_what_is_meant_where_nothing_is_said():
    assert Prescaler(100).rule is Rule.CMS_COUNTER
    assert PrescalerState() == Prescaler(250).start() == PrescalerState(counter=0, random=1)


def test_off_accepts_nothing_and_its_counter_stands_still():
    for rule in Rule:
        accepts, after = Prescaler(0, rule).accepts(np.ones(9, bool), PrescalerState(42, 3))
        assert not accepts.any()
        assert after == PrescalerState(42, random24.after(3, 9))


def test_realised_prescale():
    assert Prescaler(250).realised == 2.5
    assert Prescaler(0, Rule.ATLAS_RANDOM).realised == 0
    asked = 10**8  # 10^6 in hundredths
    realised = Prescaler(asked, Rule.ATLAS_RANDOM).realised
    assert realised == (2**24 - 1) / 17
    assert realised / 1e6 - 1 == pytest.approx(-0.013, abs=1e-3)


def test_an_update_resets_the_counter_of_2019_only():
    state = PrescalerState(77, 5)
    assert Prescaler(200, Rule.CMS_COUNTER_2019).update(state) == PrescalerState(0, 5)
    assert Prescaler(200, Rule.CMS_COUNTER).update(state) == state


@pytest.mark.parametrize(
    ("prescale", "expected"),
    [
        (0, 0),
        (0.0, 0),
        ("0.0", 0),
        (1, 100),
        (2.5, 250),
        ("1.10", 110),
        (np.float64(1.15), 115),
        (42949672.95, COUNTER_MAXIMUM),
        (16777216, 1677721600),
    ],
)
def test_hundredths(prescale, expected):
    assert hundredths(prescale, "x") == expected


@pytest.mark.parametrize(
    "prescale", [-1, 0.5, 1e12, 1.005, 42949672.96, float("nan"), float("inf"), "ten", ""]
)
def test_a_prescale_that_cannot_be(prescale):
    with pytest.raises(ConfigError) as caught:
        hundredths(prescale, "L1_Any")
    assert str(caught.value) == (
        "the prescale of L1_Any must be 0 or from 1 to 42949672.95 with at most two decimals, "
        f"not {prescale}: choose such a prescale"
    )


def test_a_prescaler_out_of_range():
    with pytest.raises(ConfigError, match=r"the prescale of a seed must be 0 or .*, not 0.99: "):
        Prescaler(99)


@pytest.mark.parametrize("phase", [-1, 250])
def test_a_phase_that_cannot_be(phase):
    with pytest.raises(ConfigError) as caught:
        Prescaler(250).start(phase)
    assert str(caught.value) == (
        "the initial phase of a prescaler must be from 0 to below its prescale, 250 hundredths, "
        f"not {phase}: choose a smaller phase"
    )


def spread(estimates, truth):
    return np.std(estimates) / truth, np.mean(estimates) - truth


def test_yield_of_counter_and_random_prescaler():
    """N = 20,000 fires on average, drawn from Poisson, PS = 100; the estimate is PS x accepts.

    Phase convention: with "random phase" the counter starts uniformly from 0 to 9999
    hundredths, drawn for each toy, and the variance is N + (PS^2 - 1) / 6. Phase 0 starts it
    at 0 and has N + (PS^2 - 1) / 12, but loses half a prescale on average: 99 / 2.
    """
    rng = np.random.default_rng(20)
    fires = rng.poisson(20_000, 100_000)
    phase = rng.integers(0, 10_000, len(fires))
    width, bias = spread(100 * ((100 * fires + phase) // 10_000), 20_000)
    assert width == pytest.approx((20_000 + (100**2 - 1) / 6) ** 0.5 / 20_000, rel=0.007)
    assert width == pytest.approx(0.0073, abs=1e-4)
    assert bias == pytest.approx(0, abs=3)
    width, bias = spread(100 * (100 * fires // 10_000), 20_000)
    assert width == pytest.approx((20_000 + (100**2 - 1) / 12) ** 0.5 / 20_000, rel=0.007)
    assert width == pytest.approx(0.0072, abs=6e-5)
    assert bias == pytest.approx(-49.5, abs=3)
    cut = Prescaler(10_000, Rule.ATLAS_RANDOM)
    width, bias = spread(cut.realised * rng.binomial(fires, 1 / cut.realised), 20_000)
    assert width == pytest.approx(0.0706, abs=8e-4)
    assert bias == pytest.approx(0, abs=25)


def test_the_toy_is_what_the_prescaler_does():
    """The closed forms of the toy above, on streams of single fires."""
    rng = np.random.default_rng(3)
    for phase in rng.integers(0, 10_000, 20).tolist():
        fires = int(rng.poisson(20_000))
        prescaler = Prescaler(10_000)
        accepts, _ = prescaler.accepts(np.ones(fires, bool), prescaler.start(phase))
        assert accepts.sum() == (100 * fires + phase) // 10_000
    drawn = Prescaler(10_000, Rule.ATLAS_RANDOM)
    starts = rng.integers(1, 2**24, 200)
    fires = np.ones(20_000, bool)
    counts = [drawn.accepts(fires, drawn.start(0, int(n)))[0].sum() for n in starts]
    assert np.std(counts) == pytest.approx((20_000 * 0.01 * 0.99) ** 0.5, rel=0.15)
