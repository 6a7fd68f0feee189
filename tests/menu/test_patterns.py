"""Patterns of any number of seeds: packed, found again, told apart even where hashes are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.menu import patterns as room
from trigger_ad.menu.patterns import as_words, has, pack, union, unpack, words_for


@given(st.integers(1, 600), st.integers(0, 2**32))
def test_packed_fires_come_back(seeds, number):
    fired = np.random.default_rng(number).random((20, seeds)) < 0.3
    packed = pack(fired)
    assert packed.shape == (20, words_for(seeds))
    assert packed.dtype == np.uint64
    assert (unpack(packed, seeds) == fired).all()
    assert all((has(packed, seed) == fired[:, seed]).all() for seed in range(seeds))


def test_a_bit_is_where_the_docstring_says():
    fired = np.zeros((1, 130), np.bool_)
    fired[0, [0, 63, 64, 129]] = True
    assert pack(fired).tolist() == [[1 | 1 << 63, 1, 2]]
    assert as_words(np.array([5], np.uint64)).tolist() == [[5]]
    assert [words_for(seeds) for seeds in (1, 64, 65, 512)] == [1, 1, 2, 8]


def check(parts):
    known, places = union(parts)
    expected = np.unique(np.concatenate(parts), axis=0)
    assert (np.unique(known, axis=0) == expected).all()
    assert len(known) == len(expected)
    for part, place in zip(parts, places, strict=True):
        assert (known[place] == part).all()
    turned, _ = union(parts[::-1])
    assert (turned == known).all()
    return known


@pytest.mark.parametrize("words", [1, 2, 8])
def test_a_union_has_every_pattern_once_in_an_order_of_its_own(words):
    rng = np.random.default_rng(words)
    parts = [rng.integers(0, 5, (n, words)).astype(np.uint64) for n in (300, 0, 200)]
    known = check(parts)
    if words == 1:
        assert (np.diff(known[:, 0].astype(np.int64)) > 0).all()


def test_patterns_of_one_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(room, "_keys", lambda patterns: patterns[:, 0] % np.uint64(2))
    rng = np.random.default_rng(4)
    check([rng.integers(0, 3, (n, 2)).astype(np.uint64) for n in (300, 200)])
