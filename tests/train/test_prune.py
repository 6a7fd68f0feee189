"""Masks of a small model, and the schedule."""

import numpy as np
import pytest
import tensorflow as tf

from trigger_ad.layers.architecture import chain
from trigger_ad.train.network import build
from trigger_ad.train.prune import Pruning, first_full, part_of_goal

EPOCHS = 10
BRANCHES = (chain("ae", (4, 6, 4), (True, False), True),)


def kernels(model):
    return [np.asarray(model.get_layer(f"ae_{i}").kernel) for i in range(2)]


def start(sparsity):
    model = build(BRANCHES, 1)
    averages = [tf.Variable(variable) for variable in model.trainable_variables]
    return model, Pruning(model, sparsity, EPOCHS), averages


def test_the_schedule_rises_along_a_cubic_and_ends_before_the_training():
    parts = [part_of_goal(epoch, EPOCHS) for epoch in range(EPOCHS)]
    assert parts[:4] == pytest.approx([1 - 0.75**3, 1 - 0.5**3, 1 - 0.25**3, 1.0])
    assert parts[3:] == [1.0] * 7
    assert first_full(EPOCHS) == 3
    assert first_full(1) == first_full(0) == 0
    assert part_of_goal(0, 1) == part_of_goal(0, 0) == 1.0


def test_the_smallest_weights_of_each_layer_become_zero_and_stay():
    model, pruning, averages = start({"ae_0": 0.75, "ae_1": 0.5})
    before = kernels(model)
    dead = [np.zeros_like(kernel, dtype=bool) for kernel in before]
    for epoch in range(EPOCHS):
        pruning.grow(epoch, model.trainable_variables, averages)
        for i, kernel in enumerate(kernels(model)):
            assert not kernel[dead[i]].any()
            dead[i] = kernel == 0
            assert np.abs(before[i][dead[i]]).max() <= np.abs(before[i][~dead[i]]).min()
    assert [int(zeros.sum()) for zeros in dead] == [18, 12]
    for average, variable in zip(averages, model.trainable_variables, strict=True):
        assert np.array_equal(average.numpy(), variable.numpy())


def test_a_step_cannot_bring_a_weight_back():
    model, pruning, averages = start({"ae_1": 0.5})
    pruning.grow(EPOCHS - 1, model.trainable_variables, averages)
    dead = kernels(model)[1] == 0
    for variable in model.trainable_variables:
        variable.assign(variable + 1)
    pruning.apply(model.trainable_variables)
    assert np.array_equal(kernels(model)[1] == 0, dead)
    assert kernels(model)[0].all()  # not pruned


def test_nothing_is_pruned_where_nothing_is_asked_for():
    model, pruning, averages = start({"ae_0": 0.0})
    before = kernels(model)
    pruning.grow(EPOCHS - 1, model.trainable_variables, averages)
    assert pruning.first_full == 0
    assert all(map(np.array_equal, kernels(model), before))
