"""Splits depend on the identity of an event and on nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trigger_ad.errors import ConfigError
from trigger_ad.events.split import SPLITS, assign, splitmix64

FRACTIONS = dict(zip(SPLITS, (0.5, 0.1, 0.1, 0.1, 0.2), strict=True))
SEEDS = st.integers(0, 2**64 - 1)


@st.composite
def events(draw):
    n = draw(st.integers(1, 60))
    identity = draw(arrays(np.int64, n, elements=st.integers(-(2**63), 2**63 - 1)))
    return identity, draw(arrays(np.uint8, n))


def test_splitmix64_against_the_reference():
    """First outputs of splitmix64.c for the seed 1234567, as listed by Rosetta Code."""
    step = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + i * step) % 2**64 for i in range(5)], dtype=np.uint64)
    assert splitmix64(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_frozen():
    """A split must never change: every figure of an old run was quoted on it."""
    identity = np.array([0, 1, 2, 3, 1 << 40, -1])
    process = np.array([1, 1, 2, 2, 3, 0], dtype=np.uint8)
    found = assign(identity, process, 7, FRACTIONS)
    assert found.dtype == np.int8
    assert found.tolist() == [0, 3, 1, 2, 1, 4]


@given(events(), SEEDS, st.randoms(use_true_random=False))
def test_order_does_not_matter(some, seed, random):
    identity, process = some
    order = list(range(len(identity)))
    random.shuffle(order)
    np.testing.assert_array_equal(
        assign(identity[order], process[order], seed, FRACTIONS),
        assign(identity, process, seed, FRACTIONS)[order],
    )


@given(events(), SEEDS, st.integers(1, 60))
def test_chunks_do_not_matter(some, seed, size):
    identity, process = some
    pieces = [
        assign(identity[i : i + size], process[i : i + size], seed, FRACTIONS)
        for i in range(0, len(identity), size)
    ]
    np.testing.assert_array_equal(
        np.concatenate(pieces), assign(identity, process, seed, FRACTIONS)
    )


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 255), SEEDS)
def test_one_parton_event_is_in_one_split(identity, process, seed):
    found = assign(np.full(5, identity), np.full(5, process, np.uint8), seed, FRACTIONS)
    assert len(set(found.tolist())) == 1


@given(SEEDS, arrays(np.float64, 5, elements=st.floats(0.01, 1)))
def test_proportions(seed, weights):
    shares = weights / weights.sum()
    n = 20_000
    found = assign(np.arange(n), np.ones(n, np.uint8), seed, dict(zip(SPLITS, shares, strict=True)))
    counts = np.bincount(found, minlength=5)
    assert (np.abs(counts - n * shares) < 6 * np.sqrt(n * shares * (1 - shares)) + 1).all()


def test_processes_and_seeds_are_independent():
    n = 100_000
    half = {"train": 0.5, "test": 0.5}
    one = assign(np.arange(n), np.ones(n, np.uint8), 1, half)
    for process, seed in ((2, 1), (1, 2)):
        other = assign(np.arange(n), np.full(n, process, np.uint8), seed, half)
        assert np.mean(one == other) == pytest.approx(0.5, abs=0.01)


def test_no_events_and_unused_splits():
    assert assign(np.zeros(0, np.int64), np.zeros(0, np.uint8), 0, FRACTIONS).shape == (0,)
    only = {"train": 0.0, "validate": 1.0, "test": 0.0}
    assert set(assign(np.arange(100), np.ones(100, np.uint8), 0, only).tolist()) == {1}


@pytest.mark.parametrize(
    ("seed", "fractions", "message"),
    [
        (
            1,
            {"train": 0.5, "test": 0.4},
            "the fractions of the splits must sum to 1, not 0.9: change one of them",
        ),
        (
            1,
            {"train": 1.5, "test": -0.5},
            "split.test must be at least 0, not -0.5: give the part of the events as a fraction",
        ),
        (
            -1,
            {"train": 1.0},
            "the seed of the splits must be from 0 to 2**64 - 1, not -1: choose another number",
        ),
    ],
)
def test_mistakes(seed, fractions, message):
    with pytest.raises(ConfigError) as caught:
        assign(np.arange(3), np.ones(3, np.uint8), seed, fractions)
    assert str(caught.value) == message
