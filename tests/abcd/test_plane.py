import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.plane import STEPS, PlaneCounter, edges

scores = st.lists(st.integers(-3, 12), min_size=1, max_size=60).map(np.array)
rising = st.sets(st.integers(-2, 10), min_size=1, max_size=6).map(sorted).map(tuple)


def test_edges_are_reachable_thresholds_and_the_one_in_use():
    sample = np.random.default_rng(1).geometric(0.02, 20_000)
    found = edges(sample, 777_777)
    assert len(found) <= STEPS + 1
    assert found[0] == sample.min()
    assert found[-2:] == (sample.max(), 777_777)
    assert set(found[:-1]) <= set(sample.tolist())
    assert list(found) == sorted(set(found))


@given(rising, rising, scores, st.data())
def test_events_above_every_pair_of_edges(edges1, edges2, first, data):
    second = data.draw(st.lists(st.integers(-3, 12), min_size=len(first), max_size=len(first)))
    both = {"score1": first, "score2": np.array(second)}
    counter = PlaneCounter(edges1, edges2)
    counts = counter.count(np.zeros((len(first), 57), np.int32), both, np.zeros(0, np.int64), None)
    above = counts.above()
    for i, cut1 in enumerate((-99, *edges1)):
        for j, cut2 in enumerate((-99, *edges2)):
            assert above[i, j] == np.count_nonzero((first >= cut1) & (both["score2"] >= cut2))
    assert counter.read(counts.to_json()) == counts == counts + counter.zero()
    assert (counts + counts).bins.sum() == 2 * len(first)
