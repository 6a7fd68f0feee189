"""``trigger-ad convert RUN --emulator`` on runs whose emulators are compiled already."""

import shutil

from click.testing import CliRunner

from trigger_ad.cli.main import cli
from trigger_ad.errors import ConversionError, RunFolderError, SchemaError
from trigger_ad.hls.emulator_manifest import find
from trigger_ad.run_folder import NAMES


def convert(folder, *options):
    return CliRunner().invoke(cli, ["convert", str(folder), *options])


def test_an_object_of_another_name_is_exported_and_checked(exported_run):
    out = exported_run / "exports/Small_v1"
    golden = out / "golden.txt"
    text = golden.read_text()
    golden.unlink()
    result = convert(exported_run, "--emulator", "--name", "Small", "--version", "1")
    assert result.output == (
        f"{out / 'SmallModel_v1.so'}: all golden vectors of {exported_run} equal\n"
    )
    assert result.exit_code == 0
    assert golden.read_text() == text
    assert find(out) is not None


def test_the_object_of_a_run_is_there(small_run, tmp_path):
    folder = tmp_path / "small"
    shutil.copytree(small_run, folder)
    result = convert(folder, "--emulator")
    assert result.output.splitlines()[-1] == (
        f"{folder / NAMES.emulator / 'AnomalyModel_v1.so'}: all golden vectors of {folder} equal"
    )
    assert result.exit_code == 0


def test_a_run_without_golden_vectors(exported_run):
    (exported_run / "golden.npz").unlink()
    result = convert(exported_run, "--emulator", "--name", "Small")
    assert isinstance(result.exception, SchemaError)
    assert "golden.npz must have schema golden/1, not a missing file" in str(result.exception)


def test_golden_vectors_of_another_model_are_an_error(exported_run, emulator_runs):
    shutil.copyfile(emulator_runs[1] / "golden.npz", exported_run / "golden.npz")
    result = convert(exported_run, "--emulator", "--name", "Small")
    assert isinstance(result.exception, ConversionError)
    assert str(result.exception).endswith(": take the golden vectors of this model")


def test_what_to_write_must_be_said(exported_run):
    result = convert(exported_run)
    assert result.exit_code == 2
    assert "say what to write: --emulator" in result.output


def test_an_unfinished_run_and_a_bad_name(exported_run):
    result = convert(exported_run, "--emulator", "--name", "../x")
    assert "the name of an emulator must match" in str(result.exception)
    shutil.rmtree(exported_run / "model")
    result = convert(exported_run, "--emulator", "--name", "Small")
    assert isinstance(result.exception, RunFolderError)
    assert str(result.exception).endswith(
        "scores.json must be a readable file, not no such file or directory: run the stage that "
        "writes it"
    )
