"""How the scores depend on each other within bins."""

import numpy as np
import pytest

from tests.invariance.crossings import in_strata
from trigger_ad.abcd.estimate import cluster_counts, estimate, estimate_drawn
from trigger_ad.abcd.verdict import Verdict, verdict
from trigger_ad.invariance import inside as module
from trigger_ad.invariance.inside import closure_inside, correlation_inside, inside
from trigger_ad.invariance.sample import Sample, drawn_alike, tenth
from trigger_ad.statistics.distance_correlation import distance_correlation
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of

N = 40_000
CUTS = (130, 130)


def scores(seed, slope=0.0, size=N):
    """A pair of scores, the second of which follows the first with this slope."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(100, 25, (2, size))
    return first.astype(int), (second + slope * (first - 100)).astype(int)


def sample_of(pair, drawn=None):
    words = np.zeros((len(pair[0]), 1), np.int32)
    return Sample(words, pair, drawn or drawn_alike(np.arange(len(pair[0]))))


def everything(size=N):
    return np.ones(size, bool)


def test_closure_of_all_events_is_that_of_the_estimate():
    region = region_of(*scores(1), *CUTS)
    clusters = np.random.default_rng(2).integers(0, N // 3, N)
    expected = estimate(np.bincount(region), cluster_counts(region, clusters))
    found = closure_inside(region, everything(), drawn_alike(clusters))
    assert (found.observed, found.predicted) == (expected.observed, expected.predicted)
    assert found.interval95 == pytest.approx((expected.low, expected.high), rel=1e-3)
    assert found.effective_events == pytest.approx(expected.effective)


def test_closure_of_strata_is_that_of_the_estimate():
    region = region_of(*scores(1), *CUTS)
    clusters = np.random.default_rng(2).integers(0, N // 3, N)
    plain = in_strata(N, 0.6, clusters=clusters)
    drawn = Stratified.of(plain.places, plain.probabilities, clusters, (0.0, 0.1))
    expected = estimate_drawn(region, drawn)
    found = closure_inside(region, everything(), drawn)
    assert found.ratio == pytest.approx(expected.ratio)
    assert found.interval95 == pytest.approx((expected.low, expected.high), rel=1e-3)
    assert found.effective_events == pytest.approx(expected.effective, rel=0.02)


def test_closure_in_a_bin_is_that_of_its_events():
    region = region_of(*scores(1), *CUTS)
    chosen = np.random.default_rng(5).random(N) < 0.5
    alone = estimate(np.bincount(region[chosen]))
    found = closure_inside(region, chosen, drawn_alike(np.arange(N)))
    assert found.observed == alone.observed
    assert found.interval95 == pytest.approx((alone.low, alone.high), rel=1e-3)


def test_dependence_within_bins_that_cancels_in_all_events_is_found(monkeypatch):
    """Half of the events has scores that go together, half such that go apart."""
    monkeypatch.setattr(module, "EVENTS", 4000)
    parts = [scores(seed, slope) for seed, slope in ((1, 0.4), (2, -0.4))]
    first, second = (np.concatenate(of) for of in zip(*parts, strict=True))
    sample = sample_of((first, second))
    one = np.arange(2 * N) < N
    bins = {"all": everything(2 * N), "up": one, "down": ~one}
    rows = {
        name: inside("flavour", name, events, sample, {"tenth": CUTS, "working_point": CUTS})
        for name, events in bins.items()
    }
    up, down = rows["up"].closure["tenth"], rows["down"].closure["tenth"]
    assert verdict(up.interval95, up.effective_events) is Verdict.FAILS
    assert up.ratio < 0.7
    assert down.ratio > 1.4
    for row in (rows["up"], rows["down"]):
        assert 0.28 < row.correlation.low < row.correlation.high < 0.42
    assert rows["all"].correlation.high < 0.2
    assert rows["all"].correlation.events == 4000
    assert rows["up"].events == N


def test_an_empty_region_is_no_closure():
    first, second = scores(1)
    found = closure_inside(region_of(first, second, 400, 130), everything(), sample_of_plain())
    assert (found.observed, found.ratio, found.interval95) == (0, None, None)
    assert found.effective_events == 0
    all_in_a = region_of(first, second, -400, -400)
    none_in_d = closure_inside(all_in_a, everything(), sample_of_plain())
    assert (none_in_d.observed, none_in_d.predicted) == (N, None)


def sample_of_plain():
    return drawn_alike(np.arange(N))


def test_correlation_of_independent_scores_is_none():
    """Without the correction for its bias the squared value is one over the events at least."""
    pairs = [scores(seed, size=2000) for seed in range(12)]
    found = [correlation_inside(sample_of(pair), everything(2000)) for pair in pairs]
    biased = [distance_correlation(*pair) for pair in pairs]
    assert sum(one.low == 0 for one in found) >= 11
    assert np.mean([one.value**2 for one in found]) < 0.4 * np.mean(biased)


def test_correlation_covers_the_truth():
    """That of 100,000 events, from 3,000 of them."""
    truth = np.sqrt(distance_correlation(*scores(99, 0.3, 100_000)))
    found = [
        correlation_inside(sample_of(scores(seed, 0.3, 3000)), everything(3000))
        for seed in range(12)
    ]
    assert sum(one.low <= truth <= one.high for one in found) >= 10
    assert np.mean([one.value for one in found]) == pytest.approx(truth, rel=0.02)
    assert np.mean([one.high - one.low for one in found]) < 0.5 * truth


def test_correlation_of_strata_is_that_of_all_events(monkeypatch):
    """Hard events, a tenth of all, have scores that go together; most that are drawn are hard."""
    monkeypatch.setattr(module, "EVENTS", 6000)
    drawn = in_strata(N, 0.2)
    first, second = scores(7)
    second = np.where(drawn.places == 1, first + second // 8, second)
    found = correlation_inside(sample_of((first, second), drawn), everything())
    truth = np.sqrt(distance_correlation(first, second, drawn.weights))
    plain = correlation_inside(sample_of((first, second)), everything())
    assert found.low < truth < found.high
    assert plain.low > found.high


def test_few_events_have_no_correlation():
    pair = scores(1)
    assert correlation_inside(sample_of(pair), np.arange(N) < 90) is None
    assert correlation_inside(sample_of(pair), np.zeros(N, bool)) is None
    together = sample_of(pair, drawn_alike(np.arange(N) // 400))
    assert correlation_inside(together, np.arange(N) < 4000) is None  # ten clusters


def test_the_cut_that_a_tenth_passes():
    score = np.repeat(np.arange(100), 10)
    assert tenth(score, drawn_alike(np.arange(1000))) == (90, pytest.approx(0.1))
    coarse = np.repeat([0, 5, 9], [700, 286, 14])
    assert tenth(coarse, drawn_alike(np.arange(1000))) == (9, pytest.approx(0.014))
    drawn = Stratified.of((score >= 50).astype(int), (0.9, 0.1))
    assert tenth(score, drawn) == (50, pytest.approx(0.1))
