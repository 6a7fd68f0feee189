"""What students learn: monotone in the teacher's score, of unit spread, on a known scale."""

import numpy as np
import pytest

from trigger_ad.errors import TrainingError
from trigger_ad.references.teachers.target import Target

SCORES = np.random.default_rng(1).lognormal(1.0, 0.7, 4000)


@pytest.mark.parametrize("learn", ["log", "rank"])
def test_the_order_of_events_is_kept(learn):
    values = Target.of(learn, SCORES).values(SCORES)
    order = np.argsort(SCORES)
    assert (np.diff(values[order]) > 0).all()


def test_a_rank_is_minus_the_logarithm_of_the_part_above():
    values = Target.of("rank", np.arange(1.0, 101.0)).values(np.array([0.0, 1.0, 51.0, 100.0, 1e9]))
    part = (np.array([100, 100, 50, 1, 0]) + 0.5) / 100.5
    assert values == pytest.approx(-np.log(part))


def test_a_logarithm_starts_at_its_lowest_per_cent_and_has_unit_spread():
    target = Target.of("log", SCORES)
    values = target.values(SCORES)
    assert values.std() == pytest.approx(1.0)
    assert np.mean(values < 0) == pytest.approx(0.01)
    differences = np.diff(target.values(np.array([1.0, 2.0, 4.0])))
    assert differences[0] == pytest.approx(differences[1])


def test_scores_of_either_sign_are_taken_as_they_are():
    scores = np.random.default_rng(2).normal(size=1000)
    values = Target.of("log", scores).values(scores)
    assert values == pytest.approx((scores - np.quantile(scores, 0.01)) / scores.std())


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (
            np.array([1.0, np.nan]),
            "the scores of a teacher must be finite, not NaN or infinity: train it anew",
        ),
        (
            np.full(9, 2.5),
            (
                "the scores of a teacher must differ between events, not 2.5 for all: "
                "train it with more events"
            ),
        ),
    ],
)
def test_scores_that_teach_nothing(scores, sentence):
    with pytest.raises(TrainingError) as caught:
        Target.of("rank", scores)
    assert str(caught.value) == sentence
