"""Counts of patterns add up in any order and grouping, and keep what rates need."""

import json
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.menu.menus import LAYOUT, abstract, menu
from tests.words import bulk
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.menu.counts import GROUPS, MenuCounter, PatternCounts, group_of

MENU = abstract(1, 2, 0)
EDGES = (20, 40)


def some(seed, events=200):
    rng = np.random.default_rng(seed)
    patterns = rng.integers(0, 8, events).astype(np.uint64)
    return patterns, rng.integers(0, 50, events), rng.integers(0, 60, events)


def counted(patterns, clusters, pileup):
    return PatternCounts.of(patterns, MENU, clusters, pileup, EDGES)


@given(st.tuples(*[st.integers(0, 2**32)] * 3), st.integers(0, 200))
def test_adding_is_associative_and_commutative(seeds, events):
    a, b, c = (counted(*some(seed, events)) for seed in seeds)
    zero = PatternCounts.zero(MENU, EDGES)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert hash(a + b) == hash(b + a)
    assert a + zero == zero + a == a


@given(st.integers(0, 2**32), st.integers(0, 300), st.integers(1, 99))
def test_chunks_equal_the_whole(seed, events, size):
    columns = some(seed, events)
    parts = [counted(*(c[i : i + size] for c in columns)) for i in range(0, events, size)]
    whole = reduce(PatternCounts.__add__, parts, PatternCounts.zero(MENU, EDGES))
    assert whole == counted(*columns)
    assert whole.events == events
    assert whole.count.dtype == np.int64


def test_every_event_is_in_its_cell():
    patterns, clusters, pileup = some(1)
    counts = counted(patterns, clusters, pileup)
    bins = np.digitize(pileup, EDGES)
    for place in range(3):
        inside = counts.within(place)
        known, table = inside.patterns[:, 0], inside.table()[0]
        assert table.shape == (GROUPS, len(known))
        for pattern in range(8):
            for group in range(GROUPS):
                chosen = (bins == place) & (patterns == pattern) & (group_of(clusters) == group)
                found = table[group][known == pattern].sum()
                assert found == np.count_nonzero(chosen)
    assert counts.table().sum() == 200


def test_events_of_unknown_pileup_are_in_a_bin_of_their_own():
    """So files with and without pile-up add up, in any order."""
    patterns, clusters, pileup = some(1)
    known, unknown = counted(patterns, clusters, pileup), counted(patterns, clusters, None)
    both = known + unknown
    assert both == unknown + known
    for place in range(len(EDGES) + 1):
        assert unknown.within(place).events == 0
        assert both.within(place).events == known.within(place).events > 0
    assert both.within(len(EDGES) + 1).events == 200
    assert (both.table() == 2 * known.table()).all()
    assert PatternCounts.from_json(both.to_json()) == both


def test_groups_hold_whole_clusters_and_are_even():
    clusters = np.arange(-64_000, 64_000)
    groups = group_of(clusters)
    assert (group_of(clusters[::-1]) == groups[::-1]).all()
    sizes = np.bincount(groups, minlength=GROUPS)
    assert len(sizes) == GROUPS
    assert abs(sizes - 2000).max() < 250  # 5.6 standard deviations


def test_the_counter_does_fires_and_counts():
    found = menu(["name: a, object: met, pt: 300"])
    words = bulk(LAYOUT, 100, np.random.default_rng(3))
    counter = MenuCounter(found, EDGES)
    counts = counter.count(words, {}, np.arange(100), np.full(100, 30)) + counter.zero()
    inside = counts.within(1)
    assert inside.patterns.tolist() == [[0], [1]]
    assert inside.table().sum(axis=(0, 1))[1] == np.count_nonzero(words[:, 0] >= 300)


def test_all_64_bits_are_kept():
    top = np.array([2**64 - 1, 0, 2**63], dtype=np.uint64)
    counts = PatternCounts.of(top, MENU, np.zeros(3, np.int64))
    assert counts.patterns.tolist() == [[0], [2**63], [2**64 - 1]]
    assert PatternCounts.from_json(json.loads(json.dumps(counts.to_json()))) == counts


def test_differences_are_seen():
    one = counted(*some(1))
    assert one != counted(*some(2))
    assert one != 1


def test_what_does_not_fit_is_refused():
    counts = PatternCounts.zero(MENU)
    for other in (PatternCounts.zero(MENU, EDGES), PatternCounts.zero(abstract(1))):
        with pytest.raises(ConfigError) as caught:
            counts + other
        assert str(caught.value) == (
            "counts that are added must be of the same seeds, cuts, strata and pile-up bins, not "
            "of different ones: count again with one menu"
        )
    patterns, clusters, pileup = some(1)
    with pytest.raises(ConfigError, match="the edges of pile-up bins must rise, not 4, 3: sort"):
        PatternCounts.of(patterns, MENU, clusters, pileup, (4, 3))
    with pytest.raises(SchemaError) as caught:
        PatternCounts.from_json({"schema": "pattern_counts/3", "groups": 64})
    assert str(caught.value) == (
        "pattern counts must have schema pattern_counts/2 and 64 groups, not pattern_counts/3 "
        "and 64: count again with this version"
    )


def test_pileup_that_some_events_of_a_file_lack():
    patterns, clusters, pileup = some(1)
    known = np.arange(len(patterns)) % 3 > 0
    mixed = counted(patterns, clusters, np.where(known, pileup, -1))
    apart = counted(patterns[known], clusters[known], pileup[known])
    assert mixed == apart + counted(patterns[~known], clusters[~known], None)
