"""Cuts are chosen on one sample and quoted from another; improvements follow from both."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.statistics.improvement import (
    BACKGROUND_EFFICIENCIES,
    FEWEST,
    Cut,
    TotalImprovement,
    choose_cut,
    find,
    largest,
    total_improvement,
)
from trigger_ad.statistics.intervals import Interval, efficiency


def cut(threshold, test, wanted):
    return choose_cut(threshold, test, wanted, np.arange(len(test)))


def test_the_background_efficiencies_of_the_paper():
    assert dict(BACKGROUND_EFFICIENCIES) == {"1e-2": 0.01, "1e-3": 0.001, "1e-4": 0.0001}


def test_the_loosest_cut_is_chosen_on_the_threshold_split():
    """Of 0 to 999 the last ten are 990 to 999; of the test split 0 to 1999, 1010 reach 990."""
    found = cut(np.arange(1000), np.arange(2000), 0.01)
    assert (found.threshold, found.split) == (990, "threshold")
    assert found.background == efficiency(np.arange(2000) >= 990, np.ones(2000, np.int64))
    assert found.background.value == 1010 / 2000


@given(st.lists(st.integers(0, 30), min_size=40, max_size=200), st.sampled_from([0.25, 0.3, 0.5]))
def test_no_looser_cut_would_do(scores, wanted):
    scores = np.array(scores)
    found = cut(scores, np.full(20, 1000), wanted)
    if found is None:  # not even the highest score alone
        assert np.mean(scores == scores.max()) > wanted
        return
    assert np.mean(scores >= found.threshold) <= wanted
    lower = scores[scores < found.threshold]
    assert np.mean(scores >= lower.max()) > wanted


def test_few_events_of_the_threshold_split_leave_the_choice_to_the_test_split():
    enough, few = FEWEST * 1000, FEWEST * 1000 - 1
    test = np.arange(20_000)
    assert cut(np.arange(enough), test, 1e-3).split == "threshold"
    found = cut(np.arange(few), test, 1e-3)
    assert (found.split, found.threshold) == ("test", 20_000 - 20)
    assert found.background.value == 1e-3


def test_a_cut_that_too_few_events_pass_is_not_quoted():
    assert cut(np.arange(100), np.arange(FEWEST * 100 - 1), 0.01) is None  # neither split
    passing = np.r_[np.zeros(1000, int), np.full(FEWEST, 5000)]
    assert cut(np.arange(1000), passing, 0.01).background.value == FEWEST / 1010
    assert cut(np.arange(1000), passing[:-1], 0.01) is None


def test_a_score_that_saturates_cannot_be_cut():
    assert cut(np.minimum(np.arange(1000), 980), np.arange(2000), 0.01) is None


def test_the_improvement_is_signal_over_the_root_of_the_background_that_passes():
    at = Cut(5, "threshold", Interval(0.04, 0.01, 0.09))
    found = find(at, np.array([4, 5, 6, 7]), np.arange(4))
    assert found.signal == efficiency(np.array([0, 1, 1, 1]), np.ones(4, np.int64))
    assert found.improvement.value == pytest.approx(0.75 / 0.2)
    up = math.hypot(math.log(found.signal.high / 0.75), math.log(4) / 2)
    down = math.hypot(math.log(0.75 / found.signal.low), math.log(0.09 / 0.04) / 2)
    assert found.improvement.high == pytest.approx(0.75 / 0.2 * math.exp(up))
    assert found.improvement.low == pytest.approx(0.75 / 0.2 * math.exp(-down))


def test_events_of_one_cluster_are_one():
    at = Cut(5, "threshold", Interval(0.04, 0.01, 0.09))
    scores = np.repeat([4, 5, 6, 7], 50)
    together = find(at, scores, np.repeat(np.arange(4), 50)).signal
    single = find(at, scores[::50], np.arange(4)).signal
    assert together == pytest.approx(single) or (together.value, together.low) == pytest.approx(
        (single.value, single.low)
    )


def test_a_signal_that_is_never_found():
    found = find(Cut(5, "test", Interval(0.04, 0.01, 0.09)), np.zeros(10, int), np.arange(10))
    assert (found.improvement.value, found.improvement.low) == (0, 0)
    assert found.improvement.high == pytest.approx(found.signal.high / 0.1)


def test_si_is_the_largest_of_the_known():
    one, two = Interval(1.0, 0.5, 4.0), Interval(2.0, 1.9, 2.1)
    assert largest([one, None, two]) == two
    assert largest([None, None]) is None


@given(st.lists(st.tuples(*[st.floats(0, 100)] * 3).map(sorted), min_size=1, max_size=9))
def test_total_improvement(ends):
    found = total_improvement([Interval(value, low, high) for low, value, high in ends])
    lows, values, highs = zip(*ends, strict=True)
    assert found == TotalImprovement(
        *(Interval(of(values), of(lows), of(highs)) for of in (min, median, max))
    )


def test_an_even_number_of_signals_has_the_mean_of_the_middle_two():
    found = total_improvement([Interval(value, 0.0, 200.0) for value in (4.0, 1.0, 2.0, 100.0)])
    assert [one.value for one in (found.minimum, found.median, found.maximum)] == [1, 3, 100]
