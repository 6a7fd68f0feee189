from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.grouped import GROUPS, GroupedCounter
from trigger_ad.trigger.decide import region_of

COUNTER = GroupedCounter(3, 5)


def some(seed, events=300):
    rng = np.random.default_rng(seed)
    scores = {name: rng.integers(0, 9, events) for name in ("score1", "score2")}
    return scores, rng.integers(0, 60, events), rng.integers(0, 300, events).astype(np.int32)


def test_groups_and_pileup():
    scores, clusters, pileup = some(1)
    counts = COUNTER.count(np.zeros((300, 57), np.int32), scores, clusters, pileup)
    region = region_of(*scores.values(), 3, 5)
    assert counts.groups.shape == (GROUPS, 4)
    assert counts.groups.sum(axis=0).tolist() == np.bincount(region, minlength=4).tolist()
    sizes = np.bincount(clusters)
    assert np.count_nonzero(counts.groups.any(axis=1)) <= np.count_nonzero(sizes)
    assert counts.groups.sum(axis=1).max() >= sizes.max()  # a cluster is in one group
    for index in (0, 3, 39):
        mine = (pileup >= 5 * index) & (pileup < 5 * index + 5)
        assert counts.pileup[index].tolist() == np.bincount(region[mine], minlength=4).tolist()
    assert counts.pileup[40].sum() == np.count_nonzero(pileup >= 200) > 0


def test_some_pileup_is_unknown():
    """Such events are in the groups, and in no bin."""
    scores, clusters, pileup = some(1)
    known = np.arange(300) % 3 > 0
    counts = COUNTER.count(
        np.zeros((300, 57), np.int32), scores, clusters, np.where(known, pileup, -1)
    )
    alone = COUNTER.count(
        np.zeros((200, 57), np.int32),
        {name: values[known] for name, values in scores.items()},
        clusters[known],
        pileup[known],
    )
    np.testing.assert_array_equal(counts.pileup, alone.pileup)
    assert counts.groups.sum() == 300
    assert counts.pileup.sum() == 200


def test_unknown_pileup():
    scores, clusters, _ = some(2)
    counts = COUNTER.count(np.zeros((300, 57), np.int32), scores, clusters, None)
    assert counts.groups.sum() == 300
    assert not counts.pileup.any()


@given(st.integers(0, 2**32), st.integers(0, 300), st.integers(0, 300))
def test_pieces_add_up_in_any_order(seed, cut1, cut2):
    scores, clusters, pileup = some(seed)
    cuts = [0, *sorted((cut1, cut2)), 300]
    parts = [
        COUNTER.count(
            np.zeros((b - a, 57), np.int32),
            {n: v[a:b] for n, v in scores.items()},
            clusters[a:b],
            pileup[a:b],
        )
        for a, b in pairwise(cuts)
    ]
    whole = COUNTER.count(np.zeros((300, 57), np.int32), scores, clusters, pileup)
    assert whole == parts[0] + (parts[1] + parts[2]) == (parts[2] + parts[0]) + parts[1]
    assert COUNTER.read(whole.to_json()) == whole == whole + COUNTER.zero()
    assert whole != COUNTER.zero()
