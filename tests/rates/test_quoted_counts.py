"""Rates from counts by stratum, of all events and of a bin."""

import numpy as np
import pytest

from trigger_ad.events.strata import Strata
from trigger_ad.rates.quoted_counts import quoted_counts
from trigger_ad.rates.stratified import quoted_fractions
from trigger_ad.statistics.moments import Moments

STRATA = Strata(("soft", "hard"), (0.98, 0.02))
REGIONS = np.array([[0.002, 0.018, 0.03, 0.95], [0.3, 0.2, 0.2, 0.3]])
DRAWN = np.array([20_000, 10_000])
KEPT = np.column_stack([np.eye(4), [1, 0.1, 0.1, 0.01]])


def groups(rng, clusters=256):
    """Events of both strata in the regions by group; clusters of several events in one group."""
    shares = np.stack([np.outer(np.full(clusters, 1 / clusters), row) for row in REGIONS])
    rows = zip(DRAWN, shares, strict=True)
    return np.stack([rng.multinomial(n, s.ravel()).reshape(-1, 4) for n, s in rows])


def test_all_events_are_rated_as_their_groups_are(rng):
    table = groups(rng)
    design = Moments.of(KEPT, table).effects()
    found = quoted_counts(table.sum(axis=1), DRAWN, DRAWN, design, STRATA, KEPT)
    for mine, other in zip(found, quoted_fractions(table, KEPT, STRATA), strict=True):
        assert mine.interval.value == pytest.approx(other.interval.value, rel=1e-12)
        assert mine.effective == pytest.approx(other.effective, rel=1e-12)
        lengths = [one.interval.high - one.interval.low for one in (mine, other)]
        assert 0.999 < lengths[0] / lengths[1] < 1.2  # effects below 1 are taken as 1


def test_a_bin_in_which_strata_are_unlike_all_events(rng):
    """The rate of its events, with the error of how many of each stratum are there."""
    inside, design = np.array([0.1, 0.4]), np.ones((2, 1))
    truth = (inside * STRATA.probabilities) @ REGIONS[:, 0] / (inside @ STRATA.probabilities)
    found = []
    for _ in range(1500):
        part = rng.binomial(DRAWN, inside)
        a = rng.binomial(part, REGIONS[:, 0])
        found += quoted_counts(a[:, None], part, DRAWN, design, STRATA)
    values = np.array([quoted.interval.value for quoted in found])
    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / np.sqrt(1500) + 1e-4)
    covered = [quoted.interval.low <= truth <= quoted.interval.high for quoted in found]
    assert 0.935 < np.mean(covered) < 0.985
    plain = truth * (1 - truth) / quoted_effective(found, truth)
    assert values.std() == pytest.approx(np.sqrt(plain), rel=0.25)


def quoted_effective(found, truth):
    """Events that give the mean effective ones at this rate."""
    return np.mean([quoted.effective for quoted in found]) / truth


def test_a_stratum_that_the_bin_has_no_events_of_may_have_some():
    a, part = np.array([[0], [50]]), np.array([0, 100])
    (found,) = quoted_counts(a, part, DRAWN, np.ones((2, 1)), STRATA)
    assert found.interval.value == pytest.approx(0.5)
    assert found.interval.high > 0.9  # one soft event weighs as much as 24 hard ones


def test_a_limit_from_few_events_is_no_more_than_all():
    weights = np.column_stack([KEPT, [1, 0, 0, 0.5]])
    passing = np.array([[0, 1, 0, 1], [0, 0, 0, 0]])
    found = quoted_counts(passing, np.array([2, 0]), DRAWN, np.full((2, 6), 2.0), STRATA, weights)
    limits = [quoted.limit for quoted in found]
    assert limits[:2] == [1, 1]
    assert limits[5] == 1
    for quoted in found:
        assert max(quoted.interval.high, quoted.limit) <= 1
