"""The engine on stages that only count, so that every rule of repetition is seen alone."""

from dataclasses import dataclass, field, replace

import pytest

from trigger_ad import config as configuration
from trigger_ad.errors import (
    ConfigError,
    MissingDependencyError,
    OutputError,
    RunFolderError,
    SchemaError,
)
from trigger_ad.run.engine import Engine, Stage
from trigger_ad.run.folder.context import Context
from trigger_ad.storage.files import write_json

CONFIG = configuration.parse("schema: config/1\nname: toy\n")


@dataclass
class Toy:
    """A step that writes its name and counts its calls; `fail` names one that breaks."""

    calls: list = field(default_factory=list)
    fail: str | None = None
    error: BaseException | None = None

    def __call__(self, context: Context, name: str) -> None:
        self.calls.append(name)
        if self.fail == name:
            context.checkpoint.write_text("half")
            context.out(f"{name}.txt").write_text("half")
            raise self.error
        if name == "right":
            context.out("right/inner.txt").write_text(str(context.config.seed))
        else:
            context.out(f"{name}.txt").write_text(name)


STEP = Toy()

STAGES = (
    Stage(
        "first", STEP, ("features",), (), ("first.txt",), arguments=(("name", "first"),), files="in"
    ),
    Stage("left", STEP, ("train",), ("first",), ("left.txt",), arguments=(("name", "left"),)),
    Stage("right", STEP, ("seed",), ("first",), ("right",), arguments=(("name", "right"),)),
    Stage(
        "last",
        STEP,
        ("trigger.sm_efficiency",),
        ("left", "right"),
        ("last.txt",),
        arguments=(("name", "last"),),
    ),
)


@pytest.fixture
def toy():
    """The step of all stages, as new."""
    vars(STEP).update(vars(Toy()))
    return STEP


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "events.h5"
    path.write_bytes(b"events")
    return path


def make(tmp_path, source, config=CONFIG, **options):
    return Engine(config, tmp_path / "run", STAGES, {"in": {"sm": (source,)}}, **options)


def quiet(stage, part, note):
    pass


def changed(text):
    return configuration.parse("schema: config/1\nname: toy\n" + text)


def test_everything_runs_once(tmp_path, source, toy):
    assert make(tmp_path, source).run(quiet) == ["first", "left", "right", "last"]
    assert make(tmp_path, source).run(quiet) == []
    assert (tmp_path / "run/right/inner.txt").read_text() == "1"
    assert not (tmp_path / "run/.partial/first").exists()


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("trigger: {sm_efficiency: 0.02}\n", ["last"]),
        ("seed: 5\n", ["right", "last"]),
        ("train: {epochs: 3}\n", ["left"]),  # its result is the same, so nothing follows
        ("features: {input_bits: 8}\n", ["first"]),
        ("validate: {bootstrap: 50}\n", []),
    ],
)
def test_one_key_repeats_exactly_what_depends_on_it(tmp_path, source, toy, text, again):
    make(tmp_path, source).run(quiet)
    assert make(tmp_path, source, changed(text)).run(quiet) == again


