"""Records of a run are read where they belong together, and refused where they do not."""

import json
import logging
import shutil

import pytest
from click.testing import CliRunner

from tests.run.test_engine import CONFIG, STAGES, changed, make, quiet, source, toy  # noqa: F401
from trigger_ad import config as configuration
from trigger_ad.cli.main import cli
from trigger_ad.compare.runs import STAGES as COMPARED
from trigger_ad.errors import RunFolderError
from trigger_ad.run.folder import manifest as manifests
from trigger_ad.run.freshness import TRIGGER, require_fresh
from trigger_ad.storage.files import write_json


def old(folder, config=CONFIG, needed=("last",)):
    return manifests.old_stages(folder, manifests.load(folder), config, needed)


@pytest.fixture
def run(tmp_path, source, toy):  # noqa: F811
    make(tmp_path, source).run(quiet)
    return tmp_path / "run"


def test_a_run_that_is_up_to_date_has_no_old_stage(run):
    assert old(run) == {}


def test_a_configuration_that_has_changed_since(run):
    found = old(run, changed("seed: 5\ntrigger: {sm_efficiency: 0.02}\n"))
    assert found == {
        "last": "trigger.sm_efficiency of the configuration has changed since",
        "right": "seed of the configuration has changed since",
    }
    assert old(run, changed("seed: 5\n"), ("left",)) == {}


def test_a_stage_that_was_run_since(run, tmp_path, source, toy):  # noqa: F811
    other = changed("seed: 5\n")
    make(tmp_path, source, other).run(quiet, only="right")
    assert old(run, other) == {"last": "stage right has been run since with another result"}
    make(tmp_path, source, other).run(quiet)
    assert old(run, other) == {}


def test_a_record_that_was_changed_by_hand(run):
    (run / "last.txt").write_text("other")
    (run / "left.txt").write_text("other")  # which nobody reads
    assert old(run) == {"last": "last.txt has been changed since"}


def test_keys_of_a_later_version_are_not_held_against_a_run(run):
    manifest = manifests.load(run)
    section = manifest["stages"]["left"]["made_of"]["sections"]["train"]
    del section["epochs"]
    assert manifests.old_stages(run, manifest, CONFIG, ("left",)) == {}
    section["batch"] = 17
    assert list(manifests.old_stages(run, manifest, CONFIG, ("left",))) == ["left"]


def test_a_manifest_of_an_earlier_version(run, tmp_path, source, toy):  # noqa: F811
    path = run / "manifest.json"
    record = json.loads(path.read_text()) | {"schema": "manifest/1"}
    for entry in record["stages"].values():
        del entry["made_of"]
    write_json(path, record)
    assert old(run, changed("seed: 5\n")) == {}  # it does not say
    assert make(tmp_path, source).run(quiet) == []
    written = json.loads(path.read_text())
    assert written["schema"] == "manifest/3"
    assert all("made_of" in entry for entry in written["stages"].values())


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda m: m.pop("stages"), "stages"),
        (lambda m: m.update(stages=[]), "stages"),
        (lambda m: m["stages"]["last"].pop("outputs"), "stages.last.outputs"),
        (lambda m: m["stages"]["last"]["made_of"].pop("inputs"), "stages.last.made_of.inputs"),
    ],
)
def test_a_damaged_manifest_is_one_sentence(run, change, key):
    manifest = json.loads((run / "manifest.json").read_text())
    change(manifest)
    write_json(run / "manifest.json", manifest)
    with pytest.raises(RunFolderError) as caught:
        manifests.load(run)
    assert str(caught.value) == (
        f"{run / 'manifest.json'} must be a whole manifest, not one with such a {key}: run it again"
    )


@pytest.fixture
def copy(small_run, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small_run, folder)
    return folder


def test_verbs_refuse_what_is_old(copy, small_config, tmp_path):
    require_fresh(copy, (*TRIGGER, *COMPARED))
    text = (copy / "config.yaml").read_text()
    (copy / "config.yaml").write_text(text.replace("sm_efficiency: 0.05", "sm_efficiency: 0.03"))
    events = small_config.parent / "sm.h5"
    for verb in ("emulate --input", "rates --inputs"):
        name, option = verb.split()
        out = tmp_path / f"{name}.out"
        done = CliRunner().invoke(cli, [name, str(copy), option, str(events), "--out", str(out)])
        assert isinstance(done.exception, RunFolderError), done.output
        assert str(done.exception) == (
            f"{copy} must be up to date, not a run whose stage trigger is old (trigger of the "
            f"configuration has changed since): trigger-ad run {copy}/config.yaml --out {copy}"
        )
        assert not out.exists()
    require_fresh(copy, COMPARED)  # no thresholds are compared
    (copy / "config.yaml").write_text(text.replace("input_bits: 9", "input_bits: 10"))
    assert configuration.load(copy / "config.yaml").features.input_bits == 10
    done = CliRunner().invoke(cli, ["compare", str(copy), "--out", str(tmp_path / "compared")])
    assert f"{copy} must be up to date, not a run whose stage words is old" in str(done.exception)


def test_other_code_is_read_and_said(copy, caplog):
    manifest = manifests.load(copy)
    manifest["stages"]["trigger"]["made_of"]["version"] -= 1
    write_json(copy / "manifest.json", manifest)
    with caplog.at_level(logging.WARNING):
        require_fresh(copy)
    (message,) = caplog.messages
    assert message == (
        f"{copy}: stage trigger is by other code (trigger-ad {manifest['trigger_ad']}); "
        "it is read as it is, trigger-ad run brings it up to date"
    )


def test_a_stage_alone_says_what_waits(copy, small_config):
    text = small_config.read_text().replace("sm_efficiency: 0.05,", "sm_efficiency: 0.04,")
    (copy.parent / "other.yaml").write_text(text)
    config = copy.parent / "other.yaml"
    arguments = ["run", str(config), "--out", str(copy), "--stage", "trigger"]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"1 stages run in {copy}",
        "not up to date: menu, emulator, invariance, validate, report",
        f"trigger-ad run {config} --out {copy} brings them up to date",
    ]
