"""Planes beside the cut hold no event of region A, and their factors are right with errors."""

import math

import numpy as np
import pytest

from trigger_ad.abcd.beside import LEVERS, OUTSIDE, ScoredSample, beside, factors
from trigger_ad.abcd.estimate import cluster_counts, estimate, estimate_drawn
from trigger_ad.errors import WorkingPointError
from trigger_ad.statistics.strata import Stratified
from trigger_ad.trigger.decide import region_of


def sample(rng, events=40_000, clusters=None, drawn=None):
    pair = rng.integers(0, 1000, events), rng.integers(0, 1000, events)
    return ScoredSample.of(pair, drawn, clusters)


CUTS = (990, 600)  # one tight, one loose


def test_no_event_of_region_a_and_all_others_are_used(rng):
    own = sample(rng)
    planes = beside(CUTS, own)
    assert len(planes) == 3 * len(LEVERS)
    region = region_of(own.score1, own.score2, *CUTS)
    for plane in planes:
        codes = plane.codes(own)
        assert (codes[region == 0] == OUTSIDE).all()
        assert set(codes.tolist()) == {0, 1, 2, 3, OUTSIDE}
    one = planes[0].codes(own)  # below the cut of score 1: regions C and D
    assert ((one != OUTSIDE) == (region >= 2)).all()


def test_lower_cuts_multiply_the_odds_of_loose_and_of_tight_cuts(rng):
    own = sample(rng, 200_000)
    for lever, plane in zip(LEVERS, beside(CUTS, own)[2::3], strict=True):
        for score, cut, low in zip((own.score1, own.score2), CUTS, plane.cuts, strict=True):
            part, lower = np.mean(score >= cut), np.mean(score >= low)
            assert lower / (1 - lower) == pytest.approx(lever * part / (1 - part), rel=0.05)


def test_scores_without_lower_values_have_fewer_planes(rng):
    coarse = ScoredSample.of((rng.integers(0, 2, 500), rng.integers(0, 50, 500)), None)
    assert {plane.name[:21] for plane in beside((1, 30), coarse)} == {"score 2 below its cut"}


def test_one_plane_is_the_estimate_of_its_events(rng):
    clusters = rng.integers(0, 8000, 40_000)
    own = sample(rng, clusters=clusters)
    region = region_of(own.score1, own.score2, *CUTS)
    found, known = factors([region], own), cluster_counts(region, clusters)
    wanted = estimate(known.sum(axis=0), known)
    assert math.exp(-found.value[0]) == pytest.approx(wanted.ratio)
    assert found.error[0] == pytest.approx(wanted.ratio_error / wanted.ratio)
    assert found.effective[0] == pytest.approx(wanted.effective, rel=0.05)
    drawn = Stratified.of(rng.integers(0, 2, 40_000), (0.97, 0.03), clusters, (0.01, 0.2))
    own = ScoredSample.of((own.score1, own.score2), drawn)
    found, wanted = factors([region], own), estimate_drawn(region, drawn)
    assert math.exp(-found.value[0]) == pytest.approx(wanted.ratio)
    assert found.error[0] == pytest.approx(wanted.ratio_error / wanted.ratio)
    assert found.effective[0] == pytest.approx(wanted.effective)


def test_covariance_is_the_scatter_and_region_a_is_independent(rng):
    rows, errors = [], []
    for _ in range(150):
        own = sample(rng, 5000)
        cuts = (800, 500)
        planes = beside(cuts, own)
        codes = [region_of(own.score1, own.score2, *cuts), *(p.codes(own) for p in planes)]
        found = factors(codes, own)
        rows.append(found.value)
        errors.append(found.covariance)
    scatter, wanted = np.cov(np.array(rows).T), np.mean(errors, axis=0)
    size = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    assert np.abs((scatter - wanted) / size).max() < 0.4
    assert np.abs(wanted[0, 1:] / size[0, 1:]).max() < 0.03  # planes say nothing of A's own chance
    assert (np.abs(np.mean(rows, axis=0)) < 4 * np.sqrt(np.diag(wanted) / 150) + 0.005).all()


def test_an_empty_region_is_refused(rng):
    own = sample(rng, 100)
    with pytest.raises(WorkingPointError, match="the planes must leave events in all four regions"):
        factors([np.full(100, 3, np.uint8)], own)
