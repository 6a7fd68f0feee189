"""Errors of rates in cases where they are known."""

import numpy as np
import pytest

from trigger_ad.events.strata import Strata
from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.uncertainty import bootstrap, shared

LIBRARY, CROSSINGS, Q = 300, 2000, 0.2


def samples(number, seed):
    """Rates of libraries of `LIBRARY` collisions that fire with probability `Q`."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        fires = rng.random(LIBRARY) < Q
        identity = rng.integers(0, LIBRARY, CROSSINGS)
        yield fires[identity], identity


VARIANCE = Q * (1 - Q) * (1 / LIBRARY + (1 - 1 / LIBRARY) / CROSSINGS)


def test_the_known_variance_is_the_scatter_of_rates():
    rates = [fires.mean() for fires, _ in samples(2000, 1)]
    assert np.var(rates) == pytest.approx(VARIANCE, rel=0.15)


def test_bootstrap_has_the_known_variance():
    found = [bootstrap(f, i, 100, 7).var() for f, i in samples(60, 2)]
    assert np.mean(found) == pytest.approx(VARIANCE, rel=0.1)


def test_without_sharing_it_is_binomial():
    fires = np.random.default_rng(1).random(4000) < 0.1
    found = bootstrap(fires, np.arange(4000), 500, 7).var()
    assert found == pytest.approx(0.09 / 4000, rel=0.2)


def test_many_triggers_at_once():
    fires, identity = next(samples(1, 4))
    table = np.stack([fires, ~fires, np.ones_like(fires)], axis=1)
    found = bootstrap(table, identity, 20, 7)
    assert found.shape == (20, 3)
    np.testing.assert_allclose(found[:, 0] + found[:, 1], 1)
    assert (found[:, 2] == 1).all()
    np.testing.assert_array_equal(found[:, 0], bootstrap(fires, identity, 20, 7))


def test_collisions_are_drawn_within_strata():
    """With a hard stratum that is a hundredth of all crossings and half of the sample."""
    strata = Strata(("soft", "hard"), (0.99, 0.01))
    stratum = np.repeat([0, 1], CROSSINGS)
    rates, found = [], []
    for (soft, first), (hard, second) in zip(samples(300, 8), samples(300, 9), strict=True):
        fires, identity = np.concatenate([~soft, hard]), np.concatenate([first, LIBRARY + second])
        rates.append(0.99 * fires[stratum == 0].mean() + 0.01 * hard.mean())
        if len(found) < 60:
            found.append(bootstrap(fires, identity, 100, 7, stratum, strata).var())
    known = (0.99**2 + 0.01**2) * VARIANCE
    assert np.var(rates) == pytest.approx(known, rel=0.3)
    assert np.mean(found) == pytest.approx(known, rel=0.1)


def test_one_stratum_is_none():
    fires, identity = next(samples(1, 4))
    alike = bootstrap(fires, identity, 20, 7, np.zeros(CROSSINGS, np.int64))
    np.testing.assert_array_equal(alike, bootstrap(fires, identity, 20, 7))


def test_shared_collisions_of_one_per_crossing():
    """Q (1 - Q) / LIBRARY is what sharing adds to independent crossings."""
    found = [shared(f, Draws(np.ones(CROSSINGS, np.int64), i)) for f, i in samples(200, 3)]
    expected = Q * (1 - Q) / LIBRARY
    assert np.mean(found) == pytest.approx(expected, rel=0.1)


def test_shared_collisions_of_several_per_crossing():
    """A crossing fires if its collisions sum to an odd number: no single one matters."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(100):
        events = rng.integers(0, LIBRARY, (CROSSINGS, 4))
        fires = rng.integers(0, 2, LIBRARY)[events].sum(axis=1) % 2 == 1
        found.append(shared(fires, Draws(np.full(CROSSINGS, 4), events.ravel())))
    assert np.mean(found) == pytest.approx(0, abs=0.05 * 0.25 / CROSSINGS * 4)
