"""``trigger-ad convert RUN --emulator`` on runs whose emulators are compiled already."""

import shutil

import pytest
from click.testing import CliRunner

from trigger_ad.cli.main import cli
from trigger_ad.errors import ConversionError, SchemaError
from trigger_ad.hls.emulator_manifest import FOLDER, find


@pytest.fixture
def copy(emulator_runs, tmp_path):
    """The run of version 1, to be changed."""
    shutil.copytree(emulator_runs[0], tmp_path / "run")
    return tmp_path / "run"


def convert(folder, *options):
    return CliRunner().invoke(cli, ["convert", str(folder), *options])


def test_an_object_is_written_and_checked(copy):
    golden = copy / FOLDER / "golden.txt"
    text = golden.read_text()
    golden.unlink()
    result = convert(copy, "--emulator", "--name", "Small", "--version", "1")
    assert result.output.splitlines() == [
        str(copy / FOLDER / "SmallModel_v1.so"), "745 golden vectors equal",
    ]  # fmt: skip
    assert result.exit_code == 0
    assert golden.read_text() == text
    assert find(copy / FOLDER) is not None


def test_a_run_without_golden_vectors(copy):
    (copy / "golden.npz").unlink()
    result = convert(copy, "--emulator", "--name", "Small")
    assert result.output.splitlines()[1] == "not checked: the run has no golden vectors yet"


def test_golden_vectors_of_another_model_are_an_error(copy, emulator_runs):
    shutil.copyfile(emulator_runs[1] / "golden.npz", copy / "golden.npz")
    result = convert(copy, "--emulator", "--name", "Small")
    assert isinstance(result.exception, ConversionError)
    assert str(result.exception).endswith(": take the golden vectors of this model")


def test_what_to_write_must_be_said(copy):
    result = convert(copy)
    assert result.exit_code == 2
    assert "say what to write: --emulator" in result.output


def test_an_unfinished_run_and_a_bad_name(copy):
    result = convert(copy, "--emulator", "--name", "../x")
    assert "the name of an emulator must match" in str(result.exception)
    shutil.rmtree(copy / "model")
    result = convert(copy, "--emulator")
    assert isinstance(result.exception, SchemaError)
    assert "network.npz must have schema network/1, not a missing file" in str(result.exception)
