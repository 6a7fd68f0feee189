import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.statistics.distance_correlation import (
    distance_correlation,
    distance_correlation_with_gradient,
)

# dcor compiles itself at import, which can abort in a process with other large libraries,
# so that it has a process of its own.
WITH_DCOR = """
import json, sys
import dcor
import numpy as np
json.dump([dcor.distance_correlation_sqr(*map(np.array, pair)) for pair in json.load(sys.stdin)],
          sys.stdout)
"""


def full(x, y):
    def centred(v):
        d = np.abs(v[:, None] - v[None, :])
        return d - d.mean(axis=0) - d.mean(axis=1)[:, None] + d.mean()

    a, b = centred(np.asarray(x, float)), centred(np.asarray(y, float))
    return np.mean(a * b) / np.sqrt(np.mean(a * a) * np.mean(b * b))


def by_dcor(samples):
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITH_DCOR],
        input=json.dumps([[list(v) for v in sample] for sample in samples]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(finished.stdout)


def pairs(elements):
    def of_size(n):
        return st.tuples(
            st.lists(elements, min_size=n, max_size=n), st.lists(elements, min_size=n, max_size=n)
        )

    return st.integers(2, 40).flatmap(of_size)


def samples(kind, n=300, seed=3):
    draw = np.random.default_rng(seed)
    x, y = draw.gamma(3.0, size=(2, n))
    y = y + 0.5 * x
    if kind == "integers":
        return np.floor(3 * x), np.floor(2 * y)
    if kind == "ties in x":
        return np.floor(x), y
    if kind == "ties in y":
        return x, np.floor(y)
    if kind == "two values":
        return (x > 3).astype(float), (y > 4).astype(float)
    if kind == "equal":
        return x, x.copy()
    return x, y


KINDS = ["real", "integers", "ties in x", "ties in y", "two values", "equal"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [2, 3, 5, 64, 65, 300])
def test_equals_the_matrices(kind, n):
    x, y = samples(kind, n)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert distance_correlation(x, y) == 0.0
    else:
        assert distance_correlation(x, y) == pytest.approx(full(x, y), abs=1e-12)


def test_equals_dcor():
    drawn = [samples(kind, n) for kind in KINDS for n in (2, 3, 5, 64, 65, 300)]
    drawn = [(x, y) for x, y in drawn if np.ptp(x) > 0 and np.ptp(y) > 0]
    drawn.append(samples("real", 10_000))
    assert len(drawn) > 30
    ours = [distance_correlation(x, y) for x, y in drawn]
    assert ours == pytest.approx(by_dcor(drawn), abs=1e-12)


@given(pairs(st.integers(-3, 3)))
def test_equals_the_matrices_with_heavy_ties(sample):
    x, y = sample
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert distance_correlation(x, y) == 0.0
    else:
        assert distance_correlation(x, y) == pytest.approx(full(x, y), abs=1e-11)


@given(pairs(st.floats(-1e6, 1e6, width=32)), st.floats(0.1, 10), st.floats(-5, 5))
def test_is_symmetric_and_does_not_see_units(sample, scale, shift):
    x, y = (np.round(np.asarray(v), 2) for v in sample)
    value = distance_correlation(x, y)
    assert distance_correlation(y, x) == pytest.approx(value, abs=1e-9)
    assert distance_correlation(scale * x + shift, y) == pytest.approx(value, abs=1e-6)
    assert -1e-12 <= value <= 1 + 1e-12


def test_a_linear_relation_has_correlation_one():
    x = np.random.default_rng(1).normal(size=1000)
    assert distance_correlation(x, 3 - 2 * x) == pytest.approx(1.0, abs=1e-13)


@pytest.mark.parametrize("kind", ["real", "ties in x", "ties in y"])
def test_gradient_by_finite_differences(kind):
    x, y = samples(kind, 40)
    value, by_x, by_y = distance_correlation_with_gradient(x, y)
    assert value == distance_correlation(x, y)
    for which, gradient in ((0, by_x), (1, by_y)):
        moved = (x, y)[which]
        for index in np.flatnonzero([np.sum(moved == v) == 1 for v in moved]):
            step = np.zeros(40)
            step[index] = 1e-6
            low, high = (
                ((x - step, y), (x + step, y)) if which == 0 else ((x, y - step), (x, y + step))
            )
            slope = (full(*high) - full(*low)) / 2e-6
            assert gradient[index] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_equals_that_of_the_matrices(kind):
    import tensorflow as tf

    arrays = samples(kind)
    x, y = (tf.constant(v, tf.float64) for v in arrays)

    def centred(v):
        d = tf.abs(v[:, None] - v[None, :])
        rows = tf.reduce_mean(d, axis=0)
        return d - rows[None, :] - rows[:, None] + tf.reduce_mean(rows)

    with tf.GradientTape() as tape:
        tape.watch([x, y])
        a, b = centred(x), centred(y)
        value = tf.reduce_mean(a * b) / tf.sqrt(tf.reduce_mean(a * a) * tf.reduce_mean(b * b))
    expected = tape.gradient(value, [x, y])
    _, by_x, by_y = distance_correlation_with_gradient(*arrays)
    assert by_x == pytest.approx(expected[0].numpy(), abs=1e-12)
    assert by_y == pytest.approx(expected[1].numpy(), abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 100])
@pytest.mark.parametrize("level", [0.0, 0.1, -1e300])
def test_a_constant_has_no_correlation_and_no_gradient(n, level):
    constant, other = np.full(n, level), np.arange(n, dtype=float)
    for sample in ((constant, other), (other, constant), (constant, constant)):
        value, by_x, by_y = distance_correlation_with_gradient(*sample)
        assert value == 0.0
        assert not by_x.any()
        assert not by_y.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_stays_so(bad):
    value, by_x, _ = distance_correlation_with_gradient([0.0, 1.0, bad], [1.0, 2.0, 3.0])
    assert np.isnan(value)
    assert np.isnan(by_x).all()


@settings(deadline=None)
@given(st.integers(0, 2**31))
def test_the_gradient_sums_to_zero(seed):
    x, y = samples("real", 50, seed)
    _, by_x, by_y = distance_correlation_with_gradient(x, y)
    assert by_x.sum() == pytest.approx(0, abs=1e-12)
    assert by_y.sum() == pytest.approx(0, abs=1e-12)
    assert by_x @ x == pytest.approx(0, abs=1e-12)  # dCor does not depend on the unit


def test_memory_grows_with_the_events_only():
    import tracemalloc

    x, y = samples("real", 20_000)
    tracemalloc.start()
    distance_correlation_with_gradient(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500 * 20_000  # bytes; one matrix would take 3.2e9
