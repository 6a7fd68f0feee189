from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.references.svdd.ensemble import initial, scores
from trigger_ad.references.svdd.settings import Settings
from trigger_ad.references.svdd.stack import _gradients, losses, pack, step, unpack

SETTINGS = Settings(dimensions=(2, 5, 11), targets=(0.0, 3.0), hidden=(7, 4))
VARIANTS = [
    SETTINGS,
    replace(SETTINGS, bias=False),
    replace(SETTINGS, activation="relu"),
    replace(SETTINGS, hidden=(6,), bias=False, activation="relu"),
]


def start(settings, seed=1):
    """An ensemble whose biases are not 0."""
    ensemble = initial(settings, seed, n_in=9)
    draw = np.random.default_rng(seed)
    for weights in ensemble.weights:
        for name, array in weights.items():
            if name.startswith("bias"):
                array[:] = draw.normal(size=array.shape)
    return ensemble


def batch(n=2300):
    return np.random.default_rng(5).normal(size=(n, 9)).astype(np.float32)


def test_packing_is_undone_by_unpacking():
    for settings in VARIANTS:
        ensemble = start(settings)
        stack = pack(settings, ensemble.members, ensemble.weights)
        for one, other in zip(unpack(stack), ensemble.weights, strict=True):
            assert one.keys() == other.keys()
            assert all((one[name] == other[name]).all() for name in one)


@pytest.mark.parametrize("settings", VARIANTS)
def test_short_last_layer_loses_nothing_of_the_loss(settings):
    ensemble = start(settings)
    stack = pack(settings, ensemble.members, ensemble.weights)
    x = batch()
    np.testing.assert_allclose(losses(stack, x), scores(ensemble, x).mean(axis=0), rtol=2e-6)


@pytest.mark.parametrize("settings", VARIANTS)
def test_loss_and_gradients_are_those_of_tensorflow_layer_by_layer(settings):
    import tensorflow as tf

    ensemble = start(settings)
    x = batch()
    stack = pack(settings, ensemble.members, ensemble.weights)
    loss, gradients = _gradients(stack, x)
    depth = len(settings.hidden)
    ours = replace(stack, kernels=gradients[:depth], biases=gradients[depth:-1], last=gradients[-1])
    activation = getattr(tf.nn, settings.activation)
    for index, (member, found) in enumerate(zip(ensemble.members, unpack(ours), strict=True)):
        names = list(ensemble.weights[index])
        variables = {n: tf.constant(a, tf.float64) for n, a in ensemble.weights[index].items()}
        with tf.GradientTape() as tape:
            tape.watch(variables)
            values = tf.constant(x, tf.float64)
            for layer in range(depth + 1):
                values = values @ variables[f"kernel{layer}"]
                values += variables.get(f"bias{layer}", 0.0)
                if layer < depth:
                    values = activation(values)
            expected = tf.reduce_mean(tf.square(values - member.target))
        slopes = tape.gradient(expected, variables)
        np.testing.assert_allclose(loss[index], expected, rtol=2e-6)
        for name in names:
            wanted = np.asarray(slopes[name])
            np.testing.assert_allclose(found[name], wanted, atol=1e-5 * np.abs(wanted).max())


def test_a_step_is_that_of_adam_in_keras():
    import keras

    ensemble = start(SETTINGS)
    stack = pack(SETTINGS, ensemble.members, ensemble.weights)
    moments = tuple([np.zeros_like(a) for a in stack.arrays] for _ in range(2))
    rates = np.full(6, 0.01, np.float32)
    variables = [keras.Variable(array.copy()) for array in stack.arrays]
    optimizer = keras.optimizers.Adam(0.01)
    for count in (1, 2, 3):
        _, gradients = _gradients(stack, batch(400))
        optimizer.apply(gradients, variables)
        step(stack, moments, rates, count, batch(400))
        for ours, theirs in zip(stack.arrays, variables, strict=True):
            np.testing.assert_allclose(ours, np.asarray(theirs), atol=2e-6)


def test_each_member_has_its_own_rate():
    ensemble = start(SETTINGS)
    stack = pack(SETTINGS, ensemble.members, ensemble.weights)
    moments = tuple([np.zeros_like(a) for a in stack.arrays] for _ in range(2))
    step(stack, moments, np.array([0, 1, 0, 0, 0, 0], np.float32), 1, batch(400))
    moved = [
        any((one[n] != other[n]).any() for n in one)
        for one, other in zip(unpack(stack), ensemble.weights, strict=True)
    ]
    assert moved == [False, True, False, False, False, False]
