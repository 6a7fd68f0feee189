import os
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers import published
from trigger_ad.scorers.double_ae import DoubleAe
from trigger_ad.scorers.single_ae import SingleAe
from trigger_ad.scorers.table import find
from trigger_ad.train.network import predict

DATA = (
    Path(os.environ.get("TRIGGER_AD_SHARED", str(Path(__file__).parents[3] / "shared")))
    / "data"
    / "saved-model-doubleAE.hdf5"
)


def test_the_double_autoencoder_of_the_configuration():
    first, second = find("double_ae").branches(DoubleAe(), 57)
    assert (first.name, second.name) == ("ae1", "ae2")
    assert first.widths == second.widths == (57, 16, 8, 4, 8, 16, 57)
    assert first.relu == (True, True, False, True, True, False)
    assert first.layers[0] == "ae1_0"


@pytest.mark.parametrize("difference", ["absolute", "squared"])
@pytest.mark.parametrize("name", ["double_ae", "single_ae"])
def test_scores_are_distances_to_the_input(name, difference):
    scorer = find(name)
    settings = scorer.settings(difference=difference)
    kind = PortType(FixedPoint(9, 5), 57)
    draw = np.random.default_rng(1)
    ports = ["input", *(branch.name for branch in scorer.branches(settings, 57))]
    values = {port: draw.integers(-256, 256, (20, 57)) for port in ports}
    scores = [
        Score(key, expression, dict.fromkeys(ports, kind)).evaluate(values)
        for key, expression in scorer.expressions(settings).items()
    ]
    for score, branch in zip(scores, ports[1:], strict=True):
        each = np.abs(values["input"] - values[branch])
        assert (score == (each if difference == "absolute" else each**2).sum(axis=1)).all()


def test_the_names_of_the_scores():
    assert list(find("double_ae").expressions(DoubleAe())) == ["score1", "score2"]
    assert list(find("single_ae").expressions(SingleAe())) == ["score"]


def test_a_miss_lists_the_scorers():
    with pytest.raises(ConfigError) as caught:
        find("triple_ae")
    assert str(caught.value) == (
        "key 'scorer.name' must be a known scorer, not 'triple_ae': "
        "choose from double_ae, pair, combination, single_ae, vae, svdd, student, density, tails, "
        "factorised"
    )


def test_the_published_network_has_its_published_size():
    shape = published.branches(57)
    weights = sum(
        a * b for branch in shape for a, b in zip(branch.widths, branch.widths[1:], strict=False)
    )
    assert weights == 231_040
    assert all(branch.relu == (True,) * 4 + (False,) + (True,) * 4 + (False,) for branch in shape)
    assert not any(node.kind.bias for branch in shape for node in branch.nodes)


@pytest.mark.skipif(not DATA.exists(), reason="the authors' weights are not here")
def test_weights_whose_first_layer_has_no_number():
    model = published.load_weights(DATA.with_name("saved-model-doubleAE_10.hdf5"))
    assert sum(kernel.size for kernel in model.weights.values()) == 231_040


@pytest.mark.skipif(not DATA.exists(), reason="the authors' weights are not here")
def test_the_published_weights_give_their_losses():
    model = published.load_weights(DATA)
    x = np.linspace(-1, 1, 57, dtype=np.float32)[None]
    losses = [float(np.mean((out - x) ** 2)) for out in predict(model, x).values()]
    assert losses == pytest.approx([0.361703, 0.649553], abs=1e-6)


def write(path, shapes):
    """The layer that a process makes first has no number in its name."""
    import h5py

    with h5py.File(path, "w") as file:
        for number, shape in shapes:
            name = f"dense_{number}" if number else "dense"
            file[f"{name}/{name}/kernel:0"] = np.full(shape, number, np.float32)


def shapes_of_published(first=6):
    return [
        (first + index, shape)
        for index, shape in enumerate(
            shape
            for branch in published.branches(57)
            for shape in zip(branch.widths, branch.widths[1:], strict=False)
        )
    ]


@pytest.mark.parametrize("first", [0, 1, 6, 20, 90])
def test_kernels_are_taken_by_number_not_by_text(tmp_path, first):
    write(tmp_path / "w.h5", shapes_of_published(first))
    model = published.load_weights(tmp_path / "w.h5")
    for branch, start in (("ae1", first), ("ae2", first + 10)):
        numbers = [float(model.weights[f"{branch}_{i}.kernel"][0, 0]) for i in range(10)]
        assert numbers == list(range(start, start + 10))


def test_other_weight_files_are_refused(tmp_path):
    write(tmp_path / "w.h5", shapes_of_published()[:-1])
    with pytest.raises(SchemaError, match="must hold two networks 57-256-128-64-32-5-32-64-128-"):
        published.load_weights(tmp_path / "w.h5")
    (tmp_path / "text.h5").write_text("not HDF5")
    with pytest.raises(SchemaError) as caught:
        published.load_weights(tmp_path / "text.h5")
    assert str(caught.value) == (
        f"{tmp_path / 'text.h5'} must be a Keras weight file in HDF5, not unreadable: "
        "check the path"
    )
