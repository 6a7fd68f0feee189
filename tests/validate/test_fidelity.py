"""Fidelity: the average decision ordering by its definition, losses, and the student refused."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.closure import closure
from trigger_ad.errors import TrainingError
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.sic import roc
from trigger_ad.validate.fidelity import Fidelity, fidelity, require_fidelity

#: Two scores of the same events, with many ties.
pairs = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 5)), min_size=2, max_size=40).map(
    lambda rows: tuple(np.array(rows).T)
)


def only_background(teacher, student, **options) -> Fidelity:
    return fidelity((np.asarray(teacher), np.asarray(student)), {}, seed=1, **options)


def brute(teacher: np.ndarray, student: np.ndarray) -> tuple[float, float]:
    """Eq. 7 for every pair, with ties of one score one half, and with Theta(0) = 1."""
    i, j = np.triu_indices(len(teacher), 1)
    f, g = (np.sign(score[i] - score[j]) for score in (teacher, student))
    halves = np.where(f * g == 0, np.where(f == g, 1.0, 0.5), f * g > 0)
    return float(halves.mean()), float((f * g >= 0).mean())


def normal(seed: int, events: int, rho: float) -> tuple[np.ndarray, np.ndarray]:
    first, own = np.random.default_rng(seed).normal(size=(2, events))
    return first, rho * first + np.sqrt(1 - rho**2) * own


@given(pairs)
def test_every_pair_is_counted(scores):
    found = only_background(*scores, replicas=2)
    assert (found.ordering.value, found.ordering_with_ties) == pytest.approx(brute(*scores))


@given(pairs)
def test_maps_that_keep_the_order_change_nothing(scores):
    teacher, student = scores
    found = only_background(np.exp(teacher), 3 * student + 7, replicas=5)
    assert found == only_background(teacher, student, replicas=5)
    assert only_background(teacher, teacher**3, replicas=2).ordering.value == 1


@given(pairs)
def test_student_and_teacher_may_change_places(scores):
    teacher, student = scores
    found, other = (only_background(*both, replicas=2) for both in (scores, (student, teacher)))
    assert found.ordering == other.ordering
    assert found.ordering_with_ties == other.ordering_with_ties


def test_closed_forms():
    scores = np.random.default_rng(1).permutation(1000)
    assert only_background(scores, scores).ordering == Interval(1.0, 1.0, 1.0)
    assert only_background(scores, -scores).ordering == Interval(0.0, 0.0, 0.0)
    constant = only_background(scores, np.zeros(1000))
    assert constant.ordering == Interval(0.5, 0.5, 0.5)
    assert constant.ordering_with_ties == 1


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.9])
def test_normal_scores(rho):
    """Sheppard's 1/2 + asin(rho) / pi, within the interval that is given."""
    found = only_background(*normal(2, 4000, rho)).ordering
    wanted = 0.5 + np.arcsin(rho) / np.pi
    assert found.low < wanted < found.high
    assert found.high - found.low < 0.04


def test_few_bits_cost_order_where_ties_count_as_order():
    """The coarser student orders fewer pairs; by Eq. 8 as it stands it would order more."""
    teacher, fine = normal(3, 4000, 0.95)
    found = [only_background(teacher, np.floor(fine * scale)) for scale in (16.0, 0.5)]
    assert found[0].ordering.low > found[1].ordering.high
    assert found[0].ordering_with_ties < found[1].ordering_with_ties


def test_the_interval_is_that_of_drawing_events_again():
    """Every pair counted again in each of 300 samples, drawn with replacement."""
    scores = np.stack(normal(4, 300, 0.8))
    rng = np.random.default_rng(5)
    drawn = [brute(*scores[:, rng.integers(0, 300, 300)])[0] for _ in range(300)]
    found = only_background(*scores, replicas=2000).ordering
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_copies_of_an_event_are_one_event():
    scores = normal(6, 2000, 0.8)
    signal = tuple(score + 1 for score in normal(7, 500, 0.8))
    single = fidelity(scores, {"s": signal}, seed=3)
    copies = fidelity(
        tuple(np.repeat(score, 5) for score in scores),
        {"s": tuple(np.repeat(score, 3) for score in signal)},
        seed=3,
        clusters=np.repeat(np.arange(2000), 5),
        signal_clusters={"s": np.repeat(np.arange(500), 3)},
    )
    for found, wanted in (
        (copies.ordering, single.ordering),
        (copies.auc["s"].loss, single.auc["s"].loss),
    ):
        assert list(found.to_json().values()) == pytest.approx(
            list(wanted.to_json().values()), abs=5e-4
        )
    assert single.ordering.high - single.ordering.low > 0.01


def test_losses_of_area():
    background, signal = normal(8, 5000, 0.7), tuple(s + 1 for s in normal(9, 2000, 0.7))
    rounded = [np.floor(np.stack(both) * 2) for both in (background, signal)]
    found = fidelity(tuple(rounded[0]), {"s": tuple(rounded[1])}, seed=1).auc["s"]
    areas = [roc(*(both[place] for both in rounded)).auc for place in (0, 1)]
    assert (found.teacher, found.student) == pytest.approx(areas)
    assert found.loss.value == pytest.approx(areas[0] - areas[1])
    # The same student on the same events: nothing is lost, and that is certain.
    same = fidelity((background[0],) * 2, {"s": (signal[0],) * 2}, seed=1).auc["s"]
    assert same.loss == Interval(0.0, 0.0, 0.0)


