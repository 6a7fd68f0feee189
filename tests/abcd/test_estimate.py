"""The ABCD estimate is exact where it must be and its errors cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.closure import closure
from trigger_ad.abcd.estimate import bootstrap_ratios, cluster_counts, estimate, predict
from trigger_ad.errors import WorkingPointError

SIZES = st.integers(1, 10**6)


@given(SIZES, SIZES, SIZES, SIZES)
def test_exact_on_factorised_counts(pass1, fail1, pass2, fail2):
    counts = np.array([pass1 * pass2, pass1 * fail2, fail1 * pass2, fail1 * fail2])
    assert predict(counts) == pytest.approx(counts[0], rel=1e-12)
    assert estimate(counts).ratio == pytest.approx(1, rel=1e-12)


@given(st.tuples(SIZES, SIZES, SIZES, SIZES))
def test_errors_of_independent_events(counts):
    values = estimate(np.array(counts))
    a, b, c, d = counts
    assert values.predicted_error / values.predicted == pytest.approx(
        (1 / b + 1 / c + 1 / d) ** 0.5
    )
    relative = (1 / a + 1 / b + 1 / c + 1 / d) ** 0.5
    assert values.ratio_error / values.ratio == pytest.approx(relative)
    assert np.log(values.high / values.ratio) == pytest.approx(1.959964 * relative, rel=1e-6)
    assert values.low * values.high == pytest.approx(values.ratio**2)
    assert values.effective == a


def test_single_events_as_clusters_change_nothing():
    rng = np.random.default_rng(1)
    region = rng.choice(4, 5000, p=[0.02, 0.08, 0.1, 0.8]).astype(np.uint8)
    table = cluster_counts(region, rng.permutation(5000))
    assert table.shape == (5000, 4)
    plain, clustered = estimate(table.sum(axis=0)), estimate(table.sum(axis=0), table)
    for name, value in plain.to_json().items():
        assert clustered.to_json()[name] == pytest.approx(value, rel=1e-12)


def test_copies_of_events_add_nothing():
    """Ten equal copies of each event have the errors of one copy."""
    region = np.random.default_rng(2).choice(4, 4000, p=[0.02, 0.08, 0.1, 0.8]).astype(np.uint8)
    once = estimate(np.bincount(region, minlength=4))
    table = cluster_counts(np.repeat(region, 10), np.repeat(np.arange(4000), 10))
    tenfold = estimate(table.sum(axis=0), table)
    assert tenfold.ratio_error == pytest.approx(once.ratio_error)
    assert tenfold.predicted_error / tenfold.predicted == pytest.approx(
        once.predicted_error / once.predicted
    )
    assert tenfold.effective == pytest.approx(once.observed)


def test_propagation_agrees_with_the_bootstrap():
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 12, 6000)
    favourite = rng.choice(4, 6000, p=[0.1, 0.2, 0.2, 0.5])
    region = np.where(
        rng.random(sizes.sum()) < 0.6,
        np.repeat(favourite, sizes),
        rng.choice(4, sizes.sum(), p=[0.1, 0.2, 0.2, 0.5]),
    ).astype(np.uint8)
    table = cluster_counts(region, np.repeat(np.arange(6000), sizes))
    values = estimate(table.sum(axis=0), table)
    ratios = bootstrap_ratios(table, 4000, seed=4)
    assert ratios.std() == pytest.approx(values.ratio_error, rel=0.05)
    assert np.quantile(ratios, [0.025, 0.975]) == pytest.approx([values.low, values.high], rel=0.02)
    assert values.ratio_error > 1.5 * estimate(table.sum(axis=0)).ratio_error
    assert np.array_equal(ratios, bootstrap_ratios(table, 4000, seed=4))


def test_coverage_of_the_interval():
    rng = np.random.default_rng(5)
    toys = rng.poisson([100, 900, 900, 8100], size=(2000, 4))
    covered = [e.low <= 1 <= e.high for e in map(estimate, toys)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("empty", range(4))
def test_an_empty_region(empty):
    counts = np.array([5, 50, 50, 500])
    counts[empty] = 0
    with pytest.raises(WorkingPointError) as caught:
        estimate(counts, name="the thresholds (3, 4)")
    found = ", ".join(f"{r} {n}" for r, n in zip("ABCD", counts, strict=True))
    assert str(caught.value) == (
        f"the thresholds (3, 4) must leave events in all four regions, not {found}: "
        "use more events or another efficiency"
    )


def independent(events, seed):
    return tuple(np.random.default_rng(seed).integers(0, 10_000, (2, events)))


def test_closure_of_independent_scores():
    points = closure(
        "firmware", independent(30_000, 1), independent(200_000, 2), [0.05, 0.02, 0.01]
    )
    assert [point.sm_efficiency for point in points] == [0.05, 0.02, 0.01]
    for point in points:
        row = point.to_json()
        assert row["interval95"]["low"] < 1 < row["interval95"]["high"]
        assert row["test_efficiency"] == pytest.approx(row["sm_efficiency"], rel=0.1)
        assert row["observed"] == row["test_efficiency"] * 200_000
        assert row["ratio"] == row["predicted"] / row["observed"]
        assert row["model"] == "firmware"


def test_closure_sees_correlation():
    rng = np.random.default_rng(6)
    common = rng.normal(size=(2, 60_000))
    samples = [tuple(c + 2 * rng.normal(size=(2, 60_000))) for c in common]
    (point,) = closure("float", *samples, [0.02])
    assert point.estimate.high < 0.9


def test_closure_takes_thresholds_from_the_threshold_split_only():
    threshold, test = independent(5000, 1), independent(5000, 2)
    (first,) = closure("x", threshold, test, [0.05])
    (second,) = closure("x", threshold, tuple(score + 100 for score in test), [0.05])
    assert first.point == second.point
    assert first.efficiency < second.efficiency


def test_closure_with_clusters_has_larger_errors():
    threshold, once = independent(5000, 1), independent(5000, 2)
    test = tuple(np.repeat(score, 4) for score in once)
    (plain,) = closure("x", threshold, test, [0.05])
    (clustered,) = closure("x", threshold, test, [0.05], np.repeat(np.arange(5000), 4))
    assert clustered.estimate.ratio_error == pytest.approx(2 * plain.estimate.ratio_error)
    assert clustered.to_json()["effective_events"] == pytest.approx(plain.estimate.observed / 4)


def test_closure_with_an_empty_region_on_the_test_split():
    test = (np.zeros(100, int), np.zeros(100, int))
    with pytest.raises(WorkingPointError, match=r"the SM efficiency 0.05 on the test split must"):
        closure("x", independent(5000, 1), test, [0.05])
