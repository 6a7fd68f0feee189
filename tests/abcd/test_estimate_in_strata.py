"""Closure of events drawn in strata: that of all events, with intervals that cover."""

from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.abcd.closure import closure
from trigger_ad.abcd.estimate import cluster_counts, estimate, estimate_in_strata, from_counts
from trigger_ad.errors import ConfigError, WorkingPointError
from trigger_ad.events.strata import Strata
from trigger_ad.statistics.strata import Stratified

STRATA = Strata(("soft", "hard"), (0.95, 0.05))

#: Parts of the regions within each stratum.
PARTS = np.array([[0.002, 0.05, 0.04, 0.908], [0.10, 0.20, 0.15, 0.55]])


def drawn(rng, sizes, copies=1):
    """Tables of clusters of `copies` equal events."""
    return [
        copies * np.eye(4, dtype=np.int64)[rng.choice(4, size // copies, p=parts)]
        for size, parts in zip(sizes, PARTS, strict=True)
    ]


def truth():
    a, b, c, d = np.array(STRATA.probabilities) @ PARTS
    return b * c / (d * a)


def test_one_stratum_or_strata_alike_change_nothing(rng):
    table = cluster_counts(rng.integers(0, 4, 900).astype(np.uint8), rng.integers(0, 300, 900))
    plain = estimate(table.sum(axis=0), table)
    whole = estimate_in_strata([table], Strata(("all",), (1.0,)))
    for name in ("observed", "predicted", "ratio", "ratio_error", "low", "high"):
        assert getattr(whole, name) == pytest.approx(getattr(plain, name), rel=1e-12), name


def test_the_ratio_is_that_of_all_events(rng):
    found = [estimate_in_strata(drawn(rng, (20_000, 20_000)), STRATA) for _ in range(40)]
    ratios = np.array([one.ratio for one in found])
    assert ratios.mean() == pytest.approx(truth(), abs=4 * ratios.std() / np.sqrt(40))
    part = (np.array(STRATA.probabilities) @ PARTS)[0]
    assert np.mean([one.observed for one in found]) == pytest.approx(40_000 * part, rel=0.02)


@pytest.mark.parametrize("copies", [1, 4])
def test_errors_are_the_spread_and_intervals_cover(rng, copies):
    found = [estimate_in_strata(drawn(rng, (30_000, 10_000), copies), STRATA) for _ in range(1500)]
    logs = np.log([one.ratio for one in found])
    errors = np.array([one.ratio_error / one.ratio for one in found])
    assert errors.mean() == pytest.approx(logs.std(), rel=0.06)
    covered = np.mean([one.low <= truth() <= one.high for one in found])
    assert covered == pytest.approx(0.95, abs=0.02)
    observed = np.array([one.observed for one in found])
    effective = np.mean([one.effective for one in found])
    assert effective == pytest.approx((observed.mean() / observed.std()) ** 2, rel=0.12)


def test_counts_alone_are_independent_events(rng):
    tables = drawn(rng, (3000, 2000))
    counts, sizes = np.array([table.sum(axis=0) for table in tables]), np.array([3000, 2000])
    one, other = from_counts(counts, sizes, STRATA), estimate_in_strata(tables, STRATA)
    for name in ("observed", "predicted", "predicted_error", "ratio", "ratio_error", "effective"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12), name
    assert one.interval(0.95) == (one.low, one.high)
    low, high = one.interval(0.68)
    assert np.log(high / low) == pytest.approx(2 * 0.99446 * one.ratio_error / one.ratio, rel=1e-4)


def test_events_outside_of_a_bin_add_nothing_but_scatter(rng):
    """How many events of a stratum are in the bin is not fixed."""
    sizes, inside = np.array([30_000, 10_000]), np.array([[0.2], [0.5]])
    chances = np.column_stack([PARTS * inside, 1 - inside])
    tables = np.stack([rng.multinomial(n, p, 3000) for n, p in zip(sizes, chances, strict=True)], 1)
    found = [from_counts(table[:, :4], sizes, STRATA) for table in tables]
    a, b, c, d = np.array(STRATA.probabilities) @ chances[:, :4]
    logs = np.log([one.ratio * d * a / (b * c) for one in found])
    errors = np.array([one.ratio_error / one.ratio for one in found])
    assert logs.mean() == pytest.approx(0, abs=4 * logs.std() / np.sqrt(3000) + 0.002)
    assert errors.mean() == pytest.approx(logs.std(), rel=0.05)


def test_strata_make_the_errors_smaller(rng):
    """Where region A is filled by a rare stratum."""
    plain = drawn(rng, (38_000, 2000))
    table = np.concatenate(plain)
    alike = estimate(table.sum(axis=0), table)
    better = estimate_in_strata(drawn(rng, (20_000, 20_000)), STRATA)
    assert better.ratio_error / better.ratio < 0.95 * alike.ratio_error / alike.ratio
    assert better.effective > 1.5 * alike.effective


def test_closure_of_a_split(rng):
    stratum = rng.integers(0, 2, 6000)
    scores = [(rng.exponential(1, 6000) + 2 * stratum) * 100 for _ in range(2)]
    pair = tuple(score.astype(np.int64) for score in scores)
    clusters = rng.integers(0, 3000, 6000)
    own = Stratified.of(stratum, STRATA.probabilities, clusters)
    (point,) = closure("firmware", pair, pair, [0.05], clusters, (own, own))
    region = point.point.regions(*pair)
    assert point.efficiency == pytest.approx(0.05, rel=0.02)  # thresholds are of all events
    a = [np.mean(region[stratum == place] == 0) for place in (0, 1)]
    assert point.efficiency == pytest.approx(float(np.dot(STRATA.probabilities, a)), rel=1e-12)
    (plain,) = closure("firmware", pair, pair, [0.05], clusters)
    assert plain.efficiency == pytest.approx(np.mean(plain.point.regions(*pair) == 0))
    assert plain.point.threshold1 > 1.3 * point.point.threshold1


def test_what_is_refused(rng):
    tables = drawn(rng, (1000, 1000))
    with pytest.raises(ConfigError, match="must have events of stratum hard: draw more of it"):
        estimate_in_strata([tables[0], tables[1][:0]], STRATA)
    with pytest.raises(ConfigError, match="must have events of stratum hard: draw more of it"):
        from_counts(np.ones((2, 4), np.int64), np.array([4, 0]), STRATA)
    with pytest.raises(WorkingPointError):
        from_counts(np.array([[0, 1, 1, 1]] * 2), np.array([9, 9]), STRATA)
    tables = [table[table[:, 0] == 0] for table in tables]
    with pytest.raises(WorkingPointError):
        estimate_in_strata(tables, STRATA)


def test_errors_of_probabilities_are_in_that_of_the_ratio(rng):
    """To first order: by how much the ratio moves where the probability is another one."""
    tables = drawn(rng, (30_000, 30_000))
    exact = estimate_in_strata(tables, STRATA)
    soft, hard = STRATA.probabilities
    moved = Strata(STRATA.names, (soft - 0.01 * hard, 1.01 * hard))
    slope = np.log(estimate_in_strata(tables, moved).ratio / exact.ratio) / 0.01
    known = replace(STRATA, errors=(0.2 * hard / soft, 0.2))
    found = estimate_in_strata(tables, known)
    added = np.sqrt(found.ratio_error**2 - exact.ratio_error**2) / found.ratio
    assert found.ratio == exact.ratio
    assert added > exact.ratio_error / exact.ratio
    assert added == pytest.approx(abs(slope) * 0.2, rel=0.1)
    assert found.effective < exact.effective
