import json

import pytest

from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.storage.files import digest, put, read_json, write_json


def test_json_round_trip(tmp_path):
    write_json(tmp_path / "a/b.json", {"schema": "x/1", "value": 0.1})
    assert read_json(tmp_path / "a/b.json", "x/1") == {"schema": "x/1", "value": 0.1}
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b.json"]


def test_json_has_no_infinities(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "b.json", {"value": float("inf")})


def test_missing_broken_and_foreign_records(tmp_path):
    with pytest.raises(RunFolderError, match="must be a readable file, not no such file"):
        read_json(tmp_path / "none.json", "x/1")
    (tmp_path / "half.json").write_text('{"schema": ')
    with pytest.raises(RunFolderError, match="must be whole JSON"):
        read_json(tmp_path / "half.json", "x/1")
    (tmp_path / "list.json").write_text(json.dumps([1]))
    with pytest.raises(SchemaError, match="must have schema x/1"):
        read_json(tmp_path / "list.json", "x/1")


def test_digest_of_a_folder_knows_names_and_contents(tmp_path):
    assert digest(tmp_path / "nothing") == ""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("1")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    (tmp_path / "b/x").rename(tmp_path / "b/y")
    assert digest(tmp_path / "a") != digest(tmp_path / "b")


def test_put_replaces_folders_and_files(tmp_path):
    for name in ("new", "there/old"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / name[-3:]).write_text(name)
    put(tmp_path / "new", tmp_path / "there/old")
    assert [p.name for p in (tmp_path / "there").rglob("*")] == ["old", "new"]
    (tmp_path / "file").write_text("1")
    put(tmp_path / "file", tmp_path / "other/file")
    assert (tmp_path / "other/file").read_text() == "1"
    assert not (tmp_path / "file").exists()
