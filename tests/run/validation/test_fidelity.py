"""Students of a run against their teachers, and the run that is refused."""

import numpy as np
import pytest

from trigger_ad.errors import TrainingError
from trigger_ad.references.teachers.flow import FlowTeacher
from trigger_ad.run.folder.score_table import SCHEMA, ScoreTable
from trigger_ad.run.validation.fidelity import require_students
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.student import Student
from trigger_ad.scorers.vae import Vae
from trigger_ad.storage import arrays


def scorer(asked):
    student = Student(teacher=FlowTeacher(), fidelity=asked)
    return Pair(members=(Vae(), student))


@pytest.fixture
def scores(tmp_path):
    """A student that orders five of six pairs of four events as its teacher does."""
    found = {"teacher": np.array([1, 2, 3, 4]), "firmware": np.array([10, 30, 20, 40])}
    named = {f"{model}/sm_threshold/score2": values for model, values in found.items()}
    lsb = {"teacher": {"score2": 2.0**-20}, "firmware": {"score1": 1.0, "score2": 1.0}}
    arrays.save(tmp_path / "scores.npz", SCHEMA, {"lsb": lsb}, named)
    return ScoreTable(tmp_path / "scores.npz")


def test_a_student_that_falls_short_is_refused(scores):
    with pytest.raises(TrainingError) as caught:
        require_students(scores, scorer(0.9), 1)
    text = str(caught.value)
    assert text.startswith("the student must order at least 0.9 of all pairs as its teacher does, ")
    assert "not 0.8333 [" in text
    assert text.endswith(": widen it, give it more bits or train it longer, or ask for less")


@pytest.mark.parametrize("asked", [None, 0.8])
def test_a_student_that_is_good_enough(scores, asked):
    require_students(scores, scorer(asked), 1)
