"""Strata in a training: every term is that of the sample as it would be without them."""

import numpy as np
import pytest
import tensorflow as tf

from tests.train.test_loop import TRAIN, V, events, train
from trigger_ad.config import ClosureTerm, Train
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.table import find
from trigger_ad.statistics.distance_correlation import distance_correlation_with_gradient
from trigger_ad.train.closure import asymmetry
from trigger_ad.train.criterion import log_ratios, measure
from trigger_ad.train.loss import Loss

#: Part of all events in the hard stratum, and of a sample that was drawn in strata.
PROBABILITY, SHARE = 0.02, 0.5
KEPT = tf.constant([0.7, 0.9, 0.97])
SETTINGS = DoubleAe(hidden=(8, 3, 8))


def drawn(n, share, seed):
    """Two dependent scores of n events, a share of them hard, and their weights."""
    draw = np.random.default_rng(seed)
    hard = np.arange(n) < round(share * n)
    shared, first, second = draw.normal(size=(3, n))
    scores = [np.exp(0.5 * shared + one + 2.5 * hard) for one in (first, second)]
    weights = np.where(hard, PROBABILITY / share, (1 - PROBABILITY) / (1 - share))
    order = draw.permutation(n)
    return scores[0][order], scores[1][order], weights[order]


def repeated(n=400, seed=5):
    """Two scores with ties, integer weights, and the place of each event that is repeated."""
    draw = np.random.default_rng(seed)
    shared, first, second = draw.normal(size=(3, n))
    x, y = (np.round(8 * np.exp(0.5 * shared + one)) / 8 for one in (first, second))
    weights = np.where(draw.random(n) < 0.3, 1.0, 4.0)
    return x, y, weights, np.repeat(np.arange(n), weights.astype(int))


def gathered(gradient, places):
    """Gradient by an event, the sum of those by its repetitions."""
    return np.bincount(places, weights=gradient)


def test_distance_correlation_of_weighted_events_is_that_of_repeated_ones():
    x, y, weights, places = repeated()
    found = distance_correlation_with_gradient(x, y, 0.3 * weights)
    wanted = distance_correlation_with_gradient(x[places], y[places])
    assert found[0] == pytest.approx(wanted[0], abs=1e-12)
    for mine, theirs in zip(found[1:], wanted[1:], strict=True):
        assert mine == pytest.approx(gathered(theirs, places), abs=1e-12)


def test_weights_of_one_change_no_bit_of_the_distance_correlation():
    x, y, *_ = repeated()
    plain = distance_correlation_with_gradient(x, y)
    ones = distance_correlation_with_gradient(x, y, np.ones(len(x)))
    assert plain[0] == pytest.approx(ones[0], abs=1e-15)
    assert all(a == pytest.approx(b, abs=1e-15) for a, b in zip(plain[1:], ones[1:], strict=True))


def with_gradients(first, second, weights=None, width=0.3):
    """Asymmetry, and gradients of one sum of it."""
    first, second = (tf.constant(v, tf.float64) for v in (first, second))
    weights = None if weights is None else tf.constant(weights, tf.float64)
    kept = tf.cast(KEPT, tf.float64)
    factors = tf.constant(np.random.default_rng(2).normal(size=(3, 3)))
    with tf.GradientTape() as tape:
        tape.watch([first, second])
        found = asymmetry(first, second, kept, width, weights)
        total = tf.reduce_sum(factors * found)
    return found.numpy(), *(g.numpy() for g in tape.gradient(total, [first, second]))


def test_closure_of_weighted_events_is_that_of_repeated_ones():
    x, y, weights, places = repeated()
    found = with_gradients(x, y, weights)
    wanted = with_gradients(x[places], y[places])
    assert found[0] == pytest.approx(wanted[0], abs=1e-12)
    assert np.abs(wanted[1]).max() > 1e-4
    for mine, theirs in zip(found[1:], wanted[1:], strict=True):
        assert mine == pytest.approx(gathered(theirs, places), abs=1e-12)


def loss_of(weights=None, x=V, transform="log"):
    """Loss of a double autoencoder in the units of weighted events."""
    names = ("ae1", "ae2")
    settings = Train(transform=transform, closure=ClosureTerm(cuts=3, width=0.5))
    return Loss.of(find("double_ae").expressions(SETTINGS), names, settings, x, weights=weights)


