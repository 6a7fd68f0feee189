"""The area is the exact one, its interval that of the clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.statistics.auc import area
from trigger_ad.statistics.sic import evaluate, roc

SCORES = st.lists(st.integers(-5, 5), min_size=1, max_size=40).map(np.array)


@given(SCORES, SCORES)
def test_the_area_is_that_of_the_curve(background, signal):
    found = area(background, signal, np.arange(len(background)), np.arange(len(signal)))
    assert found.value == pytest.approx(roc(background, signal).auc, abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_variance_of_a_small_sample_by_hand():
    """Backgrounds 0 and 2, signals 1 and 3: placements 1/2, 1 and 1, 1/2 about 3/4."""
    found = area(np.array([0, 2]), np.array([1, 3]), np.arange(2), np.arange(2))
    assert found.value == 0.75
    variance = 2 * (2 * 0.25**2 / 2**2 * 2)  # of each sample: sum of squares / n^2, n / (n - 1)
    assert found.low == pytest.approx(0.75 - 1.959964 * variance**0.5)
    assert found.high == 1.0


def samples(rng, clusters=3000, copies=1):
    background, signal = rng.normal(0, 1, clusters), rng.normal(1, 1, clusters // 10)
    of = (np.repeat(np.arange(len(values)), copies) for values in (background, signal))
    return np.repeat(background, copies), np.repeat(signal, copies), *of


def test_copies_of_an_event_say_nothing_new(rng):
    state = rng.bit_generator.state
    once = area(*samples(rng))
    rng.bit_generator.state = state
    thrice = area(*samples(rng, copies=3))
    assert (thrice.value, thrice.low, thrice.high) == pytest.approx(
        (once.value, once.low, once.high), rel=1e-12
    )
    background, signal, *_ = samples(rng, copies=3)
    narrow = area(background, signal, np.arange(len(background)), np.arange(len(signal)))
    assert (narrow.high - narrow.low) * 3**0.5 == pytest.approx(once.high - once.low, rel=0.1)


def test_it_is_as_wide_as_that_of_the_bootstrap(rng):
    given = samples(rng, copies=2)
    found = area(*given)
    drawn = evaluate(given[0], given[1], (), 400, 1, given[2], given[3]).auc
    assert found.high - found.low == pytest.approx(drawn.high - drawn.low, rel=0.15)
    assert found.low == pytest.approx(drawn.low, abs=0.3 * (found.high - found.low))
