"""Comparison of rungs: exact, with the first difference named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.emulate.compare import Difference, compare, distinct, extremes
from trigger_ad.errors import ConversionError


def scores(n=100_000):
    return np.arange(n, dtype=np.int64) % 1500


def test_equality_is_claimed_on_enough_evidence():
    record = compare("fast", {"s": scores()}, "csim", {"s": scores()})
    assert (record.events, record.mismatches, record.first) == (100_000, 0, None)
    assert record.distinct_scores == 1500
    assert record.equal
    assert str(record) == "csim against fast: 0 of 100000 differ"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (scores(99_999), "99999 events with 1500 distinct scores are too few"),
        (scores() % 999, "100000 events with 999 distinct scores are too few"),
    ],
)
def test_equality_is_not_claimed_on_little_evidence(values, text):
    record = compare("fast", {"s": values}, "csim", {"s": values.copy()})
    assert record.mismatches == 0
    assert not record.enough
    assert not record.equal
    assert text in str(record)


def test_first_difference_is_named():
    layers = np.zeros((100_000, 3), dtype=np.int64)
    reference = {"layer": layers, "s": scores()}
    result = {"layer": layers.copy(), "s": scores().astype(np.int32)}
    result["s"][40] += 2
    result["layer"][7, 1] = -1
    result["layer"][40, 2] = 5
    record = compare("fast", reference, "csim", result)
    assert record.mismatches == 2
    assert record.first == Difference(7, "layer[1]", 0, -1)
    assert not record.equal
    assert str(record).startswith(
        "csim against fast: 2 of 100000 differ, first event 7, layer[1]: -1 instead of 0 LSB"
    )


def test_distinct_values_are_counted_over_all_runs():
    first = {"a": np.arange(10), "b": np.arange(20)}
    second = {"a": np.arange(5, 15), "b": np.arange(12)}
    assert distinct(first) == 10
    assert distinct(first, second) == 15


def test_large_integers_are_not_rounded():
    reference = np.array([2**60, 2**60 + 1])
    record = compare("a", {"s": reference}, "b", {"s": np.array([2**60, 2**60])})
    assert record.first == Difference(1, "s", 2**60 + 1, 2**60)


def test_whole_doubles_are_integers():
    record = compare("a", {"s": np.array([1, -2])}, "b", {"s": np.array([1.0, -2.0])})
    assert record.mismatches == 0


def test_rung_is_not_compared_with_itself():
    same = scores()
    sentence = "^rung fast must be compared with another rung, not itself: run both sides by"
    with pytest.raises(ConversionError, match=sentence):
        compare("fast", {"s": same}, "fast", {"s": same.copy()})
    with pytest.raises(ConversionError, match=r"^rung csim must be compared with another rung"):
        compare("fast", {"s": same}, "csim", {"s": same})


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ({"t": [1]}, "^rung b must give the signals s, not t: compare the same scores or layers$"),
        ({}, "^rung b must give the signals s, not none"),
        ({"s": [1, 2]}, r"^signal s of rung b must have shape \(1,\), not \(2,\): give both"),
        ({"s": [1.5]}, r"^signal s of rung b must be an array of integers, not float64 of shape"),
        ({"s": np.float32([1])}, "^signal s of rung b must be an array of integers, not float32"),
        ({"s": [np.nan]}, "^signal s of rung b must be an array of integers"),
        ({"s": 1}, r"must be an array of integers, not int64 of shape \(\): compare raw values"),
    ],
)
def test_sides_that_cannot_be_compared(result, sentence):
    with pytest.raises(ConversionError, match=sentence):
        compare("a", {"s": np.array([1])}, "b", result)


def test_signals_of_other_lengths():
    sides = ({"s": np.arange(3), "t": np.arange(2)} for _ in range(2))
    with pytest.raises(ConversionError, match=r"^signal t of rung b must have shape \(3,\), not "):
        compare("a", next(sides), "b", next(sides))


BOUNDS = st.lists(st.tuples(st.integers(-4000, 4000), st.integers(0, 500)), min_size=1, max_size=8)


@given(BOUNDS, st.integers(0, 20), st.integers(0, 100))
def test_extremes_reach_every_end_and_stay_within(bounds, random, seed):
    low = np.array([start for start, _ in bounds])
    high = np.array([start + width for start, width in bounds])
    events = extremes(low, high, random, seed)
    assert events.dtype == np.int32
    assert events.shape == (3 + 6 * len(bounds) + random, len(bounds))
    assert np.all(events >= low)
    assert np.all(events <= high)
    rows = {tuple(event) for event in events.tolist()}
    assert {tuple(low), tuple(high)} <= rows
    zero = np.clip(0, low, high)
    for others in (zero, low, high):
        for port in range(len(bounds)):
            for end in (low, high):
                event = others.copy()
                event[port] = end[port]
                assert tuple(event.tolist()) in rows
    np.testing.assert_array_equal(events, extremes(low, high, random, seed))
