"""The file of a kappa, read back, and refused where it is of something else."""

import json
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.combined_kappa import combined_kappa
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.kappa_record import Cut, KappaRecord, load_kappa
from trigger_ad.errors import ConfigError, RunFolderError, SchemaError

CUT = Cut((980, 550), "ab" * 32, "cd" * 32)


@pytest.fixture(scope="module")
def record():
    rng = np.random.default_rng(3)
    samples = []
    for events in (40_000, 120_000):
        pair = rng.integers(0, 1000, events), rng.integers(0, 1000, events)
        pileup = rng.integers(30, 80, events).astype(np.int32)
        samples.append(ScoredSample.of(pair, None, pileup=pileup))
    return KappaRecord.of(CUT, combined_kappa(CUT.thresholds, *samples, by_pileup=True))


def test_round_trip(tmp_path, record):
    record.write(tmp_path / "kappa.json")
    assert KappaRecord.read(tmp_path / "kappa.json") == record
    assert load_kappa(tmp_path / "kappa.json") == record.kappa
    assert load_kappa(tmp_path / "kappa.json", CUT) == record.kappa
    assert record.kappa.at(record.kappa.reference_pileup)[1] == record.kappa.value_error
    assert len(record.pileup.bins) == 3
    assert "score 1 below its cut, odds x 3" in repr(record)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"thresholds": (980, 551)}, "must be of the thresholds 980 and 551, not 980 and 550"),
        ({"scores": "ef" * 32}, "must be of the scores efefefefefef, not abababababab"),
        ({"menu": None}, "must be of the menu none, not cdcdcdcdcdcd"),
    ],
)
def test_a_kappa_of_something_else_is_refused(tmp_path, record, changed, sentence):
    path = tmp_path / "kappa.json"
    record.write(path)
    with pytest.raises(ConfigError) as caught:
        load_kappa(path, replace(CUT, **changed))
    assert str(caught.value) == (
        f"{path} {sentence}: measure kappa of this trigger with trigger-ad kappa"
    )


def test_the_earlier_schema_says_not_of_what_it_is(tmp_path):
    path = tmp_path / "kappa.json"
    path.write_text(json.dumps(Kappa(1.1, value_error=0.1).to_json()))
    assert load_kappa(path).value == 1.1
    with pytest.raises(ConfigError) as caught:
        load_kappa(path, CUT)
    assert str(caught.value) == (
        f"{path} must say of which thresholds and scores it is, not kappa/1: measure kappa of this "
        "trigger with trigger-ad kappa"
    )


def test_damaged_files(tmp_path, record):
    path = tmp_path / "kappa.json"
    tree = record.to_json()
    path.write_text(json.dumps(tree | {"schema": "kappa/3"}))
    with pytest.raises(SchemaError):
        load_kappa(path)
    path.write_text(json.dumps(tree | {"kappa": tree["kappa"] | {"more": 1}}))
    with pytest.raises(RunFolderError, match="must be a whole record"):
        load_kappa(path)
    path.write_text(json.dumps(tree | {"kappa": tree["kappa"] | {"value": -1}}))
    with pytest.raises(ConfigError, match="kappa, value must be above 0, not -1"):
        load_kappa(path)
    del tree["sources"]
    path.write_text(json.dumps(tree))
    with pytest.raises(RunFolderError, match="not one without sources"):
        load_kappa(path)
