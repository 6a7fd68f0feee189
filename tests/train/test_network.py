import numpy as np
import pytest

from trigger_ad.references.teachers.flow import FlowTeacher
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.single_ae import SingleAe
from trigger_ad.scorers.student import Student
from trigger_ad.scorers.table import find
from trigger_ad.train.network import build, build_from, extract, initial, predict

BRANCHES = find("double_ae").branches(DoubleAe(), 57)
X = np.random.default_rng(5).normal(size=(50, 57)).astype(np.float32)


@pytest.mark.parametrize("bias", [True, False])
def test_keras_and_numpy_compute_the_same(bias):
    branches = find("double_ae").branches(DoubleAe(bias=bias), 57)
    drawn = initial(branches, 3)
    shaken = {
        name: array + np.float32(0.1) if name.endswith("bias") else array
        for name, array in drawn.weights.items()
    }
    model = build_from(FloatModel(branches, shaken))
    outputs = predict(extract(model, branches), X, batch=16)
    assert [layer.name for layer in model.layers if layer.weights] == [
        name for pair in zip(*(b.layers for b in branches), strict=True) for name in pair
    ]
    assert model.input_shape == (None, 57)
    assert list(outputs) == ["ae1", "ae2"]
    for keras_output, ours in zip(model(X), outputs.values(), strict=True):
        assert ours == pytest.approx(np.asarray(keras_output), abs=1e-5)


def test_a_single_branch_has_one_output():
    branches = find("single_ae").branches(SingleAe(hidden=(16, 8, 4, 8, 16)), 57)
    model = build(branches, 1)
    assert len(model.outputs) == 1
    assert predict(extract(model, branches), X)["ae"] == pytest.approx(
        np.asarray(model(X)), abs=1e-5
    )


def test_weights_follow_from_the_seed(tmp_path):
    one, again, other = (extract(build(BRANCHES, seed), BRANCHES) for seed in (1, 1, 2))
    for name, array in one.weights.items():
        assert array.dtype == np.float32
        assert (array == again.weights[name]).all()
        assert name.endswith("bias") or (array != other.weights[name]).any()
    assert (one.weights["ae1_0.kernel"] != one.weights["ae2_0.kernel"]).any()
    one.save(tmp_path / "model.npz")
    loaded = FloatModel.load(tmp_path / "model.npz")
    assert loaded.branches == BRANCHES
    assert all((loaded.weights[name] == array).all() for name, array in one.weights.items())


def test_starting_weights_have_the_spread_of_he_and_glorot():
    weights = initial(find("single_ae").branches(SingleAe(hidden=(1000, 500, 1000)), 57), 1).weights
    assert weights["ae_0.kernel"].std() == pytest.approx(np.sqrt(2 / 57), rel=0.02)
    assert weights["ae_1.kernel"].std() == pytest.approx(np.sqrt(2 / 1500), rel=0.02)
    assert np.abs(weights["ae_1.kernel"]).max() <= np.sqrt(6 / 1500)
    assert not weights["ae_0.bias"].any()


@pytest.mark.parametrize("seed", range(20))
def test_a_student_starts_with_an_output_that_is_not_0(seed):
    branches = find("student").branches(Student(teacher=FlowTeacher()), 57)
    (output,) = predict(initial(branches, seed), X).values()
    assert (output > 0).mean() > 0.9
