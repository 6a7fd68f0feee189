"""Every reachable rate with its threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.working_point import working_point
from trigger_ad.errors import WorkingPointError
from trigger_ad.rates.staircase import diagonal_steps, single_steps

SEEDS = st.integers(0, 2**32)


@given(st.integers(1, 200), st.integers(1, 50), SEEDS)
def test_steps_of_one_score_are_its_cuts(events, levels, seed):
    rng = np.random.default_rng(seed)
    score, untaken = rng.integers(-levels, levels, events), rng.integers(0, 5, events) / 4
    steps = single_steps(score, untaken)
    (thresholds,) = steps.thresholds
    assert thresholds.tolist() == sorted(set(score.tolist()), reverse=True)
    for threshold, total, pure in zip(thresholds, steps.total, steps.pure, strict=True):
        assert total == (score >= threshold).sum()
        assert pure == untaken[score >= threshold].sum()
    assert len(steps) == len(thresholds)
    assert steps.total[-1] == steps.events == events


@given(st.integers(1, 150), st.integers(1, 60), SEEDS)
def test_steps_of_the_diagonal_are_its_cuts(events, levels, seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, levels, events), rng.integers(0, 3 * levels, events)
    untaken = rng.integers(0, 3, events) / 2
    steps = diagonal_steps(first, second, untaken)
    for cut1, cut2, total, pure in zip(*steps.thresholds, steps.total, steps.pure, strict=True):
        in_a = (first >= cut1) & (second >= cut2)
        assert total == in_a.sum()
        assert pure == untaken[in_a].sum()
    assert (np.diff(steps.total) > 0).all()
    assert all((np.diff(thresholds) <= 0).all() for thresholds in steps.thresholds)
    assert steps.total[-1] == events


def test_nearest_takes_the_tighter_of_two():
    steps = single_steps(np.array([1, 1, 2, 3]))
    assert steps.total.tolist() == [1, 2, 4]
    assert [steps.nearest(wanted) for wanted in (0.1, 0.375, 0.5, 0.75, 0.76)] == [0, 0, 1, 1, 2]


def test_pure_working_point():
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 5000, (2, 40_000))
    untaken = (rng.random(40_000) < 0.5) / 2 + 0.5
    total, pure = working_point(first, second, 0.01), working_point(first, second, 0.01, untaken)
    in_a = pure.regions(first, second) == 0
    assert pure.efficiency == (in_a * untaken).mean() == pytest.approx(0.01, rel=0.01)
    assert in_a.mean() == pytest.approx(0.01 / 0.75, rel=0.05)
    assert (pure.threshold1, pure.threshold2) < (total.threshold1, total.threshold2)
    assert working_point(first, second, 0.01, np.ones(40_000)) == total


def test_a_pure_efficiency_that_is_not_there():
    scores = np.random.default_rng(2).integers(0, 500, (2, 1000))
    with pytest.raises(WorkingPointError) as caught:
        working_point(*scores, 0.1, np.zeros(1000))
    assert str(caught.value) == (
        "the pure efficiency 0.1 must be reachable with the values the scores take, not at best 0: "
        "choose another efficiency or scores with more values"
    )
