"""Differences on the same events: against the score test itself, and how often they cover."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import xlogy

from trigger_ad.statistics.paired import difference, score_interval

Z = 1.959963984540054


def statistic(gained, lost, events, delta):
    """The score statistic, with the likeliest table of this difference found by a search."""
    rest = events - gained - lost

    def against(second):
        first = second + delta
        neither = 1 - first - second
        return -(xlogy(gained, first) + xlogy(lost, second) + xlogy(rest, neither))

    ends = max(0.0, -delta) + 1e-12, (1 - delta) / 2 - 1e-12
    second = minimize_scalar(against, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
    variance = events * (2 * second + delta * (1 - delta))
    return (gained - lost - events * delta) / np.sqrt(variance)


@pytest.mark.parametrize(
    ("gained", "lost", "events"), [(12, 2, 50), (5, 0, 200), (3.5, 20.25, 900.5), (40, 41, 100)]
)
def test_ends_are_where_the_score_test_turns(gained, lost, events):
    low, high = score_interval(gained, lost, events)
    assert statistic(gained, lost, events, low) == pytest.approx(Z, rel=1e-4)
    assert statistic(gained, lost, events, high) == pytest.approx(-Z, rel=1e-4)
    assert score_interval(lost, gained, events) == pytest.approx((-high, -low), abs=1e-9)


def test_no_event_that_only_one_takes():
    end = Z**2 / (300 + Z**2)
    assert score_interval(0, 0, 300) == pytest.approx((-end, end), rel=1e-9)


def test_every_event_by_one_alone():
    low, high = score_interval(30, 0, 30)
    assert high == pytest.approx(1, abs=1e-6)
    assert 0.7 < low < 1


def test_copies_of_events_tell_nothing_new(rng):
    one, other = (rng.random(500) < part for part in (0.3, 0.25))
    once = difference(one.astype(float), other.astype(float), np.ones(500), np.arange(500))
    thrice = difference(
        np.repeat(one, 3).astype(float),
        np.repeat(other, 3).astype(float),
        np.ones(1500),
        np.repeat(np.arange(500), 3),
    )
    assert vars(thrice.interval) == pytest.approx(vars(once.interval), rel=1e-9)
    assert thrice.effective == pytest.approx(once.effective, rel=1e-9)
    copies = (np.repeat(v, 3).astype(float) for v in (one, other))
    apart = difference(*copies, np.ones(1500), np.arange(1500))
    assert apart.effective == pytest.approx(3 * once.effective, rel=1e-9)


def test_pairs_decide_what_two_intervals_do_not(rng):
    """Nine of ten events that one takes the other takes too; the difference is planted."""
    other = rng.random(20_000) < 0.100
    one = other | (rng.random(20_000) < 0.004)
    found = difference(one * 1.0, other * 1.0, np.ones(20_000), np.arange(20_000))
    assert 0 < found.interval.low < 0.9 * 0.004 < found.interval.high
    assert found.interval.high - found.interval.low < 0.003


@pytest.mark.parametrize(("first", "second", "copies"), [(0.03, 0.01, 1), (0.02, 0.02, 2)])
def test_coverage(rng, first, second, copies):
    inside, toys, events = 0, 1200, 250
    clusters = np.repeat(np.arange(events), copies)
    for drawn in rng.random((toys, events)):
        one = np.repeat(drawn < first, copies) * 1.0
        other = np.repeat(drawn > 1 - second, copies) * 1.0
        found = difference(one, other, np.ones(len(one)), clusters).interval
        inside += found.low <= first - second <= found.high
    assert 0.93 < inside / toys < 0.975