def test_the_interval_of_a_loss_is_that_of_drawing_events_again():
    background, signal = np.stack(normal(10, 400, 0.7)), np.stack(normal(11, 200, 0.7)) + 1
    rng = np.random.default_rng(12)
    drawn = []
    for _ in range(400):
        b, s = (
            both[:, rng.integers(0, both.shape[1], both.shape[1])] for both in (background, signal)
        )
        drawn.append(roc(b[0], s[0]).auc - roc(b[1], s[1]).auc)
    found = fidelity(tuple(background), {"s": tuple(signal)}, seed=1, replicas=2000).auc["s"].loss
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_losses_of_closure():
    rng = np.random.default_rng(13)
    teacher = [tuple(rng.integers(0, 1000, (2, n))) for n in (3000, 6000)]
    student = [(first, (second + first) // 2) for first, second in teacher]
    points = [closure("x", *pairs, (0.05, 0.02)) for pairs in (teacher, student)]
    found = fidelity(teacher[1], {}, seed=1, replicas=2, closure=(points[0], points[1])).closure
    assert [loss.sm_efficiency for loss in found] == [0.05, 0.02]
    for loss, (before, after) in zip(found, zip(*points, strict=True), strict=True):
        assert loss.teacher.value == before.estimate.ratio
        assert (loss.student.low, loss.student.high) == (after.estimate.low, after.estimate.high)
        ratios = before.estimate.ratio, after.estimate.ratio
        assert loss.loss == abs(math.log(ratios[1])) - abs(math.log(ratios[0]))
        assert loss.loss > 0.3
    with pytest.raises(TrainingError) as caught:
        fidelity(teacher[1], {}, seed=1, closure=(points[0], points[1][:1]))
    assert str(caught.value) == (
        "the closure of a student must be at the efficiencies of its teacher, [0.05, 0.02], not "
        "[0.05]: give both the same working points"
    )


def test_the_record_is_plain_and_the_same_again():
    background, signal = normal(14, 500, 0.9), normal(15, 200, 0.9)
    found = fidelity(background, {"s": signal}, seed=1)
    record = json.loads(json.dumps(found.to_json()))
    assert record["schema"] == "fidelity/1"
    assert record["ordering"] == found.ordering.to_json()
    assert record["auc"]["s"]["loss"] == found.auc["s"].loss.to_json()
    assert fidelity(background, {"s": signal}, seed=1) == found
    assert fidelity(background, {"s": signal}, seed=2).ordering != found.ordering


def test_a_student_that_falls_short_is_refused():
    found = Fidelity(Interval(0.9312, 0.93, 0.9325), 0.95, {})
    require_fidelity(found, 0.93)
    with pytest.raises(TrainingError) as caught:
        require_fidelity(found, 0.94)
    assert str(caught.value) == (
        "the student must order at least 0.94 of all pairs as its teacher does, not 0.9312 "
        "[0.9300, 0.9325]: widen it, give it more bits or train it longer, or ask for less"
    )
    collapsed = only_background(np.arange(50), np.zeros(50))
    with pytest.raises(TrainingError, match=r"^the student must order at least 0\.6 of all pairs"):
        require_fidelity(collapsed, 0.6)


@pytest.mark.parametrize("asked", [0.5, 1.01, float("nan")])
def test_fidelities_that_cannot_be_asked(asked):
    with pytest.raises(TrainingError) as caught:
        require_fidelity(Fidelity(Interval(1, 1, 1), 1, {}), asked)
    assert str(caught.value) == (
        f"the fidelity that is asked of a student must be above 0.5 and at most 1, not {asked}: "
        "ask for an average decision ordering, as 0.9"
    )


@pytest.mark.parametrize(
    ("background", "signal", "sentence"),
    [
        (
            ([1, 2, 3], [1, 2]),
            ([1, 2], [1, 2]),
            (
                "the background scores of teacher and student must be of the same events, two or "
                "more, not 3 and 2: score one sample with both"
            ),
        ),
        (
            ([1], [1]),
            ([1, 2], [1, 2]),
            (
                "the background scores of teacher and student must be of the same events, two or "
                "more, not 1 and 1: score one sample with both"
            ),
        ),
        (
            ([1, 2], [1, 2]),
            ([1, 2], [1, np.nan]),
            (
                "the leptoquark scores of the student must be finite, not NaN or infinity: train "
                "it again with a lower learning rate"
            ),
        ),
    ],
)
def test_scores_that_are_refused(background, signal, sentence):
    both = [tuple(map(np.array, scores)) for scores in (background, signal)]
    with pytest.raises(TrainingError) as caught:
        fidelity(both[0], {"leptoquark": both[1]}, seed=1)
    assert str(caught.value) == sentence
