"""Ratios of rates have intervals that hold when the largest and the smallest are looked for."""

import numpy as np
import pytest

from trigger_ad.statistics.contrasts import largest_over_smallest, one_over_other
from trigger_ad.statistics.strata import Stratified


def repeated(rng, truth, times=2000):
    """Intervals of repetitions, counts of a Poisson distribution behind each figure."""
    counts = rng.poisson(truth, (times, len(truth)))
    return [largest_over_smallest(row.astype(float), np.diag(1 / row)) for row in counts]


@pytest.mark.parametrize(
    ("truth", "least", "most"),
    [([500.0] * 8, 0.94, 0.975), ([500.0, 700, 600, 560], 0.95, 1.0), ([400.0, 500], 0.94, 0.96)],
)
def test_coverage(rng, truth, least, most):
    """Of equal rates 95 %, which intervals of the observed extremes alone miss by far."""
    found = repeated(rng, truth)
    ratio = max(truth) / min(truth)
    inside = np.mean([one.low <= ratio <= one.high for one in found])
    assert least <= inside <= most
    assert all(1 <= one.low <= one.value <= one.high for one in found)


def test_covariance_counts():
    """Figures that go up and down together are less far apart than independent ones."""
    values, alone = np.array([1.0, 1.3]), np.diag([0.01, 0.01])
    together = alone + 0.009 * (1 - np.eye(2))
    wide, narrow = (largest_over_smallest(values, c) for c in (alone, together))
    assert wide.low == 1 < narrow.low < narrow.high < wide.high


def test_the_last_over_the_first(rng):
    counts = rng.poisson([400.0, 90.0, 200.0], (2000, 3))
    found = [one_over_other(row.astype(float), np.diag(1 / row)) for row in counts]
    inside = np.mean([one.low <= 0.5 <= one.high for one in found])
    assert 0.935 <= inside <= 0.965


def drawn_in_clusters(rng, errors=()):
    places = np.repeat([0, 1], [900, 300])
    return Stratified.of(places, (0.9, 0.1), rng.integers(0, 100, 1200), errors)


def test_covariance_of_strata_is_that_of_the_mean(rng):
    """`variance` sums the same clusters another way."""
    drawn = drawn_in_clusters(rng)
    values = rng.normal(size=(1200, 2)) + drawn.places[:, None]
    shares = drawn.weights[:, None] * values / 1200
    found = drawn.covariance(shares)
    assert np.allclose(np.diag(found), [drawn.variance(column) for column in values.T])
    total = drawn.covariance(shares.sum(axis=1)[:, None])[0, 0]
    assert total == pytest.approx(found.sum())


def test_errors_of_probabilities_add_to_it(rng):
    shares = np.ones((1200, 1)) / 1200
    exact, measured = (
        drawn_in_clusters(np.random.default_rng(1), errors).covariance(shares)
        for errors in ((), (0.0, 0.2))
    )
    assert exact == pytest.approx(0)
    assert measured == pytest.approx((0.2 * 300 / 1200) ** 2)


def test_a_bin_is_that_of_the_events_in_it(rng):
    """Of a plain sample the fraction in a bin is that of the events there alone."""
    drawn = Stratified.of(np.zeros(5000, int), (1.0,), rng.integers(0, 800, 5000))
    passing = (rng.random((5000, 1)) < 0.2).astype(float)
    inside = rng.random(5000) < 0.4
    found = drawn.inside(passing, inside)
    alone = drawn.taken(inside).efficiency(passing[inside, 0] > 0)
    assert found.value[0] == pytest.approx(passing[inside].mean())
    assert (found.low[0], found.high[0]) == pytest.approx((alone.low, alone.high), rel=1e-6)


def test_worth_counts_clusters(rng):
    clusters = np.repeat(np.arange(500), 4)
    drawn = Stratified.of(np.zeros(2000, int), (1.0,), clusters)
    chosen = np.repeat(rng.random(500) < 0.25, 4)
    assert drawn.worth(chosen) == pytest.approx(chosen.sum() / 4)
    assert drawn.worth(np.zeros(2000, bool)) == 0
    assert drawn.worth(np.ones(2000, bool)) == pytest.approx(500)


def test_worth_counts_weights():
    """One event of a heavy stratum among many of a light one is hardly more than one."""
    drawn = Stratified.of(np.repeat([0, 1], [10, 1000]), (0.99, 0.01))
    chosen = np.arange(1010) >= 9
    assert drawn.worth(chosen) == pytest.approx((0.099 + 0.01) ** 2 / (0.099**2 + 1e-10 * 1000))
