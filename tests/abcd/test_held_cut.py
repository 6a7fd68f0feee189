"""Thresholds with the cut of score 2 held: score 1 is cut as tightly as region A needs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trigger_ad.abcd.closure import closure
from trigger_ad.abcd.working_point import steps_of, working_point
from trigger_ad.errors import WorkingPointError
from trigger_ad.rates.staircase import held_steps, threshold_at
from trigger_ad.statistics.strata import Stratified

SEEDS = st.integers(0, 2**32)


def pair(events, levels, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, levels, events), rng.integers(0, 2 * levels, events)


def brute_force(first, second, weights, wanted, held):
    """Loosest cuts that stay within both efficiencies, the tighter of equal ones."""
    total = weights.sum() * (1 + 1e-9)
    cut2 = min(
        (v for v in np.unique(second) if weights[second >= v].sum() <= held * total), default=None
    )
    if cut2 is None:
        return None
    best = None
    for cut1 in np.unique(first)[::-1]:
        passing = weights[(first >= cut1) & (second >= cut2)].sum()
        if passing <= wanted * total and (best is None or passing > best[0] + 1e-9):
            best = (passing, cut1, cut2)
    return best


@given(st.integers(40, 200), st.integers(5, 60), st.floats(0.02, 0.3), st.floats(0.3, 0.9), SEEDS)
def test_both_cuts_are_the_loosest_within_their_efficiencies(events, levels, wanted, held, seed):
    first, second = pair(events, levels, seed)
    expected = brute_force(first, second, np.ones(events), wanted, held)
    try:
        point = working_point(first, second, wanted, score2_efficiency=held)
    except WorkingPointError:
        assume(False)
    assert (point.threshold1, point.threshold2) == expected[1:]
    in_a = (first >= point.threshold1) & (second >= point.threshold2)
    assert in_a.mean() == point.efficiency <= wanted
    assert point.efficiency2 == (second >= point.threshold2).mean() <= held
    assert isinstance(point.threshold1, int)


@given(st.integers(5, 60), st.floats(0.02, 0.3), st.floats(0.3, 0.9), SEEDS)
def test_in_strata_efficiencies_are_those_of_all_events(levels, wanted, held, seed):
    first, second = pair(150, levels, seed)
    rng = np.random.default_rng(seed + 1)
    drawn = Stratified.of(np.sort(rng.integers(0, 2, 150)), (0.9, 0.1))
    expected = brute_force(first, second, drawn.weights, wanted, held)
    try:
        point = working_point(first, second, wanted, drawn=drawn, score2_efficiency=held)
    except WorkingPointError:
        assume(False)
    assert (point.threshold1, point.threshold2) == expected[1:]
    assert point.efficiency == pytest.approx(expected[0] / 150)


def test_one_stratum_is_the_plain_sample():
    first, second = pair(3000, 40, 5)
    drawn = Stratified.of(np.zeros(3000, int), (1.0,))
    plain, one = (steps_of(first, second, None, d, 0.4) for d in (None, drawn))
    assert np.array_equal(plain.thresholds, one.thresholds)
    assert plain.total.tolist() == one.total.tolist() == one.effective.tolist()
    assert plain.total[-1] == (second >= plain.thresholds[1][0]).sum()


def test_every_step_of_the_staircase_is_a_sample_of_its_own():
    first, second = pair(500, 30, 7)
    untaken = np.random.default_rng(8).random(500)
    steps = held_steps(first, second, 25, untaken)
    assert np.all(np.diff(steps.thresholds[0]) < 0)
    assert np.all(np.diff(steps.total) > 0)
    for cut, total, pure in zip(steps.thresholds[0], steps.total, steps.pure, strict=True):
        inside = (first >= cut) & (second >= 25)
        assert total == inside.sum()
        assert pure == pytest.approx(untaken[inside].sum())


def test_a_pure_efficiency_comes_from_below():
    first, second = pair(4000, 1000, 9)
    untaken = (np.arange(4000) % 2).astype(float)
    point = working_point(first, second, 0.01, untaken, score2_efficiency=0.4)
    inside = point.regions(first, second) == 0
    assert untaken[inside].sum() / 4000 == point.efficiency <= 0.01
    looser = first >= np.sort(first[first < point.threshold1])[-1]
    assert (untaken * looser * (second >= point.threshold2)).sum() / 4000 >= point.efficiency


def test_a_coarse_score_is_taken_from_below_and_its_rate_is_quoted():
    rng = np.random.default_rng(11)
    first = rng.choice([0, 1, 2], 10_000, p=[0.9, 0.08, 0.02])
    second = rng.integers(0, 1000, 10_000)
    point = working_point(first, second, 0.03, score2_efficiency=0.5)
    # Above 1 there are 5 % within the cut of score 2, above 2 one in a hundred.
    assert point.threshold1 == 2
    assert 0.008 < point.efficiency < 0.012


def test_an_efficiency_of_exactly_so_many_events_is_reached():
    values = np.arange(100)
    assert threshold_at(values, 0.29) == 71
    assert threshold_at(values, 0.07) == 93
    assert threshold_at(np.zeros(10), 0.5) is None


def test_closure_holds_the_cut_of_score_2():
    rng = np.random.default_rng(12)
    threshold, test = rng.normal(size=(2, 2, 40_000))
    points = closure("toy", threshold, test, (0.1, 0.02, 0.005), score2_efficiency=0.4)
    assert len({p.point.threshold2 for p in points}) == 1
    assert [p.point.efficiency2 for p in points] == [0.4] * 3
    cuts = [p.point.threshold1 for p in points]
    assert cuts == sorted(cuts)
    assert len(set(cuts)) == 3
    for p in points:
        assert p.point.efficiency == p.sm_efficiency
        assert abs(p.estimate.ratio - 1) < 3 * p.estimate.ratio_error


def test_no_cut_of_score_2_is_so_tight():
    with pytest.raises(WorkingPointError) as caught:
        working_point(np.arange(1000), np.arange(1000) % 2, 0.01, score2_efficiency=0.3)
    assert str(caught.value) == (
        "the efficiency 0.3 of score 2 must be reachable with the values the score takes, "
        "not 0.5 at its largest: choose a larger one or a score with more values"
    )


def test_the_tightest_step_is_too_loose():
    first = np.repeat([0, 1], 500)
    with pytest.raises(WorkingPointError) as caught:
        working_point(first, np.arange(1000) % 100, 0.01, score2_efficiency=0.4)
    assert str(caught.value) == (
        "the SM efficiency 0.01 must be reachable with the values the scores take, "
        "not at best 0.2: choose another efficiency or scores with more values"
    )
