"""Cuts of a wanted rate: the nearest integer, or a part of the events at one."""

import numpy as np
import pytest

from trigger_ad.rates.matched import MatchedCut, matched

VALUES = np.array([1, 2, 2, 5, 9], np.int32)
WEIGHTS = np.array([1, 1, 1, 1, 0.5])


@pytest.mark.parametrize(
    ("wanted", "threshold", "part"),
    [
        (4.5, 1, None),
        (9.0, 1, None),  # all there is
        (3.4, 2, None),  # off by 3 %
        (3.0, 2, 0.75),
        (0.9, 5, 0.4),
        (0.1, 9, 0.2),
    ],
)
def test_what_is_taken_is_what_is_wanted(wanted, threshold, part):
    cut = matched(VALUES, WEIGHTS, wanted)
    assert (cut.threshold, cut.part) == (threshold, part if part is None else pytest.approx(part))
    taken = float(cut.chances(VALUES) @ WEIGHTS)
    assert taken == pytest.approx(min(wanted, 4.5), rel=0.05)


def test_the_nearest_integer_where_any_may_be_off():
    reached = {
        wanted: matched(VALUES, WEIGHTS, wanted, near=np.inf).threshold
        for wanted in (4.5, 3.4, 1.5, 0.9, 0.1)
    }
    assert reached == {4.5: 1, 3.4: 2, 1.5: 5, 0.9: 9, 0.1: 9}


def test_a_seed_takes_no_event_without_its_objects():
    values = np.array([0, 0, 0, 3, 4])
    cut = matched(values, np.ones(5), 4.0, least=1)
    assert cut == MatchedCut(3)
    assert cut.chances(values).tolist() == [0, 0, 0, 1, 1]
    nothing = matched(np.zeros(5, np.int32), np.ones(5), 1.0, least=1)
    assert not nothing.chances(np.zeros(5)).any()


def test_events_that_count_nothing_are_no_step():
    weights = np.array([1, 0, 0, 1, 0.5])
    assert matched(VALUES, weights, 1.5) == MatchedCut(5)
