"""Kappa from the threshold split and from planes beside the cut, with a term for disagreement."""

import math

import numpy as np
import pytest

from trigger_ad.abcd.beside import Factors, ScoredSample
from trigger_ad.abcd.combined_kappa import SAME_CUT, combine, combined_kappa, corrected
from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.abcd.estimate import estimate
from trigger_ad.errors import CountsError
from trigger_ad.trigger.decide import region_of

CUTS = (980, 550)


def independent(rng, events):
    pair = rng.integers(0, 1000, events), rng.integers(0, 1000, events)
    return ScoredSample.of(pair, None)


def related(rng, events, part=0.1):
    """Some events have both scores high or both low."""
    one, two = rng.integers(0, 1000, events), rng.integers(0, 1000, events)
    both = rng.random(events) < part
    return ScoredSample.of((one, np.where(both, (one + two) // 2, two)), None)


def planes(values, error):
    number = len(values)
    return Factors(np.array(values), error**2 * np.eye(number), np.full(number, 400.0))


def test_scores_that_are_independent_have_kappa_one(rng):
    found = combined_kappa(CUTS, independent(rng, 40_000), independent(rng, 200_000))
    assert abs(found.value - 1) < 3 * found.error < 0.2
    assert [source.name for source in found.sources].count(SAME_CUT) == 1
    assert all(source.used for source in found.sources)
    assert len(found.sources) == 7


def test_kappa_does_not_look_at_region_a(rng):
    threshold, data = independent(rng, 40_000), independent(rng, 100_000)
    whole = combined_kappa(CUTS, threshold, data)
    kept = region_of(data.score1, data.score2, *CUTS) != 0
    blind = ScoredSample.of((data.score1[kept], data.score2[kept]), None)
    assert combined_kappa(CUTS, threshold, blind).value == pytest.approx(whole.value, rel=1e-12)


def test_planted_non_closure_is_found_and_mends_the_prediction(rng):
    threshold, data = related(rng, 100_000), related(rng, 400_000)
    counts = RegionCounts.of(region_of(data.score1, data.score2, *CUTS)).before
    plain = estimate(counts)
    found = combined_kappa(CUTS, threshold, data)
    record = corrected(plain, found)
    assert plain.significance > 5
    assert record.significance < 2
    assert record.interval95[0] < 1 < record.interval95[1]
    assert record.predicted == pytest.approx(found.value * plain.predicted)
    assert record.kappa_error / record.kappa > 0.02


def test_rule_of_the_combination():
    value, error, disagreement = combine(planes([0.1], 0.05), planes([0.0, 0.2], 0.01))
    draw = 0.1**2 * 2  # weighted scatter times K / (K - 1)
    variance = 0.01**2 / 2 + draw
    assert disagreement == pytest.approx(math.sqrt(draw))
    assert value == pytest.approx(0.1)
    assert error == pytest.approx((1 / 0.05**2 + 1 / variance) ** -0.5)


def test_planes_that_agree_are_known_no_better_than_one_of_them():
    _, error, disagreement = combine(None, planes([0.0, 0.0, 0.0], 0.03))
    assert disagreement == pytest.approx(0.03)
    assert error == pytest.approx(0.03 * math.sqrt(1 + 1 / 3))


def test_planes_count_no_more_than_the_cut():
    value, error, disagreement = combine(planes([0.1], 0.1), planes([0.0, 0.0], 0.01))
    assert disagreement == pytest.approx(0.1)
    variance = 0.01**2 / 2 + 0.1**2
    assert error == pytest.approx((1 / 0.1**2 + 1 / variance) ** -0.5)
    assert 0.05 < value < 0.051


def test_planes_that_are_not_like_region_a_count_little():
    value, error, disagreement = combine(planes([0.5], 0.03), planes([0.0, 0.0], 0.03))
    assert disagreement == pytest.approx(0.5)
    assert value == pytest.approx(0.5, abs=0.01)
    assert error == pytest.approx(0.03, rel=0.01)


def test_alone_each_is_what_it_is():
    assert combine(planes([0.1], 0.05), None) == (pytest.approx(0.1), pytest.approx(0.05), 0.0)


def test_planes_with_few_events_are_shown_and_not_used(rng):
    found = combined_kappa((995, 900), independent(rng, 40_000), independent(rng, 40_000))
    left = [source for source in found.sources if not source.used]
    assert left
    assert all(source.effective_events < 100 for source in left)


def test_too_few_events_say_nothing(rng):
    few = ScoredSample.of((np.arange(60) % 2, np.arange(60) // 2 % 2), None)
    empty = ScoredSample.of((np.zeros(60, int), np.zeros(60, int)), None)
    with pytest.raises(CountsError) as caught:
        combined_kappa((1, 1), empty, few)
    assert str(caught.value) == (
        "the non-closure factor of these thresholds must have 100 effective events in a plane "
        "beside the cut, not fewer in each: use more events or looser thresholds"
    )
