"""Expectations of independent prescalers are sums over all their outcomes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.menu import expectation

KEPT = st.sampled_from([0.0, 1.0, 0.5, 0.4, 1e-3, 1 / 42_949_672.95])


def enumerated(fired, kept):
    """Total, pure and proportional of one pattern, over all 2^s outcomes."""
    seeds = len(kept)
    total, pure, shares = 0.0, np.zeros(seeds), np.zeros(seeds)
    for outcome in product((0, 1), repeat=seeds):
        taken = np.array(outcome)
        chance = np.prod(np.where(taken, kept, 1 - kept))
        accepted = taken * fired
        number = accepted.sum()
        total += chance * (number > 0)
        pure += chance * accepted * (number == 1)
        shares += chance * accepted / max(number, 1)
    return total, pure, shares


@given(st.lists(st.tuples(st.booleans(), KEPT), min_size=1, max_size=7))
def test_expectations_equal_the_sum_over_outcomes(seeds):
    fired = np.array([[f for f, _ in seeds]])
    kept = np.array([q for _, q in seeds])
    total, pure, shares = enumerated(fired[0], kept)
    assert expectation.total(fired, kept)[0] == pytest.approx(total, rel=1e-9, abs=1e-15)
    assert expectation.pure(fired, kept)[0] == pytest.approx(pure, rel=1e-9, abs=1e-15)
    assert expectation.proportional(fired, kept)[0] == pytest.approx(shares, rel=1e-9, abs=1e-15)


def test_shares_of_64_seeds_sum_to_the_total():
    rng = np.random.default_rng(1)
    fired, kept = rng.random((50, 64)) < 0.5, rng.random(64)
    shares = expectation.proportional(fired, kept)
    assert shares.sum(axis=1) == pytest.approx(expectation.total(fired, kept), rel=1e-12)
    everything = expectation.proportional(np.ones((1, 64), bool), np.ones(64))
    assert everything[0] == pytest.approx(np.full(64, 1 / 64), rel=1e-12)


def test_all_but_one_does_not_divide():
    factors = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 5.0], [2.0, 3.0, 4.0]])
    assert expectation.others(factors).tolist() == [[6, 0, 0], [0, 0, 0], [12, 8, 6]]
    assert expectation.others(np.array([[7.0]])).tolist() == [[1.0]]
