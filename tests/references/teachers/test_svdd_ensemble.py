"""The ensemble as a teacher: combinations of ranks, kept whole in its files."""

import numpy as np
import pytest

from trigger_ad.errors import TrainingError
from trigger_ad.references.svdd import collapse
from trigger_ad.references.svdd.ensemble import scores
from trigger_ad.references.teachers import svdd_ensemble
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.scorers.combine import Combination

SETTINGS = svdd_ensemble.SvddEnsemble(epochs=2)


def events(count, seed):
    draw = np.random.default_rng(seed)
    return Inputs(draw.integers(-40, 41, (count, 57), dtype=np.int32), 2.0**-4)


TRAIN, VALIDATE = events(1200, 1), events(400, 2)


def fit(tmp_path, **changes):
    settings = SETTINGS.model_copy(update=changes)
    notes = []
    found = svdd_ensemble.fit(
        settings, TRAIN, VALIDATE, 1, lambda part, note: notes.append(note), tmp_path / "c.npz"
    )
    return found, notes


def test_every_combination_is_that_of_the_ranks(tmp_path):
    trained, notes = fit(tmp_path)
    assert notes[-1].startswith("epoch 2/2, ")
    own = scores(trained.ensemble, VALIDATE.real).astype(np.float32)
    ranks = np.array(
        [
            [(np.sum(column <= value) + 1) / 1201 for value in values]
            for column, values in zip(trained.reference.T, own.T, strict=True)
        ]
    )
    expected = {
        "and": ranks.min(axis=0),
        "or": ranks.max(axis=0),
        "prod": np.log(ranks).sum(axis=0),
        "avg": ranks.mean(axis=0),
    }
    for how, values in expected.items():
        combined = svdd_ensemble.CombinedEnsemble(
            trained.ensemble, trained.reference, Combination(how)
        )
        assert combined.scores(VALIDATE) == pytest.approx(values)


def test_correlations_are_those_of_each_two_members(tmp_path):
    trained, _ = fit(tmp_path)
    found = trained.correlations(VALIDATE)
    own = scores(trained.ensemble, VALIDATE.real)
    count = own.shape[1]
    expected = [
        np.corrcoef(own[:, one], own[:, two])[0, 1]
        for one in range(count)
        for two in range(one + 1, count)
    ]
    assert found == pytest.approx(expected)


def test_what_is_saved_is_what_is_read(tmp_path):
    trained, _ = fit(tmp_path, combine="or")
    trained.save(tmp_path)
    loaded = svdd_ensemble.load(tmp_path)
    assert loaded.how is Combination.OR
    assert (loaded.scores(VALIDATE) == trained.scores(VALIDATE)).all()


def test_a_collapsed_ensemble_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(collapse, "SPREAD", 1e9)  # every member counts as collapsed
    with pytest.raises(TrainingError) as caught:
        fit(tmp_path)
    assert str(caught.value) == (
        "a Deep SVDD ensemble must keep at least two members, not 0 of 18, the others collapsed: "
        "train with more events or fewer epochs"
    )
