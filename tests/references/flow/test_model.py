import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from trigger_ad.errors import SchemaError
from trigger_ad.references.flow import made
from trigger_ad.references.flow.model import Flow, initial, log_density
from trigger_ad.references.flow.settings import Settings
from trigger_ad.references.flow.spline import spline
from trigger_ad.storage import arrays

SETTINGS = Settings(layers=3, hidden=(6, 6), knots=5, box=3.0, lsb=0.25)


def events(n=300, n_in=4, seed=1):
    draw = np.random.default_rng(seed)
    return (np.round(draw.normal(1.0, 8.0, (n, n_in))) * SETTINGS.lsb).astype(np.float32)


def random_flow(n_in=4, seed=1, scale=0.7):
    """A flow far from the identity, as if trained."""
    flow = initial(SETTINGS, events(n_in=n_in), seed)
    draw = np.random.default_rng(seed)
    drawn = (draw.normal(scale=scale, size=w.shape).astype(np.float32) for w in flow.weights)
    return replace(flow, weights=tuple(drawn))


def test_the_logarithm_of_the_determinant_is_that_of_the_whole_jacobian():
    flow = random_flow()
    z = tf.constant(flow.standardise(events(50)))
    count = len(flow.weights) // SETTINGS.layers
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        value = z
        for layer, order in enumerate(flow.orders):
            own = flow.weights[layer * count : (layer + 1) * count]
            value = tf.gather(value, order, axis=1)
            value, _ = spline(value, made.evaluate(SETTINGS, own, value), SETTINGS.box)
        columns = tf.unstack(value, axis=1)
    jacobian = np.stack([np.asarray(tape.gradient(c, z)) for c in columns], axis=1)
    jacobian = jacobian.astype(np.float64)
    last = np.asarray(value).astype(np.float64)
    logistic = -(last + 2 * np.logaddexp(0, -last)).sum(axis=1)
    found = np.asarray(log_density(SETTINGS, flow.orders, flow.weights, z))
    np.testing.assert_allclose(found, logistic + np.linalg.slogdet(jacobian)[1], atol=2e-3)
    mixed = np.abs(jacobian).mean(axis=0)
    assert (mixed > 1e-4).all()  # permutations let every input reach every other


def test_in_two_dimensions_the_density_integrates_to_1():
    flow = random_flow(n_in=2, scale=0.4)
    axis = np.arange(-16, 16, 0.04, dtype=np.float32) + np.float32(0.02)
    z = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    density = np.exp(flow.log_densities(z) - flow.cell)
    assert density.max() > 0.15  # it is not what it was before: 1/16 at most
    assert density.sum() * 0.04**2 == pytest.approx(1, abs=2e-3)


def test_scores_are_nearly_probabilities_of_the_points_of_the_grid():
    flow = initial(SETTINGS, events(n_in=2), 1)
    axis = np.arange(-200, 201) * SETTINGS.lsb
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)
    scores = flow.scores(x)
    assert scores.dtype == np.float64
    assert np.exp(-scores).sum() == pytest.approx(1, abs=1e-3)
    middle = np.argmin(scores)
    np.testing.assert_allclose(x[middle], flow.mean, atol=SETTINGS.lsb)


def test_the_score_of_an_event_does_not_depend_on_the_others():
    flow, x = random_flow(), events(5000)
    together = flow.scores(x)
    np.testing.assert_array_equal(flow.scores(x), together)
    np.testing.assert_allclose(flow.scores(x[4090:4100]), together[4090:4100], rtol=1e-5)
    np.testing.assert_allclose(flow.scores(x[::-1])[::-1], together, rtol=1e-5)
    assert flow.scores(x[:0]).shape == (0,)


def test_an_event_far_outside_is_rarer_and_its_score_finite():
    flow = random_flow()
    x = np.zeros((4, 4), np.float32)
    x[1:, 2] = [1e2, 1e4, 1e6]
    scores = flow.scores(x)
    assert np.isfinite(scores).all()
    assert (np.diff(scores) > 0).all()


def test_a_constant_input_has_the_deviation_of_its_noise():
    x = events()
    x[:, 1] = 0
    flow = initial(SETTINGS, x, 1)
    assert flow.deviation[1] == pytest.approx(SETTINGS.lsb / np.sqrt(12))
    assert np.isfinite(flow.scores(x)).all()


def test_what_is_drawn_for_a_layer_follows_from_seed_and_index():
    x = events()
    one, two = (initial(replace(SETTINGS, layers=n), x, 1) for n in (2, 3))
    np.testing.assert_array_equal(one.orders, two.orders[:2])
    for mine, other in zip(one.weights, two.weights, strict=False):
        np.testing.assert_array_equal(mine, other)
    again = initial(SETTINGS, x, 2)
    assert (again.weights[0] != two.weights[0]).any()
    assert (two.weights[0] != two.weights[len(two.weights) // 3]).any()


def test_a_saved_flow_is_read_back(tmp_path):
    flow = random_flow()
    flow.save(tmp_path / "flow.npz")
    again = Flow.load(tmp_path / "flow.npz")
    assert again.settings == flow.settings
    for name in ("mean", "deviation", "orders"):
        np.testing.assert_array_equal(getattr(again, name), getattr(flow, name))
    np.testing.assert_array_equal(again.scores(events()), flow.scores(events()))
    again.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "flow.npz").read_bytes()


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "flow.npz"
    with pytest.raises(SchemaError, match=r"must have schema flow/1, not a missing file"):
        Flow.load(path)
    path.write_bytes(b"PK")
    with pytest.raises(SchemaError, match=r"must have schema flow/1, not a broken file"):
        Flow.load(path)


def _without(name):
    return lambda named: named.pop(name)


def _with(name, change):
    return lambda named: named.__setitem__(name, change(named[name]))


@pytest.mark.parametrize(
    "spoil",
    [
        _without("mean"),
        _without("weight17"),
        _with("weight0", lambda array: array[:, 1:]),
        _with("deviation", lambda array: array[1:]),
        _with("orders", lambda array: array[1:]),
        _with("orders", lambda array: array + 1),
        _with("orders", lambda array: array * 0),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path, spoil):
    path = tmp_path / "flow.npz"
    random_flow().save(path)
    header, named = arrays.load(path, "flow/1")
    spoil(named)
    arrays.save(path, "flow/1", {"settings": header["settings"]}, named)
    with pytest.raises(SchemaError) as error:
        Flow.load(path)
    assert str(error.value) == (
        f"{path} must hold the arrays of its settings, not others: train the flow again"
    )


def test_importing_a_flow_does_not_start_tensorflow():
    code = (
        "import sys, trigger_ad.references.flow.fit; "
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
