"""Thresholds of the diagonal cut."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trigger_ad.abcd.working_point import require_events, working_point
from trigger_ad.errors import WorkingPointError
from trigger_ad.statistics.ranks import RankTable, combine

SEEDS = st.integers(0, 2**32)


def pair(events, levels, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, levels, events), rng.integers(0, 2 * levels, events)


def brute_force(first, second, wanted):
    """Largest tails of equal size, tried one by one."""
    best = None
    tails = [[(v, (scores >= v).sum()) for v in np.unique(scores)] for scores in (first, second)]
    for tail in range(1, len(first) + 1):
        cuts = [min((v for v, above in table if above <= tail), default=None) for table in tails]
        if None in cuts:
            continue
        passing = int(((first >= cuts[0]) & (second >= cuts[1])).sum())
        distance = abs(passing - wanted * len(first))
        if passing and (best is None or distance < best[0]):
            best = (distance, passing)
    return best[1]


@given(st.integers(40, 80), st.integers(10, 200), st.floats(0.02, 0.4), SEEDS)
def test_nearest_reachable_efficiency(events, levels, wanted, seed):
    first, second = pair(events, levels, seed)
    try:
        point = working_point(first, second, wanted)
    except WorkingPointError:
        assume(False)
    in_a = (first >= point.threshold1) & (second >= point.threshold2)
    assert in_a.mean() == point.efficiency
    assert in_a.sum() == brute_force(first, second, wanted)
    assert point.efficiency1 == (first >= point.threshold1).mean()
    assert point.efficiency2 == (second >= point.threshold2).mean()
    assert isinstance(point.threshold1, int)


@given(st.floats(0.01, 0.4), st.floats(0.01, 0.4), SEEDS)
def test_thresholds_are_monotone(one, two, seed):
    first, second = pair(2000, 5000, seed)
    low, high = (working_point(first, second, wanted) for wanted in sorted([one, two]))
    assert low.threshold1 >= high.threshold1
    assert low.threshold2 >= high.threshold2
    assert low.efficiency <= high.efficiency


@given(SEEDS)
def test_without_ties_both_cuts_have_the_same_efficiency(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.permutation(1000), -7 * rng.permutation(1000)
    point = working_point(first, second, 0.05)
    # Lowering both cuts by one event lets in at most two.
    assert abs(point.efficiency - 0.05) < 0.0015
    assert abs(point.efficiency1 - point.efficiency2) < 0.0015


@given(SEEDS, st.integers(3, 3000))
def test_the_combined_rank_selects_the_same_events(seed, levels):
    first, second = pair(3000, levels, seed)
    try:
        point = working_point(first, second, 0.05)
    except WorkingPointError:
        assume(False)
    table1, table2 = RankTable.of(first), RankTable.of(second)
    cut = combine(
        table1.rank(np.array([point.threshold1])), table2.rank(np.array([point.threshold2]))
    )
    # Other events, some between and beyond the values of the table.
    other1, other2 = pair(500, levels + 5, seed + 1)
    ranks = (table1.rank(other1), table2.rank(other2))
    by_score = point.regions(other1, other2) == 0
    by_rank = (ranks[0] >= table1.rank(np.array([point.threshold1]))) & (
        ranks[1] >= table2.rank(np.array([point.threshold2]))
    )
    assert np.array_equal(by_score, by_rank)
    assert (combine(*ranks)[by_score] >= cut).all()


def test_float_scores_have_float_thresholds():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 5000))
    point = working_point(first, second, 0.02)
    assert point.efficiency == 0.02
    assert point.threshold1 in first
    assert point.to_json()["wanted"] == 0.02


def test_too_few_events():
    with pytest.raises(WorkingPointError) as caught:
        working_point(np.arange(50), np.arange(50), 0.01)
    assert str(caught.value) == (
        "the SM efficiency 0.01 must leave at least one event in region A, not 0.5 of the 50 "
        "events of the threshold split: use more events or a larger efficiency"
    )


def test_unreachable_efficiency():
    with pytest.raises(WorkingPointError) as caught:
        working_point(np.zeros(1000, int), np.zeros(1000, int), 0.01)
    assert str(caught.value) == (
        "the SM efficiency 0.01 must be reachable with the values the scores take, not at best 1: "
        "choose another efficiency or scores with more values"
    )


def test_equal_scores_leave_regions_empty():
    scores = np.arange(1000)
    with pytest.raises(WorkingPointError) as caught:
        working_point(scores, scores, 0.01)
    assert str(caught.value) == (
        "the SM efficiency 0.01 must leave events in all four regions, "
        "not A 10, B 0, C 0, D 990: use more events or another efficiency"
    )


def test_nan_counts_are_refused():
    with pytest.raises(WorkingPointError, match="A nan"):
        require_events(np.array([np.nan, 1, 1, 1]), "x")


def test_ranks_count_events_at_or_below():
    table = RankTable.of(np.array([5, 1, 5, 9]))
    assert table.rank(np.array([0, 1, 4, 5, 8, 9, 100])).tolist() == [0, 1, 1, 3, 3, 4, 4]
