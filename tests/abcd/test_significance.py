"""Significance of injected signals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.prediction import from_counters
from trigger_ad.abcd.significance import excess, injected, significance
from trigger_ad.errors import WorkingPointError


def test_definition():
    assert significance(100, 80) == 2
    assert significance(80, 100) == 0
    assert significance(0, 0) == 0


def test_closed_background_and_signal_in_a_only():
    background = np.array([100, 900, 900, 8100])
    values = injected(background, np.array([50, 0, 0, 0]), 0.001)
    observed = 100 + 10_000 * 0.001 / 0.999
    assert values.observed == pytest.approx(observed)
    expected = (observed - 100) / observed**0.5
    for name in ("uncorrected", "corrected", "known"):
        assert values.to_json()[name] == pytest.approx(expected)


@given(st.tuples(*[st.integers(1, 1000)] * 4), st.floats(1e-4, 0.1))
def test_signal_beside_a_lowers_the_uncorrected_significance(signal, fraction):
    background = np.array([100, 900, 900, 8100])
    beside = np.array([signal[0], signal[1], signal[2], 0])
    values = injected(background, beside, fraction)
    assert values.uncorrected <= values.corrected
    assert values.corrected == pytest.approx(values.known)


def test_the_number_of_signal_events_does_not_matter():
    background, signal = np.array([10, 90, 90, 810]), np.array([30, 20, 10, 40])
    one, ten = injected(background, signal, 0.01), injected(background, 10 * signal, 0.01)
    assert one.to_json() == pytest.approx(ten.to_json())


def test_no_background():
    with pytest.raises(WorkingPointError, match="the thresholds must leave events in all four"):
        injected(np.array([0, 1, 1, 1]), np.array([1, 1, 1, 1]), 0.01)


def test_excess_over_an_estimate():
    background = from_counters([0, 2000, 3000, 6000], [1.0] * 4)
    values = excess(1200, background)
    assert values.value == pytest.approx(200 / 1200**0.5)
    assert values.with_error < values.low < values.value < values.high
    spread = 1000 * (1 / 2000 + 1 / 3000 + 1 / 6000) ** 0.5
    assert values.with_error == pytest.approx(200 / (1200 + spread**2) ** 0.5, rel=0.02)
    assert excess(900, background).to_json() == dict.fromkeys(values.to_json(), 0.0)


def test_excess_without_events_in_d():
    values = excess(10, from_counters([0, 5, 5, 0], [1.0] * 4))
    assert (values.value, values.low, values.with_error) == (0, 0, 0)


def test_kappa_is_in_the_significance_with_its_error():
    background, signal = np.array([900.0, 2000, 3000, 8000]), np.array([50.0, 0, 0, 50])
    plain = injected(background, signal, 0.001)
    assert plain.with_kappa is None
    found = injected(background, signal, 0.001, (1.2, 0.1))
    assert found.known == plain.known
    events = background.sum() * 0.001 / 0.999 / 2
    total = background + np.array([events, 0, 0, events])
    expected = 1.2 * 2000 * 3000 / total[3]
    relative = 0.1 / 1.2, 1 / 2000 + 1 / 3000 + 1 / total[3]
    spread = (total[0] + expected**2 * (relative[0] ** 2 + relative[1])) ** 0.5
    assert found.with_kappa == pytest.approx(
        (total[0] - expected) / spread if total[0] > expected else 0
    )
    small = injected(background, signal, 0.001, (1.1, 0.01)).with_kappa
    assert small > found.with_kappa
