"""Every teacher: scores that tell events apart, the same after it was written and read."""

import numpy as np
import pytest

from trigger_ad.config.tables import TABLES
from trigger_ad.references.flow.settings import TRIGGER_SIZED
from trigger_ad.references.teachers.flow import FlowTeacher
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.references.teachers.table import TEACHERS


def events(count, seed):
    draw = np.random.default_rng(seed)
    return Inputs(draw.integers(-40, 41, (count, 57), dtype=np.int32), 2.0**-5)


TRAIN, VALIDATE = events(1100, 1), events(300, 2)


def test_every_name_of_the_configuration_is_a_teacher():
    assert TABLES["teachers"].names() == tuple(TEACHERS)
    for name, kind in TEACHERS.items():
        assert kind.settings().name == name


@pytest.mark.parametrize("name", sorted(TEACHERS))
def test_what_is_written_is_what_is_read(name, tmp_path):
    kind, told = TEACHERS[name], []
    epochs = {"epochs": 1} if "epochs" in kind.settings.model_fields else {}
    settings = kind.settings(**epochs)
    trained = kind.fit(
        settings, TRAIN, VALIDATE, 1, lambda part, note: told.append(part), tmp_path / "c.npz"
    )
    folder = tmp_path / "teacher"
    folder.mkdir()
    trained.save(folder)
    scores = trained.scores(VALIDATE)
    assert (kind.load(folder).scores(VALIDATE) == scores).all()
    assert scores.shape == (300,)
    assert scores.dtype == np.float64
    assert len(np.unique(scores)) > 250
    assert all(0 < part < 1 for part in told)


def test_a_flow_is_trained_on_the_grid_of_the_inputs(tmp_path):
    settings = FlowTeacher(epochs=1)
    trained = TEACHERS["flow"].fit(
        settings, TRAIN, VALIDATE, 1, lambda part, note: None, tmp_path / "c.npz"
    )
    assert trained.flow.settings.lsb == TRAIN.lsb != TRIGGER_SIZED.lsb


def test_what_is_unusual_is_isolated_sooner(tmp_path):
    kind = TEACHERS["isolation_forest"]
    trained = kind.fit(
        kind.settings(size="paper"), TRAIN, VALIDATE, 1, lambda part, note: None, tmp_path / "c.npz"
    )
    far = Inputs(np.full((1, 57), 200, np.int32), TRAIN.lsb)
    assert trained.scores(far)[0] > trained.scores(TRAIN).max()