def test_events_are_known_by_their_content(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    source.write_bytes(b"other events")
    assert make(tmp_path, source).run(quiet) == ["first"]


def test_a_changed_output_is_made_again(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    (tmp_path / "run/right/inner.txt").write_text("tampered")
    assert make(tmp_path, source).run(quiet) == ["right"]


def test_a_new_version_of_a_stage_repeats_it(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    import dataclasses

    stages = (*STAGES[:3], dataclasses.replace(STAGES[3], version=2))
    work = Engine(CONFIG, tmp_path / "run", stages, {"in": {"sm": (source,)}})
    assert work.run(quiet) == ["last"]


def test_a_failed_stage_leaves_earlier_results(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    before = (tmp_path / "run/manifest.json").read_bytes()
    toy.fail, toy.error = "right", RunFolderError("it", "must work", "broken", "mend it")
    with pytest.raises(RunFolderError):
        make(tmp_path, source, changed("seed: 2\n")).run(quiet)
    assert (tmp_path / "run/right/inner.txt").read_text() == "1"
    assert (tmp_path / "run/manifest.json").read_bytes() == before


def test_a_killed_stage_finds_its_checkpoint_and_cleans_up(tmp_path, source, toy):
    toy.fail, toy.error = "left", KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, source).run(quiet)
    assert len(list((tmp_path / "run/.checkpoints").glob("left-*"))) == 1
    toy.fail = None
    assert make(tmp_path, source).run(quiet) == ["left", "right", "last"]
    assert not list((tmp_path / "run/.checkpoints").iterdir())


def test_a_full_disk_is_one_sentence(tmp_path, source, toy):
    toy.fail, toy.error = "left", OSError(28, "No space left on device")
    with pytest.raises(OutputError) as caught:
        make(tmp_path, source).run(quiet)
    assert str(caught.value) == (
        f"{tmp_path / 'run'} must be writable, not refused (no space left on device): free some "
        "room or choose another folder; what was finished is kept"
    )
    assert (tmp_path / "run/first.txt").read_text() == "first"


def test_too_little_space_is_found_before_anything_runs(tmp_path, source, toy, monkeypatch):
    monkeypatch.setattr("trigger_ad.run.engine._NEEDED_BYTES", 2**62)
    with pytest.raises(OutputError, match=r"must have \d+ MiB free, not \d+ MiB: free some"):
        make(tmp_path, source).run(quiet)
    assert toy.calls == []
    assert not (tmp_path / "run").exists()


def test_other_faults_of_the_system_are_not_hidden(tmp_path, source, toy):
    toy.fail, toy.error = "left", OSError(22, "Invalid argument")
    with pytest.raises(OSError, match="Invalid argument"):
        make(tmp_path, source).run(quiet)


def test_a_folder_of_another_configuration_is_refused(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    other = configuration.parse("schema: config/1\nname: other\n")
    with pytest.raises(
        RunFolderError,
        match=r"run must be a run of configuration 'other', not 'toy': choose another --out",
    ):
        make(tmp_path, source, other)


def test_a_folder_with_other_files_is_refused(tmp_path, source, toy):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/thesis.tex").write_text("precious")
    with pytest.raises(RunFolderError, match="must be a run folder or empty, not another folder"):
        make(tmp_path, source)


def test_a_newer_manifest_is_refused(tmp_path, source, toy):
    (tmp_path / "run").mkdir()
    write_json(tmp_path / "run/manifest.json", {"schema": "manifest/99"})
    with pytest.raises(SchemaError, match=r"must have schema manifest/3, not manifest/99"):
        make(tmp_path, source)


def test_two_runs_in_one_folder_are_refused(tmp_path, source, toy):
    work = make(tmp_path, source)
    with work._locked(), pytest.raises(RunFolderError, match="one run at a time"):
        make(tmp_path, source).run(quiet)


def test_only_what_a_stage_needs_is_run(tmp_path, source, toy):
    assert make(tmp_path, source).run(quiet, only="right") == ["first", "right"]
    with pytest.raises(ConfigError, match="must be one of first, left, right, last, not middle"):
        make(tmp_path, source).run(quiet, only="middle")


def test_status_names_what_would_run(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    status = make(tmp_path, source, changed("seed: 9\n")).status()
    assert {name: stage.state for name, stage in status.items()} == {
        "first": "up to date",
        "left": "up to date",
        "right": "to be run",
        "last": "waits",
    }
    assert all(stage.seconds is not None for stage in status.values())


def test_status_of_nothing(tmp_path, source, toy):
    status = make(tmp_path, source).status()
    assert [stage.state for stage in status.values()] == ["to be run", "waits", "waits", "waits"]
    assert all(stage.seconds is None for stage in status.values())


def test_synthesis_once_asked_for_stays_asked_for(tmp_path, source, toy):
    assert not make(tmp_path, source).synth
    make(tmp_path, source, synth=True).run(quiet)
    assert make(tmp_path, source).synth
    assert not make(tmp_path, source, synth=False).synth


def test_the_resolved_configuration_is_kept(tmp_path, source, toy):
    make(tmp_path, source, changed("seed: 4\n")).run(quiet)
    assert configuration.load(tmp_path / "run/config.yaml").seed == 4


def lacking(config):
    raise MissingDependencyError.of("the last stage", "a package", "an-extra")


def test_what_a_late_stage_needs_is_asked_for_before_the_first(tmp_path, source, toy):
    stages = (*STAGES[:3], replace(STAGES[3], needs=lacking))
    work = Engine(CONFIG, tmp_path / "run", stages, {"in": {"sm": (source,)}})
    with pytest.raises(MissingDependencyError) as caught:
        work.run(quiet)
    assert str(caught.value) == ("the last stage needs a package: pip install trigger-ad[an-extra]")
    assert toy.calls == []
    assert work.run(quiet, "left") == ["first", "left"]  # which do not need it


def test_a_stage_that_is_up_to_date_needs_nothing(tmp_path, source, toy):
    make(tmp_path, source).run(quiet)
    stages = (*STAGES[:3], replace(STAGES[3], needs=lacking))

    def work(config=CONFIG):
        return Engine(config, tmp_path / "run", stages, {"in": {"sm": (source,)}})

    assert work().run(quiet) == []
    with pytest.raises(MissingDependencyError):
        work(changed("trigger: {sm_efficiency: 0.02}\n")).run(quiet)
    assert toy.calls == ["first", "left", "right", "last"]
