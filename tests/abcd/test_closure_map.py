"""Closure over a grid of cuts: each cell is the estimate at its cuts, of any efficiencies."""

import math

import numpy as np
import pytest

from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.closure_map import EFFICIENCIES, ClosureMap, closure_map
from trigger_ad.abcd.estimate import cluster_counts, estimate, estimate_drawn
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of


def pair(rng, events):
    return rng.integers(0, 4000, events), rng.integers(0, 4000, events)


@pytest.fixture(scope="module")
def plain():
    rng = np.random.default_rng(2)
    clusters = rng.integers(0, 9000, 30_000)
    test = ScoredSample.of(pair(rng, 30_000), None, clusters)
    return test, clusters, closure_map(ScoredSample.of(pair(rng, 20_000), None), test)


def test_cuts_are_as_near_as_the_scores_allow(plain):
    found = plain[2]
    for own in (found.efficiencies1, found.efficiencies2):
        assert own == pytest.approx(EFFICIENCIES, rel=0.15)


def test_cells_are_estimates(plain):
    test, clusters, found = plain
    for column, row in ((0, 0), (1, 5), (6, 3)):
        cuts = found.thresholds1[column], found.thresholds2[row]
        region = region_of(test.score1, test.score2, *cuts)
        table = cluster_counts(region, clusters)
        wanted = estimate(table.sum(axis=0), table)
        assert found.ratio[row][column] == pytest.approx(wanted.ratio)
        # 256 groups of clusters: an error of an error
        assert found.ratio_error[row][column] == pytest.approx(wanted.ratio_error, rel=0.2)
    assert found.effective_events[row][column] == pytest.approx(wanted.effective, rel=0.3)


def test_pulls_of_scores_that_are_independent(plain):
    found = plain[2]
    pulls = [p for p, k in zip(sum(found.pull, ()), sum(found.known, ()), strict=True) if k]
    assert len(pulls) > 30
    assert max(map(abs, pulls)) < 4


def test_few_events_and_empty_regions(plain):
    found = plain[2]
    assert not found.known[-1][-1]
    assert found.known[0][0]
    assert found.ratio[-1][-1] is None or found.effective_events[-1][-1] < 100
    assert ClosureMap.from_json(found.to_json(), "map") == found


def test_strata(rng):
    first, second = pair(rng, 30_000)
    drawn = Stratified.of(rng.integers(0, 2, 30_000), (0.97, 0.03), None, (0.001, 0.02))
    hard = drawn.places == 1
    first, second = np.where(hard, first + 1500, first), np.where(hard, second + 1500, second)
    own = ScoredSample.of((first, second), drawn)
    found = closure_map(own, own)
    assert found.efficiencies1 == pytest.approx(EFFICIENCIES, rel=0.15)
    cuts = found.thresholds1[4], found.thresholds2[4]
    wanted = estimate_drawn(region_of(first, second, *cuts), drawn)
    assert found.ratio[4][4] == pytest.approx(wanted.ratio)
    assert found.ratio_error[4][4] == pytest.approx(wanted.ratio_error, rel=0.2)
    assert found.pull[4][4] == pytest.approx(
        (1 - wanted.ratio) / (wanted.ratio_error / wanted.ratio), rel=0.2
    )
    assert math.isfinite(found.effective_events[4][4])


def test_coarse_scores_have_fewer_cuts(rng):
    own = ScoredSample.of((rng.integers(0, 3, 900), rng.integers(0, 4000, 900)), None)
    assert len(closure_map(own, own).thresholds1) == 2
