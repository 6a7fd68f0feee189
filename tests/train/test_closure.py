import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.config import ClosureTerm
from trigger_ad.train.closure import LIMIT, asymmetry, contrasts, pair_weights, quantiles, steer


def scores(n=20_000, dependence=0.0, seed=1):
    draw = np.random.default_rng(seed)
    shared, first, second = draw.normal(size=(3, n)).astype(np.float32)
    root = np.float32(np.sqrt(1 - dependence))
    tied = np.float32(np.sqrt(dependence)) * shared
    return tf.constant(tied + root * first), tf.constant(tied + root * second)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 0.999), st.integers(1, 12))
def test_cuts_fill_the_range_of_quantiles_one_in_each_part(offset, cuts):
    term = ClosureTerm(cuts=cuts, quantiles=(0.6, 0.96))
    kept = quantiles(term, np.float32(offset)).numpy()
    assert kept.shape == (cuts,)
    assert (kept >= 0.6 - 1e-5).all()
    assert (kept <= 0.96 + 1e-5).all()
    part = np.log((1 - kept) / 0.4) / np.log(0.04 / 0.4) * cuts
    assert part == pytest.approx(np.arange(cuts) + offset, abs=1e-3)


def test_narrow_cuts_count_the_regions():
    first, second = scores(dependence=0.3)
    found = asymmetry(first, second, tf.constant([0.7, 0.9]), 1e-5).numpy()
    for row, low in enumerate((0.7, 0.9)):
        for column, high in enumerate((0.7, 0.9)):
            one = first.numpy() > np.quantile(first, low)
            other = second.numpy() > np.quantile(second, high)
            a, b = np.sum(one & other), np.sum(one & ~other)
            c, d = np.sum(~one & other), np.sum(~one & ~other)
            n, r, s = len(one), (a + b) / len(one), (a + c) / len(one)
            expected = (a * d - b * c) / n**2 / (2 * r * s * (1 - r) * (1 - s))
            assert found[row, column] == pytest.approx(expected, abs=0.01)


def test_independent_scores_close_whatever_the_width():
    first, second = scores(200_000)
    for width in (0.01, 0.1, 1.0):
        found = asymmetry(first, second, tf.constant([0.7, 0.9]), width).numpy()
        assert np.abs(found).max() < 0.03


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_says_whether_the_signal_region_has_too_many_events(sign):
    first, second = scores(dependence=0.5)
    found = asymmetry(first, sign * second, tf.constant([0.7, 0.9]), 0.1).numpy()
    assert (sign * found > 0.1).all()


def test_constant_scores_have_a_finite_gradient():
    constant, other = tf.zeros(100), tf.random.stateless_normal((100,), (1, 2))
    with tf.GradientTape() as tape:
        tape.watch(constant)
        found = asymmetry(constant, other, tf.constant([0.9]), 0.1)
    assert np.isfinite(found).all()
    assert np.isfinite(tape.gradient(found, constant)).all()


def test_following_the_gradient_makes_scores_close():
    first, second = scores(2000, dependence=0.5)
    mixing = tf.Variable(0.0)
    kept = tf.constant([0.7, 0.8, 0.9])

    def found():
        return tf.reduce_sum(
            pair_weights(3) * tf.abs(asymmetry(first, second - mixing * first, kept, 0.1))
        )

    start = float(found())
    for _ in range(60):
        with tf.GradientTape() as tape:
            value = found()
        mixing.assign_sub(0.02 * tape.gradient(value, mixing))
    assert start > 0.3
    assert float(found()) < 0.1


@pytest.mark.parametrize("cuts", [1, 4, 7])
def test_half_of_the_weight_is_on_the_diagonal_beside_its_share(cuts):
    weights = pair_weights(cuts)
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert np.trace(weights) == pytest.approx(0.5 + 0.5 / cuts, abs=1e-6)


def test_multipliers_grow_outside_the_target_only():
    multipliers, memory = tf.Variable(tf.zeros(4)), tf.Variable(tf.zeros(4))
    found = tf.constant([0.004, 0.1, -0.1, 7.0])
    for _ in range(5):
        steer(multipliers, memory, found, 0.005)
    grown = multipliers.numpy()
    assert grown[0] == 0
    assert grown[1] == -grown[2] > 0.01
    assert grown[3] < 3.5 * grown[1]
    for _ in range(400):
        steer(multipliers, memory, found, 0.005)
    assert multipliers.numpy() == pytest.approx([0, LIMIT, -LIMIT, LIMIT])
    assert memory.numpy() == pytest.approx([0.004, 0.1, -0.1, 0.3], abs=1e-4)


def test_fluctuations_of_the_signal_region_average_out():
    """In batches of few events the mean asymmetry of independent scores is 0."""
    draw = np.random.default_rng(3)
    kept = tf.constant([0.85, 0.9], tf.float64)
    batches = draw.normal(size=(300, 2, 400))
    found = [asymmetry(*map(tf.constant, batch), kept, 0.05)[0, 1] for batch in batches]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))


def test_contrasts_are_the_coefficients_of_a_surface_of_second_order():
    found = contrasts(ClosureTerm(cuts=5, quantiles=(0.7, 0.95)))[:6]
    place = np.arange(5) - 2.0
    row, column = np.meshgrid(place, place, indexing="ij")
    surfaces = (np.ones((5, 5)), column, column**2, row, row * column, row**2)
    table = np.array([[np.sum(c * s) for s in surfaces] for c in found])
    assert found[0].sum() == pytest.approx(1)
    assert table == pytest.approx(np.triu(table), abs=1e-5)
    assert (np.diag(table) > 0).all()
    cubic = np.sum(found * row**3, axis=(1, 2))
    assert np.abs(cubic).max() > 0.1


def test_the_last_contrasts_are_those_of_a_line_of_fifth_order_on_the_diagonal():
    found = contrasts(ClosureTerm(cuts=8, quantiles=(0.7, 0.95)))[6:]
    line = np.diagonal(found, axis1=1, axis2=2)
    assert np.count_nonzero(found) == np.count_nonzero(line)
    place = (np.arange(8) - 3.5) / 4
    table = np.array([[np.sum(c * place**order) for order in range(6)] for c in line])
    assert line[0].sum() == pytest.approx(1)
    assert table == pytest.approx(np.triu(table), abs=1e-5)
    assert (np.diag(table) > 0).all()
    assert np.abs(line @ place**6).max() > 0.01


def test_contrasts_have_the_variance_of_their_mean():
    term = ClosureTerm(cuts=4, quantiles=(0.6, 0.9))
    kept = np.exp(np.log(0.4) + (np.arange(4) + 0.5) / 4 * np.log(0.1 / 0.4))
    variance = 1 / np.sqrt(np.outer(kept, kept))
    found = np.array([np.sum(c**2 * variance) for c in contrasts(term)])
    assert found[:6] == pytest.approx(found[0], rel=1e-4)
    assert found[6:] == pytest.approx(found[6], rel=1e-4)


def test_one_cut_has_a_mean_alone():
    assert contrasts(ClosureTerm(cuts=1)).tolist() == [[[1.0]], [[1.0]]]
