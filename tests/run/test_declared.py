"""A step gets what its stage declares, and to read anything else is a fault that says so."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.run.watch import watched
from trigger_ad import config as configuration
from trigger_ad.config import Config, Trigger
from trigger_ad.run.declared import UndeclaredReadError, declared_config, declared_folder, is_below
from trigger_ad.run.engine import Engine
from trigger_ad.run.pipelines import engine, stages
from trigger_ad.run.stage import Stage

CONFIG = configuration.parse("schema: config/1\nname: toy\nseed: 7\n")


def quiet(stage, part, note):
    pass


def engine_of(tmp_path, step, **declared):
    """Two stages, of which the second does what a test wants."""

    def first(context):
        context.out("first.txt").write_text("1")
        context.out("other.txt").write_text("2")
        np.savez(context.out("folder/array.npz"), a=1)

    def second(context):
        step(context)
        context.out("second.txt").write_text("2")

    stages = (
        Stage("first", first, (), (), ("first.txt", "folder")),
        Stage("unrelated", first, (), (), ("other.txt",)),
        Stage("second", second, ("seed", "trigger.rule"), ("first",), ("second.txt",), **declared),
    )
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "menu.yaml").write_text("menu")
    return Engine(CONFIG, tmp_path / "run", stages, {"menu": {"menu": (tmp_path / "menu.yaml",)}})


SENTENCE = (
    "stage second reads {} of the run folder without declaring it: name the stage that writes it "
    "among its inputs in trigger_ad/run/pipelines.py"
)


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (lambda folder: (folder / "other.txt").read_text(), "other.txt"),
        (lambda folder: open(folder / "other.txt"), "other.txt"),  # noqa: PTH123, SIM115
        (lambda folder: (folder / "other.txt").exists(), "other.txt"),
        (lambda folder: (folder / "folder/../other.txt").stat(), "other.txt"),
        (lambda folder: (folder / "folder").with_name("other.txt").read_bytes(), "other.txt"),
        (lambda folder: np.loadtxt(folder / "other.txt"), "other.txt"),
        (lambda folder: shutil.copy(folder / "other.txt", folder.parent), "other.txt"),
        (lambda folder: list(folder.glob("*.txt")), "."),
        (lambda folder: (folder / "other.txt").resolve(), "other.txt"),
        (lambda folder: (folder.absolute() / "config.yaml").read_text(), "config.yaml"),
        (lambda folder: (folder / "second.txt").is_file(), "second.txt"),  # of an earlier run
    ],
)
def test_a_planted_undeclared_read_is_a_fault(read, name, tmp_path):
    work = engine_of(tmp_path, lambda context: read(context.folder))
    with pytest.raises(UndeclaredReadError) as caught:
        work.run(quiet)
    assert str(caught.value) == SENTENCE.format(name)
    assert not (tmp_path / "run/second.txt").exists()


def test_what_is_declared_is_read_as_ever(tmp_path):
    def step(context):
        folder = context.folder
        assert folder == tmp_path / "run"
        assert str(folder / "first.txt") == f"{tmp_path}/run/first.txt"
        assert (folder / "first.txt").read_text() == "1"
        assert np.load(folder / "folder/array.npz")["a"] == 1
        assert [path.name for path in (folder / "folder").rglob("*")] == ["array.npz"]
        assert (folder / "folder").resolve().is_dir()
        assert not (folder / "second.txt").exists()
        assert (folder.parent / "menu.yaml").read_text() == "menu"  # not of the run folder
        assert dict(context.files) == {"menu": (tmp_path / "menu.yaml",)}
        travelled = pickle.loads(pickle.dumps(folder / "other.txt"))
        assert type(travelled) is type(Path())

    assert engine_of(tmp_path, step, beside=("second.txt",), files="menu").run(quiet) == [
        "first",
        "unrelated",
        "second",
    ]


def test_a_step_without_files_gets_none(tmp_path):
    def step(context):
        assert context.files == {}

    engine_of(tmp_path, step).run(quiet)


def test_what_a_configuration_leaves_out_is_absent(tmp_path):
    def step(context):
        assert not (context.folder / "other.txt").exists()
        with pytest.raises(FileNotFoundError, match="No such file or directory"):
            (context.folder / "other.txt").read_text()

    engine_of(tmp_path, step, absent=("other.txt",)).run(quiet)
    assert (tmp_path / "run/other.txt").exists()


@pytest.mark.parametrize(
    ("read", "key"),
    [
        (lambda config: config.name, "name"),
        (lambda config: config.validate_.bootstrap, "validate"),
        (lambda config: config.trigger.prescale, "trigger.prescale"),
        (lambda config: getattr(config, "features", None), "features"),
    ],
)
def test_a_planted_undeclared_key_is_a_fault(read, key, tmp_path):
    work = engine_of(tmp_path, lambda context: read(context.config))
    with pytest.raises(UndeclaredReadError) as caught:
        work.run(quiet)
    assert str(caught.value) == (
        f"stage second reads {key} of the configuration without declaring it: name it among its "
        "sections in trigger_ad/run/pipelines.py"
    )


def test_declared_keys_are_those_of_the_configuration():
    part = declared_config(CONFIG, ("seed", "trigger.rule", "validate"), "toy")
    assert isinstance(part, Config)
    assert isinstance(part.trigger, Trigger)
    assert part.seed == 7
    assert part.trigger.rule == CONFIG.trigger.rule
    assert part.validate_ == CONFIG.validate_
    with pytest.raises(AttributeError, match="sead"):
        part.sead  # noqa: B018
    with pytest.raises(Exception, match="frozen"):
        part.seed = 8


def test_what_a_stage_only_checks_is_no_part_of_its_key(tmp_path):
    def step(context):
        assert context.config.train.batch == CONFIG.train.batch

    plain, checking = (
        engine_of(tmp_path / name, step, checks=checks)
        for name, checks in (("one", ()), ("two", ("train",)))
    )
    with pytest.raises(UndeclaredReadError, match="stage second reads train of the configuration"):
        plain.run(quiet)
    checking.run(quiet)
    assert checking.key(checking.stages[2]) == plain.key(plain.stages[2])


def test_synthesis_is_asked_for_by_stages_that_declare_it(tmp_path):
    asked = []
    for name, synthesises in (("one", False), ("two", True)):
        work = engine_of(
            tmp_path / name, lambda context: asked.append(context.synth), synthesises=synthesises
        )
        work.synth = True
        work.run(quiet)
    assert asked == [False, True]


def test_a_relative_folder_is_guarded_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    folder = declared_folder(Path("run"), ("a.txt",), (), "toy")
    assert str(folder / "b.txt") == "run/b.txt"
    assert not (folder / "a.txt").exists()
    for path in (folder / "b.txt", folder.absolute() / "b.txt"):
        with pytest.raises(UndeclaredReadError, match=r"stage toy reads b\.txt of the run"):
            path.exists()


def undeclared(work, opened):
    """What each stage has opened below the run folder without declaring it."""
    found = {}
    for stage in work.stages:
        allowed = (*work.given(stage), *stage.outputs)  # which the engine puts into place
        found[stage.name] = [
            name for name in opened.get(stage.name, ()) if not is_below(name, allowed)
        ]
    return {name: paths for name, paths in found.items() if paths}


@pytest.mark.parametrize(
    "anew",
    [
        lambda folder: f"{folder}/other.txt",
        lambda folder: f"{folder}/other.txt".encode(),
        lambda folder: Path(folder) / "other.txt",
    ],
)
def test_a_path_made_anew_is_seen_by_the_watch(anew, tmp_path):
    def step(context):
        with open(anew(context.folder)) as file:  # noqa: PTH123
            assert file.read() == "2"
        assert (context.folder / "first.txt").read_text() == "1"

    work = engine_of(tmp_path, step)
    with watched(tmp_path / "run") as watch:
        work.run(watch.progress)
    assert undeclared(work, watch.seen) == {"second": ["other.txt"]}


def test_no_stage_of_a_run_opens_what_it_does_not_declare(small_run, small_config):
    opened = json.loads(small_run.with_name("opened.json").read_text())
    work = engine(configuration.load(small_config), small_run)
    assert undeclared(work, opened) == {}
    assert {*opened} == {stage.name for stage in work.stages} - {"words", "signals"}
    for stage, name in (
        ("score", "model/double/float.npz"),
        ("closure", "scores.npz"),
        ("validate", "rates.json"),
        ("report", "manifest.json"),
    ):
        assert name in opened[stage]
    assert any(name.endswith(".so") for name in opened["validate"])


def test_what_stages_that_are_left_out_have_written_is_absent():
    plain = CONFIG.model_copy(
        update={"baselines": configuration.Baselines(published={"epochs": 0})}
    )
    absent = {stage.name: {*stage.absent} for stage in stages(plain)}
    assert absent["report"] == {"menu.json", "menu_fragment.json"}  # the configuration names none
    assert absent["score"] == {
        "prepare.json",
        "model/teachers",
        "model/published/float.npz",
        "model/published/history.json",
    }
    assert absent["closure"] == set()
