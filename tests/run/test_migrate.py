"""What earlier versions wrote, in the schemas of this one: nothing is lost, nothing repeated."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from trigger_ad import config as configuration
from trigger_ad.cli.main import cli
from trigger_ad.errors import OutputError, RunFolderError, SchemaError
from trigger_ad.run.folder import manifest as manifests
from trigger_ad.run.folder.keys import at, key_of, tree
from trigger_ad.run.migrate import migrate_configuration, migrate_folder, migrate_record
from trigger_ad.run.pipelines import stages
from trigger_ad.storage.files import digest, read_json, write_json
from trigger_ad.train.history import History

FROZEN = Path(__file__).parents[1] / "frozen"
HISTORY = "model/double/history.json"

#: Stages of version 0.3 whose sections are others now, so that they run again.
OTHER_SECTIONS = {"score", "trigger", "emulator", "closure", "validate", "resources", "report"}


def test_stages_of_an_earlier_manifest_are_up_to_date():
    """Their keys are those that a run would ask for, but of stages that read other sections now."""
    folder = FROZEN / "version_2"
    now = tree(configuration.load(folder / "config.yaml"))
    then = json.loads((folder / "manifest.json").read_text())["stages"]
    manifest = manifests.load(folder)
    sections = {
        stage.name: set(stage.sections)
        for stage in stages(configuration.load(folder / "config.yaml"))
    }
    assert manifest["schema"] == manifests.SCHEMA
    for name, entry in manifest["stages"].items():
        made_of = entry["made_of"]
        assert (set(made_of["sections"]) == sections[name]) == (name not in OTHER_SECTIONS)
        assert made_of["sections"] == {part: at(now, part) for part in made_of["sections"]}
        assert entry["key"] == key_of(made_of)
        assert made_of["inputs"] == then[name]["made_of"]["inputs"]
    assert (
        manifests.old_stages(
            folder, manifest, configuration.load(folder / "config.yaml"), ("report",)
        )
        == {}
    )


def test_a_key_that_was_none_stays_none(tmp_path):
    record = json.loads((FROZEN / "version_2/manifest.json").read_text())
    record["stages"]["train_single"]["key"] = "0" * 64
    record["stages"]["train_double"]["made_of"]["sections"]["scorer"]["target"] = 4
    write_json(tmp_path / "manifest.json", record)
    stages = manifests.load(tmp_path)["stages"]
    assert stages["train_single"]["key"] == "0" * 64
    assert stages["train_double"] == record["stages"]["train_double"]


@pytest.mark.parametrize("version", ["version_1", "version_2"])
def test_a_run_folder(version, tmp_path):
    folder, out = FROZEN / version, tmp_path / "new"
    before = digest(folder)
    told = migrate_folder(folder, out)
    assert digest(folder) == before
    assert told[0] == "config.yaml: schema of line 1 is now config/2"
    assert told[-1] == f"manifest.json: manifest/{version[-1]} is now manifest/3"
    assert (out / "config.yaml").read_text().startswith("schema: config/2\n")
    assert configuration.load(out / "config.yaml") == configuration.load(folder / "config.yaml")
    assert History.load(out / HISTORY) == History.load(folder / HISTORY)
    assert migrate_folder(out, tmp_path / "again") == []
    assert not (tmp_path / "again").exists()
    manifest = manifests.load(out)
    assert read_json(out / "manifest.json", manifests.SCHEMA) == manifest
    assert manifest["stages"]["train_double"]["outputs"][HISTORY] == digest(out / HISTORY)


def test_stages_after_a_rewritten_record_are_still_of_it(tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(FROZEN / "version_2", folder)
    shutil.copy(FROZEN / "version_1" / HISTORY, folder / HISTORY)
    record = json.loads((folder / "manifest.json").read_text())
    read_by = []
    record["stages"]["train_double"]["outputs"][HISTORY] = digest(folder / HISTORY)
    for name, entry in record["stages"].items():
        inputs = entry["made_of"]["inputs"]
        if "train_double" in inputs:
            inputs["train_double"][HISTORY] = digest(folder / HISTORY)
            entry["key"] = key_of(entry["made_of"])
            read_by.append(name)
    write_json(folder / "manifest.json", record)
    told = migrate_folder(folder, tmp_path / "new")
    assert f"{HISTORY}: history/1 is now history/2, without the seconds of each epoch" in told
    stages = manifests.load(tmp_path / "new")["stages"]
    assert {"quantize_double", "report"} <= set(read_by)
    for name in read_by:
        made_of = stages[name]["made_of"]
        assert made_of["inputs"]["train_double"] == stages["train_double"]["outputs"]
        assert stages[name]["key"] == key_of(made_of)


def test_records(tmp_path):
    scan = FROZEN / "scans/rates_scan_2.json"
    assert migrate_record(scan, tmp_path / "scan.json") == [
        "rates_scan/2 is now rates_scan/4, with pileup_unknown 0"
    ]
    then, now = read_json(scan, "rates_scan/2"), read_json(tmp_path / "scan.json", "rates_scan/4")
    assert now == {**then, "schema": "rates_scan/4", "pileup_unknown": 0}
    write_json(tmp_path / "none.json", {**then, "pileup": None})
    assert migrate_record(tmp_path / "none.json", tmp_path / "none_now.json")[0].endswith(" 30,000")
    write_json(tmp_path / "half.json", {"schema": "rates_scan/2", "events": 3})
    with pytest.raises(RunFolderError, match="must be a whole record rates_scan/2: run again what"):
        migrate_record(tmp_path / "half.json", tmp_path / "half_now.json")
    with pytest.raises(SchemaError) as caught:
        migrate_record(tmp_path / "scan.json", tmp_path / "other.json")
    assert str(caught.value) == (
        f"{tmp_path / 'scan.json'} must have one of the schemas history/1, rates_scan/2, not "
        "rates_scan/4: nothing is to be done for it, or make it again with this version"
    )
    with pytest.raises(OutputError, match=r"scan\.json must be absent, not a file: choose another"):
        migrate_record(tmp_path / "none.json", tmp_path / "scan.json")
    with pytest.raises(OutputError, match="must not replace an input"):
        migrate_record(scan, scan)


@pytest.mark.parametrize(
    ("out", "rule"),
    [
        ("old/new", "must lie outside of {old}: choose another folder"),
        ("old", "must lie outside of {old}: choose another folder"),
        ("full", "must be absent or empty, not a folder with files: choose another name"),
    ],
)
def test_where_no_copy_is_written(out, rule, tmp_path):
    shutil.copytree(FROZEN / "version_1", tmp_path / "old")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a").write_text("a")
    with pytest.raises(OutputError) as caught:
        migrate_folder(tmp_path / "old", tmp_path / out)
    assert str(caught.value) == f"--out {tmp_path / out} " + rule.format(old=tmp_path / "old")


def test_the_verb(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "schema: config/1  # old\nname: demo\nscorer: {combine: or}\n"
    Path("c.yaml").write_text(text)
    shutil.copy(FROZEN / "scans/rates_scan_2.json", "scan.json")
    shutil.copytree(FROZEN / "version_1", "run.1")

    def lines(*arguments):
        result = CliRunner().invoke(cli, ["migrate", *arguments], catch_exceptions=False)
        return result.output.splitlines()

    assert lines("c.yaml") == [
        "schema of line 1 is now config/2",
        "scorer.combine of line 3 is dropped: double_ae does not use it",
        f"written to {tmp_path / 'c.migrated.yaml'}",
    ]
    assert Path("c.yaml").read_text() == text
    assert Path("c.migrated.yaml").read_text() == text.replace("config/1", "config/2").replace(
        "{combine: or}", "{}"
    )
    assert lines("c.migrated.yaml", "--out", "other.yaml") == [
        "c.migrated.yaml has the schemas of this version"
    ]
    assert not Path("other.yaml").exists()
    assert lines("scan.json")[-1] == f"written to {tmp_path / 'scan.migrated.json'}"
    assert lines("run.1")[-1] == f"written to {tmp_path / 'run.1.migrated'}"
    with pytest.raises(OutputError, match=r"^--out c.yaml must not replace an input, not c.yaml: "):
        lines("c.yaml", "--out", "c.yaml")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_stay(end, tmp_path):
    lines = ("schema: config/1  # old", "name: demo", "scorer: {combine: or}", "")
    (tmp_path / "c.yaml").write_bytes(end.join(lines).encode())
    migrate_configuration(tmp_path / "c.yaml", tmp_path / "d.yaml")
    written = (tmp_path / "d.yaml").read_bytes().decode()
    assert written == end.join(("schema: config/2  # old", "name: demo", "scorer: {}", ""))
