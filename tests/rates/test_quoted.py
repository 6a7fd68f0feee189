"""Intervals from grouped counts cover, whether or not events come in clusters."""

import numpy as np
import pytest
from hist.intervals import clopper_pearson_interval

from trigger_ad.abcd.grouped import GroupedCounter
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.rates.quoted import design_effect, quoted_efficiency, quoted_sum, sum_effect
from trigger_ad.statistics.intervals import efficiency

COUNTER = GroupedCounter(1, 1)


def groups(passing, clusters):
    """Counts of events in A or else in D."""
    score = passing.astype(np.int64)
    words = np.zeros((len(score), 57), np.int32)
    return COUNTER.count(words, {"score1": score, "score2": score}, clusters, None).groups


def quoted(table):
    passing, total = table[:, 0], table.sum(axis=1)
    return quoted_efficiency(int(passing.sum()), int(total.sum()), design_effect(passing, total))


def sum_of(table, weights):
    return quoted_sum(table.sum(axis=0), weights, sum_effect(table, weights))


def test_independent_events_have_the_binomial_interval():
    found = quoted_efficiency(30, 1000, 1.0)
    low, high = clopper_pearson_interval(np.array([30.0]), np.array([1000.0]), 0.95)[:, 0]
    assert (found.interval.value, found.interval.low, found.interval.high) == (0.03, low, high)
    assert found.effective == 30
    assert 0.03 < found.limit < high


@pytest.mark.parametrize("size", [1, 20])
def test_clusters_of_events_that_pass_together(size):
    """Compared with the clusters themselves, of which this sample has 4000."""
    rng = np.random.default_rng(8)
    clusters = np.repeat(rng.integers(0, 2**60, 4000), size)
    passing = np.repeat(rng.random(4000) < 0.1, size)
    found = quoted(groups(passing, clusters))
    exact = efficiency(passing.reshape(4000, size).sum(axis=1), np.full(4000, size))
    assert found.interval.value == exact.value
    width = exact.high - exact.low
    assert found.interval.high - found.interval.low == pytest.approx(width, rel=0.15)
    assert found.effective == pytest.approx(passing.sum() / size, rel=0.3)


@pytest.mark.parametrize("size", [1, 10])
def test_coverage(size):
    rng = np.random.default_rng(9)
    covered = summed = 0
    weights = np.array([1.0, 0, 0, 0.01])
    for _ in range(300):
        clusters = np.repeat(rng.integers(0, 2**60, 2000), size)
        table = groups(np.repeat(rng.random(2000) < 0.05, size), clusters)
        found = quoted(table).interval
        covered += found.low <= 0.05 <= found.high
        found = sum_of(table, weights).interval
        summed += found.low <= 0.05 + 0.95 * 0.01 <= found.high
    assert covered >= 0.92 * 300
    assert summed >= 0.92 * 300


def test_none_passes():
    """The limit is that of as many independent events as there are clusters."""
    rng = np.random.default_rng(10)
    clusters = np.repeat(rng.integers(0, 2**60, 5000), 20)
    found = quoted(groups(np.zeros(100_000, bool), clusters))
    assert found.interval.value == found.interval.low == found.effective == 0
    assert found.limit == pytest.approx(3.0 / 5000, rel=0.35)
    alone = quoted(groups(np.zeros(100_000, bool), rng.integers(0, 2**60, 100_000)))
    assert alone.limit == pytest.approx(3.0 / 100_000, rel=0.25)


def test_sums_of_weights():
    rng = np.random.default_rng(11)
    table = groups(rng.random(50_000) < 0.02, rng.integers(0, 2**60, 50_000))
    in_a, in_d = int(table[:, 0].sum()), int(table[:, 3].sum())
    found = sum_of(table, np.array([1, 0, 0, 0.001]))
    assert found.interval.value == pytest.approx((in_a + in_d / 1000) / 50_000, rel=1e-12)
    assert found.interval.low < found.interval.value < found.interval.high
    assert found.effective == pytest.approx(in_a, rel=0.25)
    everything = sum_of(table, np.ones(4))
    assert everything.interval.value == everything.interval.low == everything.interval.high == 1
    off = sum_of(table, np.zeros(4))
    assert (off.interval.value, off.interval.high, off.limit) == (0, 0, 0)
    rare = sum_of(table, np.array([0, 0.5, 0, 0]))
    assert rare.interval.value == 0
    assert 0 < rare.limit < 0.5 * 6 / 50_000


def test_a_limit_allows_for_unseen_events_of_the_region_that_is_prescaled_least():
    kept = np.array([1.0, 0.1, 0.1, 0.01])
    none_of_2000 = quoted_efficiency(0, 2000, 2.0)
    alone = quoted_sum(np.array([0, 0, 0, 2000]), kept, 2.0)
    assert (alone.interval.value, alone.interval.low) == (0.01, 0.01)
    assert alone.limit == alone.interval.high == pytest.approx(0.01 + 0.99 * none_of_2000.limit)
    assert alone.effective == 1000
    some = quoted_sum(np.array([0, 1, 0, 40]), kept, 2.0)
    assert some.limit == quoted_efficiency(0, 41, 2.0).limit > some.interval.high


def test_no_more_effective_events_than_events():
    found = quoted_sum(np.array([0, 0, 300, 700]), np.array([1.0, 0.1, 0.1, 0.09]), 2.0)
    assert found.effective == pytest.approx(500, rel=0.01)
    one = quoted_sum(np.array([0, 0, 300, 700]), np.array([0, 0, 0.1, 0]), 2.0)
    assert one.effective == pytest.approx(150)


def test_the_effect_of_a_sum_is_that_of_its_region():
    rng = np.random.default_rng(12)
    table = groups(
        np.repeat(rng.random(2000) < 0.1, 10), np.repeat(rng.integers(0, 2**60, 2000), 10)
    )
    one = design_effect(table[:, 0], table.sum(axis=1))
    assert sum_effect(table, np.array([0.5, 0, 0, 0])) == pytest.approx(one)
    assert one == pytest.approx(10, rel=0.3)
    assert sum_effect(table, np.ones(4)) > 5  # no weight varies: all events


def test_record():
    few = quoted_efficiency(5, 1000, 1.0).to_json(InputRate(1e6, "given"))
    assert few["hz"]["value"] == 5000
    assert few["hz"]["upper_limit"] == few["efficiency"]["upper_limit"] * 1e6 > 5000
    many = quoted_efficiency(500, 1000, 1.0).to_json(None)
    assert many["hz"] is None
    assert many["efficiency"]["upper_limit"] is None
    assert many["effective_events"] == 500


def test_one_cluster_is_one_event():
    passing, total = np.zeros((2, 256), np.int64)
    passing[3], total[3] = 20, 80
    assert design_effect(passing, total) == 80
    assert quoted_efficiency(20, 80, 80.0).effective == 0.25
