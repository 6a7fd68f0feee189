"""``trigger-ad convert RUN --emulator`` on runs whose emulators are compiled already."""

import shutil

import pytest
from click.testing import CliRunner

from trigger_ad.cli.main import cli
from trigger_ad.errors import ConversionError, SchemaError
from trigger_ad.hls.emulator_manifest import find
from trigger_ad.run.models import EMULATOR


@pytest.fixture
def copy(emulator_runs, tmp_path):
    """The run of version 1, its object where one of another name than the run's belongs."""
    folder = tmp_path / "run"
    shutil.copytree(emulator_runs[0], folder)
    (folder / "exports").mkdir()
    (folder / EMULATOR).rename(folder / "exports/Small_v1")
    return folder


def convert(folder, *options):
    return CliRunner().invoke(cli, ["convert", str(folder), *options])


def test_an_object_of_another_name_is_exported_and_checked(copy):
    out = copy / "exports/Small_v1"
    golden = out / "golden.txt"
    text = golden.read_text()
    golden.unlink()
    result = convert(copy, "--emulator", "--name", "Small", "--version", "1")
    assert result.output == (f"{out / 'SmallModel_v1.so'}: all golden vectors of {copy} equal\n")
    assert result.exit_code == 0
    assert golden.read_text() == text
    assert find(out) is not None


def test_the_object_of_a_run_is_there(small_run, tmp_path):
    folder = tmp_path / "small"
    shutil.copytree(small_run, folder)
    result = convert(folder, "--emulator")
    assert result.output.splitlines()[-1] == (
        f"{folder / EMULATOR / 'AnomalyModel_v1.so'}: all golden vectors of {folder} equal"
    )
    assert result.exit_code == 0


def test_a_run_without_golden_vectors(copy):
    (copy / "golden.npz").unlink()
    result = convert(copy, "--emulator", "--name", "Small")
    assert isinstance(result.exception, SchemaError)
    assert "golden.npz must have schema golden/1, not a missing file" in str(result.exception)


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
    result = convert(copy, "--emulator", "--name", "Small")
    assert isinstance(result.exception, SchemaError)
    assert "network.npz must have schema network/1, not a missing file" in str(result.exception)
