"""Reading a run folder."""

import json
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.errors import RunFolderError, SchemaError
from trigger_ad.report.numbers.load import HISTORIES, load

OTHER = "use the version that wrote it"
SCHEMAS = {
    "validation": ("validation/1", OTHER),
    "closure": ("closure/2", OTHER),
    "rates": ("rates/2", OTHER),
    "resources": ("resources/1", "convert the model again with this version"),
    "manifest": ("manifest/3", OTHER),
    "menu": ("run_menu/2", OTHER),
}


def test_scores_are_integers_times_their_lsb(run_folder: Path) -> None:
    run = load(run_folder)
    raw = run.scores.raw("firmware", "sm_test", "score1")
    assert raw.dtype == np.int64
    np.testing.assert_array_equal(run.scores.value("firmware", "sm_test", "score1"), raw / 16)
    assert run.scores.has("single_firmware")
    assert not run.scores.has("published")
    assert run.name == "double_ae"
    assert run.signals == ("leptoquark", "a_to_4l", "h0_to_tautau", "hplus_to_taunu")


def test_scores_that_were_not_made_are_named(run_folder: Path) -> None:
    with pytest.raises(RunFolderError, match=r"^scores\.npz must hold published/sm_test/score1"):
        load(run_folder).scores.raw("published", "sm_test", "score1")


@pytest.mark.parametrize("name", SCHEMAS)
def test_unknown_schema_of_a_record_is_refused(own_folder: Path, name: str) -> None:
    path = own_folder / f"{name}.json"
    content = json.loads(path.read_text()) | {"schema": f"{name}/99"}
    path.write_text(json.dumps(content))
    with pytest.raises(SchemaError) as caught:
        load(own_folder)
    assert str(caught.value) == (
        f"{path} must have schema {SCHEMAS[name][0]}, not {name}/99: {SCHEMAS[name][1]}"
    )


def test_unknown_schema_of_scores_is_refused(own_folder: Path) -> None:
    np.savez(own_folder / "scores.npz", header=np.array('{"schema": "scores/99", "lsb": {}}'))
    rule = r"scores\.npz must have schema scores/2 or scores/1, not scores/99"
    with pytest.raises(SchemaError, match=rule):
        load(own_folder)


@pytest.mark.parametrize("name", HISTORIES.values())
def test_unknown_schema_of_a_history_is_refused(own_folder: Path, name: str) -> None:
    (own_folder / name).write_text("{}")
    with pytest.raises(SchemaError, match=r"must have schema history/2"):
        load(own_folder)


def test_a_run_with_loaded_weights_has_no_histories(own_folder: Path) -> None:
    for name in HISTORIES.values():
        (own_folder / name).unlink()
    assert load(own_folder).histories == {}


def test_missing_record(own_folder: Path) -> None:
    path = own_folder / "rates.json"
    path.unlink()
    with pytest.raises(RunFolderError) as caught:
        load(own_folder)
    assert str(caught.value) == (
        f"{path} must be a readable file, not no such file or directory: "
        "run the stage that writes it"
    )


def test_broken_record(own_folder: Path) -> None:
    (own_folder / "closure.json").write_text('{"schema": ')
    with pytest.raises(RunFolderError, match=r"closure\.json must be whole JSON, not something"):
        load(own_folder)


def test_broken_scores(own_folder: Path) -> None:
    path = own_folder / "scores.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(
        SchemaError, match=r"scores\.npz must have schema scores/2 or scores/1, not a broken"
    ):
        load(own_folder)


def test_scores_that_are_no_integers(own_folder: Path) -> None:
    header = np.array('{"schema": "scores/1", "lsb": {}}')
    np.savez(own_folder / "scores.npz", header=header, **{"float/sm_test/score1": np.ones(3)})
    with pytest.raises(RunFolderError, match=r"must be a list of integers, not float64 of shape"):
        load(own_folder)
