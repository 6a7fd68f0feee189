import numpy as np
import pytest
import tensorflow as tf

from trigger_ad.references.flow import made
from trigger_ad.references.flow.settings import Settings
from trigger_ad.references.flow.spline import parameters_of, spline

SETTINGS = Settings(layers=1, hidden=(7, 5), knots=4, box=3.0)
N_IN = 4


def weights(settings=SETTINGS, n_in=N_IN, seed=1):
    """Like those of a trained network: none is 0 where a mask lets it be something else."""
    draw = np.random.default_rng(seed)
    return [
        draw.uniform(0.2, 0.8, shape).astype(np.float32) for shape in made.shapes(settings, n_in)
    ]


def events(n=5, n_in=N_IN):
    return np.random.default_rng(2).uniform(0.1, 1.0, (n, n_in)).astype(np.float32)


def jacobian(tape, columns, z):
    """Derivatives by the inputs, one output at a time: (n_events, n_out, n_in)."""
    return np.stack([np.asarray(tape.gradient(column, z)) for column in columns], axis=1)


def test_masks_by_hand():
    first, last = made.masks(Settings(hidden=(4,), knots=3), 3)
    # Degrees of the hidden units are 0, 0, 1, 1.
    np.testing.assert_array_equal(first, [[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]])
    one = np.array([[0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1]])
    np.testing.assert_array_equal(last, np.repeat(one, 5, axis=1))


@pytest.mark.parametrize("hidden", [(7, 5), (2,), (3, 40, 3)])
def test_an_input_has_parameters_of_those_before_it_alone(hidden):
    settings = Settings(hidden=hidden, knots=4)
    z = tf.constant(events())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        total = tf.reduce_sum(made.evaluate(settings, weights(settings), z), axis=2)
        columns = tf.unstack(total, axis=1)
    found = jacobian(tape, columns, z)
    allowed = np.tril(np.ones((N_IN, N_IN), bool), -1)
    assert (found[:, ~allowed] == 0).all()
    if min(hidden) >= N_IN - 1:
        assert (found[:, allowed] > 0).all()  # of all of those


def test_a_layer_has_a_triangular_jacobian_with_the_derivatives_on_its_diagonal():
    z = tf.constant(events())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        bent, logarithm = spline(z, made.evaluate(SETTINGS, weights(), z), SETTINGS.box)
        columns = tf.unstack(bent, axis=1)
    found = jacobian(tape, columns, z)
    assert (found[:, np.triu(np.ones((N_IN, N_IN), bool), 1)] == 0).all()
    assert (found[:, 1, 0] != 0).all()
    diagonal = np.diagonal(found, axis1=1, axis2=2)
    np.testing.assert_allclose(np.log(diagonal), logarithm, rtol=1e-3)


def test_what_a_mask_forbids_is_not_looked_at():
    plain = weights()
    masks = made.masks(SETTINGS, N_IN)
    spoilt = list(plain)
    for layer, mask in enumerate(masks):
        assert (mask == 0).any()
        spoilt[2 * layer] = np.where(mask > 0, plain[2 * layer], np.float32(1e6))
    found = [np.asarray(made.evaluate(SETTINGS, w, tf.constant(events()))) for w in (plain, spoilt)]
    np.testing.assert_array_equal(*found)


def test_of_one_input_the_parameters_are_the_last_bias():
    own = weights(n_in=1)
    found = np.asarray(made.evaluate(SETTINGS, own, tf.constant(events(n_in=1))))
    np.testing.assert_array_equal(found, np.broadcast_to(own[-1], (5, 1, parameters_of(4))))


def test_starting_weights_have_the_spread_of_he_and_give_the_identity():
    settings = Settings(hidden=(300, 400), knots=4)
    drawn = made.initial(settings, 50, np.random.default_rng(1))
    assert [w.shape for w in drawn] == made.shapes(settings, 50)
    mask = made.masks(settings, 50)[1]
    assert (drawn[2][mask == 0] == 0).all()
    # Of a column's sum of squares the mean is 2, whatever its mask lets through.
    np.testing.assert_allclose((drawn[2] ** 2).sum(axis=0).mean(), 2, rtol=0.05)
    assert (np.asarray(made.evaluate(settings, drawn, tf.constant(events(n_in=50)))) == 0).all()
