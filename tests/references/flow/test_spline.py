import numpy as np
import pytest
import tensorflow as tf

from trigger_ad.references.flow.spline import NARROWEST, parameters_of, spline

BOX = 3.0
KNOTS = 6


def drawn(seed, events=40, inputs=3, scale=1.5):
    draw = np.random.default_rng(seed)
    z = draw.uniform(-BOX, BOX, (events, inputs))
    return z, draw.normal(scale=scale, size=(events, inputs, parameters_of(KNOTS)))


def bent(z, parameters, box=BOX):
    return [np.asarray(t) for t in spline(tf.constant(z), tf.constant(parameters), box)]


def table(parameters):
    """Knots and slopes of one spline, as Durkan et al. number them."""
    bins = (len(parameters) + 1) // 3
    knots = []
    for raw in (parameters[:bins], parameters[bins : 2 * bins]):
        part = np.exp(raw - raw.max())
        part = NARROWEST + (1 - bins * NARROWEST) * part / part.sum()
        knots.append(np.concatenate([[0], np.cumsum(part)]) * 2 * BOX - BOX)
    return *knots, np.concatenate([[1], np.exp(parameters[2 * bins :]), [1]])


def inverse(y, parameters):
    """The root of a quadratic, as Durkan et al. have it, one number at a time."""
    xs, ys, slopes = table(parameters)
    k = min(np.searchsorted(ys, y, side="right") - 1, len(xs) - 2)
    height, s = ys[k + 1] - ys[k], (ys[k + 1] - ys[k]) / (xs[k + 1] - xs[k])
    both = slopes[k + 1] + slopes[k] - 2 * s
    a = height * (s - slopes[k]) + (y - ys[k]) * both
    b = height * slopes[k] - (y - ys[k]) * both
    c = -s * (y - ys[k])
    return 2 * c / (-b - np.sqrt(b * b - 4 * a * c)) * (xs[k + 1] - xs[k]) + xs[k]


def test_the_inverse_of_the_paper_leads_back():
    z, parameters = drawn(1)
    found, _ = bent(z, parameters)
    back = [inverse(y, p) for y, p in zip(found.ravel(), parameters.reshape(-1, 14), strict=True)]
    np.testing.assert_allclose(np.reshape(back, z.shape), z, atol=1e-9)


def test_it_goes_through_its_knots_with_their_slopes():
    _, parameters = drawn(2, events=1, inputs=1)
    xs, ys, slopes = table(parameters[0, 0])
    found, logarithm = bent(xs[1:-1, None], np.repeat(parameters, KNOTS - 2, axis=0))
    np.testing.assert_allclose(found[:, 0], ys[1:-1], atol=1e-12)
    np.testing.assert_allclose(logarithm[:, 0], np.log(slopes[1:-1]), atol=1e-9)


def test_the_derivative_is_that_of_finite_differences():
    z, parameters = drawn(3)
    _, logarithm = bent(z, parameters)
    step = 1e-6
    above, below = (bent(z + sign * step, parameters)[0] for sign in (1, -1))
    np.testing.assert_allclose(np.exp(logarithm), (above - below) / (2 * step), rtol=1e-5)


def test_parameters_of_zero_are_the_identity():
    z, parameters = drawn(4)
    found, logarithm = bent(z, np.zeros_like(parameters))
    np.testing.assert_allclose(found, z, atol=1e-14)
    np.testing.assert_allclose(logarithm, 0, atol=1e-14)


def test_outside_the_box_it_is_the_identity_and_goes_on_continuously():
    z, parameters = drawn(5)
    for sign in (-1, 1):
        outside = sign * (BOX + np.abs(z))
        found, logarithm = bent(outside, parameters)
        np.testing.assert_array_equal(found, outside)
        np.testing.assert_array_equal(logarithm, 0)
        found, logarithm = bent(np.full_like(z, sign * (BOX - 1e-9)), parameters)
        np.testing.assert_allclose(found, sign * BOX, atol=1e-6)
        np.testing.assert_allclose(logarithm, 0, atol=1e-4)


@pytest.mark.parametrize("scale", [0.0, 1.0, 4.0, 12.0])
def test_it_increases_and_its_gradient_is_finite(scale):
    z, parameters = drawn(6, events=300, inputs=50, scale=scale)
    z = np.sort(z * 1.2, axis=0)
    same = np.repeat(parameters[:1], len(z), axis=0)
    found, _ = bent(z, same)
    assert (np.diff(found, axis=0) >= 0).all()
    single = tf.constant(parameters.astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(single)
        value, logarithm = spline(tf.constant(z.astype(np.float32)), single, BOX)
        total = tf.reduce_sum(value + logarithm)
    assert np.isfinite(total)
    assert np.isfinite(tape.gradient(total, single)).all()


@pytest.mark.parametrize(("knots", "count"), [(3, 5), (9, 23), (35, 101)])
def test_number_of_parameters(knots, count):
    assert parameters_of(knots) == count
