"""Counts add up in any order and grouping."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.errors import SchemaError

COUNTS = st.builds(
    RegionCounts,
    hnp.arrays(np.int64, 4, elements=st.integers(0, 2**60)),
    hnp.arrays(np.int64, 4, elements=st.integers(0, 2**60)),
)


@given(COUNTS, COUNTS, COUNTS)
def test_associative_and_commutative(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert hash(a + b) == hash(b + a)
    assert a + RegionCounts.zero() == a


@given(st.integers(0, 500), st.integers(0, 99), st.integers(0, 2**32))
def test_chunks_equal_the_whole(events, size, seed):
    rng = np.random.default_rng(seed)
    region = rng.integers(0, 4, events).astype(np.uint8)
    accept = rng.random(events) < 0.5
    whole = RegionCounts.of(region, accept)
    chunks = [slice(i, i + size + 1) for i in range(0, events, size + 1)]
    parts = [RegionCounts.of(region[chunk], accept[chunk]) for chunk in chunks]
    assert sum(parts, RegionCounts.zero()) == whole
    assert whole.events == events
    assert whole.after.sum() == accept.sum()


def test_differences_are_seen():
    one = RegionCounts.of(np.array([1], np.uint8))
    assert one != RegionCounts.of(np.array([2], np.uint8))
    assert one != RegionCounts.of(np.array([1], np.uint8), np.array([False]))
    assert one != 1
    assert one.before.tolist() == one.after.tolist() == [0, 1, 0, 0]


def test_json_round_trip():
    counts = RegionCounts.of(np.array([0, 1, 1, 3], np.uint8), np.array([1, 0, 1, 1], bool))
    assert RegionCounts.from_json(json.loads(json.dumps(counts.to_json()))) == counts
    with pytest.raises(SchemaError) as caught:
        RegionCounts.from_json({})
    assert str(caught.value) == (
        "region counts must have schema region_counts/1: count again with this version"
    )
