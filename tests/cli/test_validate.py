"""``trigger-ad validate RUN``: the ladder from QKeras to the shared object."""

import json
import shutil

import pytest
from click.testing import CliRunner

from trigger_ad.cli.main import cli
from trigger_ad.errors import ConversionError
from trigger_ad.storage.files import digest

RUNGS = ["fast", "csim", "qkeras", "top", "rtl", "abi"]


def validate(folder, *options):
    return CliRunner().invoke(cli, ["validate", str(folder), *options], catch_exceptions=True)


@pytest.fixture
def copy(small_run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(small_run, folder)
    return folder


def test_every_rung_is_listed(copy):
    result = validate(copy)
    assert result.exit_code == 0
    rows = [line.split() for line in result.output.splitlines() if " different, " in line]
    assert [row[0] for row in rows] == RUNGS
    for row in rows:
        assert row[3] == row[5] == "0"
        assert int(row[2].replace(",", "")) >= 1000


def test_all_climbs_again(copy):
    record = (copy / "validation.json").read_text()
    before = json.loads((copy / "manifest.json").read_text())["stages"]["validate"]
    result = validate(copy, "--all")
    assert result.exit_code == 0
    after = json.loads((copy / "manifest.json").read_text())["stages"]["validate"]
    assert before["seconds"] != after["seconds"]
    assert (copy / "validation.json").read_text() == record


def test_a_difference_is_named(copy):
    """The first event, the signal and both values, from a record that has them."""
    record = json.loads((copy / "validation.json").read_text())
    first = {"event": 17, "signal": "score1", "reference": 5, "result": 6}
    record["bit_exact"]["rtl"] |= {"mismatches": 3, "first_difference": first}
    (copy / "validation.json").write_text(json.dumps(record))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["stages"]["validate"]["outputs"]["validation.json"] = digest(copy / "validation.json")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    result = validate(copy)
    assert isinstance(result.exception, ConversionError)
    assert str(result.exception) == (
        "score1 of rung rtl in event 17 must be 5 LSB, as in fast, not 6: convert the run again; "
        "if it stays, one of the two has a fault"
    )
