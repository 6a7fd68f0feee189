"""Prescalers event by event: the rule, in pieces as on the whole, and the mean that is expected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.menu.menus import abstract
from trigger_ad.errors import ConfigError
from trigger_ad.menu import expectation
from trigger_ad.menu.patterns import as_words, unpack
from trigger_ad.menu.prescalers import accept, start


def one_at_a_time(patterns, menu, counters):
    """The rule as docs/concepts.md states it."""
    counters, result = list(counters), []
    for pattern in patterns[:, 0].tolist():
        accepted = 0
        for i, seed in enumerate(menu.seeds):
            if pattern >> i & 1 and seed.prescale:
                counters[i] += 100
                if counters[i] >= seed.prescale:
                    counters[i] -= seed.prescale
                    accepted |= 1 << i
        result.append([accepted])
    return result, tuple(counters)


PS = st.sampled_from([0, 1, 1.01, 2.5, 7, 42_949_672.95])


@given(st.lists(PS, min_size=1, max_size=5), st.integers(0, 300), st.integers(0, 300), st.data())
def test_equal_to_the_rule_in_pieces(prescales, events, cut, data):
    menu = abstract(*prescales)
    phases = tuple(data.draw(st.integers(0, max(s.prescale - 1, 0))) for s in menu.seeds)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    patterns = rng.integers(0, 2 ** len(prescales), (events, 1)).astype(np.uint64)
    first, counters = accept(patterns[:cut], menu, start(menu, phases))
    second, counters = accept(patterns[cut:], menu, counters)
    expected, after = one_at_a_time(patterns, menu, phases)
    assert [*first.tolist(), *second.tolist()] == expected
    assert counters == after


def test_the_long_run_mean_is_the_expectation():
    menu = abstract(1.25, 3, 2.5, 10)
    rng = np.random.default_rng(3)
    kinds = np.array([0b1110, 0b0110, 0b1011, 0b1000, 0], np.uint64)
    chances = [0.2, 0.2, 0.1, 0.2, 0.3]
    patterns = as_words(rng.choice(kinds, 2_000_000, p=chances))
    accepted = unpack(accept(patterns, menu, start(menu))[0], 4)
    number = accepted.sum(axis=1)
    fired, kept = unpack(kinds, 4), np.array([seed.kept for seed in menu.seeds])
    assert np.mean(number > 0) == pytest.approx(chances @ expectation.total(fired, kept), abs=2e-3)
    pure = np.mean(accepted & (number == 1)[:, None], axis=0)
    assert pure == pytest.approx(chances @ expectation.pure(fired, kept), abs=1e-3)
    shares = np.mean(accepted / np.maximum(number, 1)[:, None], axis=0)
    assert shares == pytest.approx(chances @ expectation.proportional(fired, kept), abs=1e-3)
    assert accepted[:, 0].mean() == pytest.approx(0.08, abs=1e-3)


def test_counters_of_seeds_that_always_fire_together_stay_in_step():
    """The exception that docs/menu.md names: with equal phases both accept the same events."""
    menu = abstract(10, 10)
    patterns = np.full((1000, 1), 3, np.uint64)
    assert np.count_nonzero(accept(patterns, menu, start(menu))[0]) == 100
    assert np.count_nonzero(accept(patterns, menu, start(menu, (0, 500)))[0]) == 200
    kept = np.array([0.1, 0.1])
    assert expectation.total(np.array([[True, True]]), kept)[0] == pytest.approx(0.19)


def test_a_phase_beyond_its_prescale_is_refused():
    with pytest.raises(ConfigError) as caught:
        start(abstract(2, 3), (0, 300))
    assert str(caught.value) == (
        "the initial phase of seed s1 must be from 0 to below its prescale, 300 hundredths, "
        "not 300: choose a smaller phase"
    )
