"""The slope of kappa in pile-up, from planes beside the cut."""

import numpy as np
import pytest

from trigger_ad.abcd.beside import ScoredSample, beside, factors
from trigger_ad.abcd.pileup_kappa import against_pileup

CUTS = (900, 500)


def sample(rng, events, slope=0.0):
    """Scores that are the more related the more collisions there are."""
    pileup = rng.integers(20, 80, events).astype(np.int32)
    one, two = rng.integers(0, 1000, events), rng.integers(0, 1000, events)
    both = rng.random(events) < slope * (pileup - 20) / 60
    two = np.where(both, one, two)
    return ScoredSample.of((one, two), None, pileup=pileup)


def slope_of(own, cuts=CUTS):
    planes = beside(cuts, own)[:1]
    return against_pileup(planes, own, factors([plane.codes(own) for plane in planes], own))


def test_scores_that_are_independent_have_none(rng):
    found = slope_of(sample(rng, 60_000))
    assert abs(found.slope) < 3 * found.error
    assert (found.bins[0].low, found.bins[-1].high) == (20, 79)
    assert [one.low for one in found.bins[1:]] == pytest.approx([40, 60], abs=1)
    assert found.reference == pytest.approx(49.5, abs=0.3)


def test_a_planted_slope_is_found(rng):
    found = slope_of(sample(rng, 60_000, slope=0.6))
    assert found.slope > 5 * found.error
    values = [one.value for one in found.bins]
    assert values == sorted(values)
    rise = np.log(values[-1] / values[0])
    distance = found.bins[-1].pileup - found.bins[0].pileup
    assert found.slope == pytest.approx(rise / distance, rel=0.15)


def test_pulls_are_standard_normal():
    rng = np.random.default_rng(11)
    found = [slope_of(sample(rng, 6000), (700, 500)) for _ in range(150)]
    pulls = np.array([one.slope / one.error for one in found])
    assert pulls.mean() == pytest.approx(0, abs=0.3)
    assert pulls.std() == pytest.approx(1, abs=0.2)


def test_unknown_pileup_and_few_events_say_nothing(rng):
    own = sample(rng, 3000)
    assert slope_of(ScoredSample.of((own.score1, own.score2), None)) is None
    unknown = np.full(3000, -1, np.int32)
    assert slope_of(ScoredSample.of((own.score1, own.score2), None, pileup=unknown)) is None
    assert slope_of(sample(rng, 3000), (990, 500)) is None