def terms(loss, x, outputs, weights=None):
    """All terms with fixed weights, and the gradient by the outputs."""
    outputs = [tf.constant(one) for one in outputs]
    weights = None if weights is None else tf.constant(weights, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        found = loss.terms(tf.constant(x), outputs, tf.constant(0.4), weights=weights)
        total = found.reconstruction + 10 * found.disco + 3 * found.closure
    values = np.array([found.reconstruction, found.disco, found.closure])
    return values, [g.numpy() for g in tape.gradient(total, outputs)]


@pytest.mark.parametrize("transform", ["log", "identity"])
def test_the_loss_of_weighted_events_is_that_of_repeated_ones(transform):
    _, _, weights, places = repeated(500)
    x, draw = V[:500], np.random.default_rng(4)
    outputs = [x * np.float32(0.5) + draw.normal(size=x.shape).astype(np.float32) for _ in range(2)]
    one = loss_of(weights.astype(np.float32), x, transform)
    many = loss_of(None, x[places], transform)
    assert one.units == pytest.approx(many.units, rel=1e-5)
    assert one.units != pytest.approx(loss_of(None, x, transform).units, rel=1e-4)
    found, by_found = terms(one, x, outputs, weights)
    wanted, by_wanted = terms(many, x[places], [out[places] for out in outputs])
    assert found == pytest.approx(wanted, rel=2e-4)
    for mine, theirs in zip(by_found, by_wanted, strict=True):
        summed = np.zeros_like(mine)
        np.add.at(summed, places, theirs)
        assert mine == pytest.approx(summed, abs=1e-3 * float(np.abs(summed).max()))


def test_terms_of_a_stratified_sample_are_those_of_a_plain_one():
    """Within errors, and nearer by far than without weights."""
    found = {"plain": [], "strata": [], "alike": []}
    for seed in range(12):
        for name, share in (("plain", PROBABILITY), ("strata", SHARE), ("alike", SHARE)):
            first, second, weights = drawn(4000, share, (seed, name == "plain"))
            own = weights if name == "strata" else np.ones(len(weights))
            logs = np.log(first), np.log(second)
            closure = with_gradients(*logs, own, 0.05)[0]
            correlation = distance_correlation_with_gradient(*logs, own)[0]
            cost = np.average(np.minimum(first, 50), weights=own)
            found[name].append([cost, correlation, *closure.ravel()])
    means = {name: np.mean(each, axis=0) for name, each in found.items()}
    errors = {name: np.std(each, axis=0, ddof=1) / np.sqrt(12) for name, each in found.items()}
    both = np.hypot(errors["plain"], errors["strata"])
    assert (np.abs(means["strata"] - means["plain"]) < 4.5 * both).all()
    assert (np.abs(means["alike"] - means["plain"])[:2] > 20 * both[:2]).all()
    assert errors["strata"][-1] < errors["plain"][-1]  # the tail, which strata are made for


def test_the_criterion_counts_weighted_events():
    draws = {
        name: drawn(100_000, share, (3, share == SHARE))
        for name, share in (("plain", PROBABILITY), ("strata", SHARE))
    }
    ratios, errors = log_ratios(*draws["plain"][:2], (0.05, 4e-4))
    found, smaller = log_ratios(*draws["strata"][:2], (0.05, 4e-4), draws["strata"][2])
    assert (np.abs(found - ratios) < 4 * np.hypot(errors, smaller)).all()
    assert (found < -0.3).all()
    assert smaller[1] < errors[1]  # the tail
    judged = [
        measure(one[:2], (1.0, 1.0), TRAIN, seen=one[:2], weights=weights, seen_weights=weights)
        for one, weights in ((draws["plain"], None), (draws["strata"], draws["strata"][2]))
    ]
    assert judged[1].reconstruction == pytest.approx(judged[0].reconstruction, rel=0.05)
    assert judged[1].disco == pytest.approx(judged[0].disco, rel=0.1)
    assert judged[1].closure == pytest.approx(judged[0].closure, rel=0.1)
    alike = measure(draws["strata"][0:2], (1.0, 1.0), TRAIN)
    assert alike.reconstruction > 2 * judged[0].reconstruction


def test_weights_of_one_are_judged_as_none():
    first, second, _ = drawn(5000, PROBABILITY, 1)
    plain = log_ratios(first, second, (0.1,))
    assert log_ratios(first, second, (0.1,), np.ones(5000))[0] == pytest.approx(plain[0], abs=0.02)
    assert log_ratios(first, second, (0.1,), np.ones(5000))[1] == pytest.approx(plain[1], rel=0.01)


def mixed(n, share, seed):
    """Events, a share of them of a hard kind with other directions, and their weights."""
    hard = np.arange(n) < round(share * n)
    x = events(n, seed)
    x[hard] = 3 * np.roll(x[hard], 20, axis=1)
    weights = np.where(hard, 0.1 / share, 0.9 / (1 - share)).astype(np.float32)
    order = np.random.default_rng(seed).permutation(n)
    return x[order], weights[order]


def test_a_training_on_strata_reaches_the_loss_of_a_plain_one():
    plain, _ = mixed(6000, 0.1, 11)
    strata, weights = mixed(6000, 0.5, 12)
    judge, judge_weights = mixed(6000, 0.5, 13)
    truth, _ = mixed(30_000, 0.1, 14)
    settings = TRAIN.model_copy(update={"closure": ClosureTerm(weight=0, target=None, cuts=3)})
    options = {"settings": settings, "epochs": 12, "learning_rate": 1e-2}

    def expected(model):
        outputs = [out.numpy() for out in model(tf.constant(truth))]
        return terms(loss_of(None, truth), truth, outputs)[0][0]

    found = {
        "plain": expected(train(x=plain, v=mixed(6000, 0.1, 15)[0], **options)[0]),
        "strata": expected(
            train(x=strata, v=judge, weights=(weights, judge_weights), **options)[0]
        ),
        "alike": expected(train(x=strata, v=judge, **options)[0]),
    }
    assert found["strata"] < 1.05 * found["plain"]
    assert found["strata"] < 0.8 * found["alike"]
