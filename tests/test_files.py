import json

import pytest

from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.files import digest, read_json, write_json


def test_json_round_trip(tmp_path):
    write_json(tmp_path / "a/b.json", {"schema": "x/1", "value": 0.1})
    assert read_json(tmp_path / "a/b.json", "x/1") == {"schema": "x/1", "value": 0.1}
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b.json"]


def test_json_has_no_infinities(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "b.json", {"value": float("inf")})


def test_missing_broken_and_foreign_records(tmp_path):
    with pytest.raises(
        RunFolderError,
        match="must be a readable file, not no such file",
    ):
        read_json(tmp_path / "none.json", "x/1")
    (tmp_path / "half.json").write_text('{"schema": ')
    with pytest.raises(RunFolderError, match="must be whole JSON"):
        read_json(tmp_path / "half.json", "x/1")
    (tmp_path / "list.json").write_text(json.dumps([1]))
    with pytest.raises(SchemaError, match="must have schema x/1, not None"):
        read_json(tmp_path / "list.json", "x/1")


def test_digest_of_a_folder_knows_names_and_contents(tmp_path):
    assert digest(tmp_path / "nothing") == ""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text("1")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    (tmp_path / "b/x").rename(tmp_path / "b/y")
    assert digest(tmp_path / "a") != digest(tmp_path / "b")
