import numpy as np
import pytest

from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.references.svdd.ensemble import Ensemble, initial, outputs, scores
from trigger_ad.references.svdd.settings import TRIGGER_SIZED, Settings, SvddMember

TINY = Settings(dimensions=(2, 3), targets=(0.0, 2.5), hidden=(4,))


def test_defaults_are_the_63_members_of_the_paper():
    members = Settings().members
    assert len(members) == 63
    assert members[0] == SvddMember(5, 0.0)
    assert members[-1] == SvddMember(233, 25.0)
    assert len({member.name for member in members}) == 63
    assert members[-1].name == "d233_c25"


def test_starting_weights_depend_on_seed_and_member_alone():
    together = initial(TINY, 1)
    alone = initial(TINY, 1, members=(SvddMember(3, 2.5),))
    assert together.members[3] == alone.members[0]
    for name, array in alone.weights[0].items():
        np.testing.assert_array_equal(array, together.weights[3][name])
    kernels = [w["kernel0"] for w in (*together.weights, *initial(TINY, 2).weights)]
    for index, kernel in enumerate(kernels):
        assert all((kernel != other).any() for other in kernels[:index])


def test_sizes_of_a_member():
    weights = initial(TRIGGER_SIZED, 1).weights[-1]
    assert {name: array.shape for name, array in weights.items()} == {
        "kernel0": (57, 16),
        "kernel1": (16, 8),
        "kernel2": (8, 13),
    }
    assert 0.0 not in TRIGGER_SIZED.targets


def test_scores_by_hand():
    weights = {
        "kernel0": np.array([[1.0, -1.0]], np.float32),
        "bias0": np.array([0.5, 0.0], np.float32),
        "kernel1": np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], np.float32),
        "bias1": np.array([0.0, 0.0, 4.0], np.float32),
    }
    settings = Settings(dimensions=(3,), targets=(1.0,), hidden=(2,))
    ensemble = Ensemble(settings, settings.members, (weights,))
    x = np.array([[1.0]], np.float32)
    np.testing.assert_allclose(outputs(ensemble, 0, x), [[3.0, np.exp(-1) - 1, 4.0]], rtol=1e-6)
    expected = (2**2 + (np.exp(-1) - 2) ** 2 + 3**2) / 3
    np.testing.assert_allclose(scores(ensemble, x), [[expected]], rtol=1e-6)


def test_a_saved_ensemble_is_read_back(tmp_path):
    for settings in (TINY, TRIGGER_SIZED):
        ensemble = initial(settings, 1)
        ensemble.save(tmp_path / "svdd.npz")
        again = Ensemble.load(tmp_path / "svdd.npz")
        assert (again.settings, again.members) == (settings, ensemble.members)
        x = np.random.default_rng(2).normal(size=(50, 57)).astype(np.float32)
        np.testing.assert_array_equal(scores(again, x), scores(ensemble, x))


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "svdd.npz"
    with pytest.raises(SchemaError, match=r"must have schema svdd_ensemble/1, not a missing file"):
        Ensemble.load(path)
    path.write_bytes(b"PK")
    with pytest.raises(SchemaError, match=r"must have schema svdd_ensemble/1, not a broken file"):
        Ensemble.load(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"batch": 0}, "svdd.batch must be above 0, not 0: give a larger number"),
        (
            {"learning_rate": float("nan")},
            "svdd.learning_rate must be above 0, not nan: give a larger number",
        ),
        ({"hidden": (4, 0)}, "svdd.hidden must be above 0, not 0: give a larger number"),
        ({"targets": ()}, "svdd.targets must not be empty: give one value or more"),
        (
            {"dimensions": (5, 5)},
            (
                "svdd.dimensions must be different from each other, not [5, 5]: "
                "leave the repeated ones out"
            ),
        ),
        (
            {"activation": "tanh"},
            "svdd.activation must be elu or relu, not 'tanh': choose one of them",
        ),
    ],
)
def test_settings_out_of_range_are_refused(change, sentence):
    with pytest.raises(ConfigError) as error:
        Settings(**change)
    assert str(error.value) == sentence
