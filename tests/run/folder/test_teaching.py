"""A student of a run: its teacher is trained, its targets are the teacher's, it learns."""

import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.compare.members import member_correlations, rows
from trigger_ad.compare.runs import ComparedRun
from trigger_ad.errors import ConfigError
from trigger_ad.references.teachers import svdd_ensemble
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.teaching import Lessons, inputs
from trigger_ad.run.pipelines import engine, stages
from trigger_ad.train.history import History

PAIR = (
    "{name: pair, hidden: [8, 4, 8], members: [{name: svdd, bias: false}, {name: student, "
    "hidden: [8], learn: log, teacher: {name: svdd_ensemble, epochs: 2, combine: avg}}]}"
)


@pytest.fixture(scope="module")
def config(small_config):
    text = small_config.read_text().replace("{hidden: [4, 2, 4]}", PAIR)
    alone = "epochs: 8, batch: 500, disco: {weight: 0}, closure: {weight: 0, target: null}"
    return configuration.parse(text.replace("epochs: 2, batch: 500", alone))


def test_a_student_learns_what_its_teacher_says(config, tmp_path):
    run = engine(config, tmp_path / "run")
    done = run.run(lambda stage, part, note: None, only="train_double")
    assert done == ["words", "teach", "train_double"]
    data = Dataset(tmp_path / "run", config.features)
    lessons = Lessons(tmp_path / "run", config.scorer, data)
    teacher = svdd_ensemble.load(tmp_path / "run/model/teachers/2")
    validate = inputs(data, "sm", "validate")
    values = lessons.values(validate)
    assert list(values) == ["2"]
    order = np.argsort(teacher.scores(validate), kind="stable")
    assert (np.diff(values["2"][order]) >= 0).all()
    (target,) = lessons.targets(data.words("sm", "validate")).values()
    assert target[:, 0] == pytest.approx(np.maximum(values["2"], 0), rel=1e-6)
    history = History.load(tmp_path / "run/model/double/history.json")
    learned = history.column("validate_reconstruction")
    assert min(learned) < learned[0]
    drawn = {"sm_threshold": None, "sm_test": None}
    compared = ComparedRun(tmp_path / "run", config, None, {}, {}, drawn, ())
    ((label, by_seed),) = member_correlations({1: compared}).items()
    assert label == f"{config.name}:score2"
    assert by_seed[1].tolist() == teacher.correlations(inputs(data, "sm", "test")).tolist()
    (row,) = rows({label: by_seed})
    assert row.smallest.mean == by_seed[1].min()
    assert row.median.values == (np.median(by_seed[1]),)


def test_only_runs_with_students_have_the_stage(config, small_config):
    assert "teach" in [stage.name for stage in stages(config)]
    without = stages(configuration.load(small_config))
    assert "teach" not in [stage.name for stage in without]
    assert all("teach" not in stage.inputs for stage in without)


OF_SVDD = (
    "choose from name, hidden, bias, shape, layers, latent, target; trigger-ad migrate c.yaml "
    "drops it"
)


@pytest.mark.parametrize(
    ("member", "rule"),
    [
        ("{name: student}", "teacher' at c.yaml:8 must be given: add teacher"),
        (
            "{name: svdd, teacher: {name: svdd_ensemble}}",
            f"teacher' at c.yaml:8 must be a key of svdd, not 'teacher': {OF_SVDD}",
        ),
        (
            "{name: svdd, fidelity: 0.8}",
            f"fidelity' at c.yaml:8 must be a key of svdd, not 'fidelity': {OF_SVDD}",
        ),
    ],
)
def test_a_teacher_and_its_fidelity_belong_to_a_student(small_config, member, rule):
    pair = f"{{name: pair, members: [{member}, {{name: vae}}]}}"
    text = small_config.read_text().replace("{hidden: [4, 2, 4]}", pair)
    with pytest.raises(ConfigError) as caught:
        configuration.parse(text, "c.yaml")
    assert str(caught.value) == f"key 'scorer.members.0.{rule}"
