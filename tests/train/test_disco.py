"""The term of the loss is the distance correlation, with its gradient."""

import numpy as np
import pytest

from trigger_ad.statistics.distance_correlation import distance_correlation_with_gradient
from trigger_ad.train.disco import disco


def test_works_inside_a_compiled_loss():
    import tensorflow as tf

    draw = np.random.default_rng(3)
    x, y = draw.gamma(3.0, size=(2, 300)).astype(np.float32)
    y += x / 2

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            value = 3.0 * disco(tf.math.log(x), y)
        return value, *tape.gradient(value, [x, y])

    value, by_x, by_y = step(tf.constant(x), tf.constant(y))
    expected, log_x, exact_y = distance_correlation_with_gradient(np.log(x), y)
    assert value.dtype == tf.float32
    assert float(value) == pytest.approx(3 * expected, rel=1e-5)
    assert by_x.numpy() == pytest.approx(3 * log_x / x, rel=1e-4, abs=1e-8)
    assert by_y.numpy() == pytest.approx(3 * exact_y, rel=1e-4, abs=1e-8)
