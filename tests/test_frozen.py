"""What earlier versions wrote is still read, and computes the same: tests/frozen/."""

import json
from pathlib import Path

import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.errors import SchemaError
from trigger_ad.ledger import rows
from trigger_ad.report.numbers.load import records
from trigger_ad.run import scan_counts
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.storage import arrays
from trigger_ad.train.history import History

FROZEN = sorted((Path(__file__).parent / "frozen").glob("version_*"))
SCANS = sorted((Path(__file__).parent / "frozen/scans").iterdir())
SCHEMAS = {
    "model/double/float.npz": "float_model/1",
    "model/double/quantized.npz": "quantized_model/1",
    "model/double/network.npz": "network/1",
    "golden.npz": "golden/1",
}


@pytest.fixture(params=FROZEN, ids=lambda folder: folder.name)
def frozen(request):
    return request.param


def test_a_frozen_trigger_gives_its_golden_vectors(frozen):
    trigger = load_trigger(frozen)
    _, golden = arrays.load(frozen / "golden.npz", "golden/1")
    scores = trigger.scores_of_words(golden["words"])
    decision, _ = trigger.decide(scores, trigger.start())
    assert len(golden["words"]) == 1000
    for name in ("score1", "score2"):
        assert np.array_equal(scores[name], golden[name])
    assert np.array_equal(decision.region, golden["region"])
    assert np.array_equal(decision.accept, golden["accept"])


def test_frozen_models_and_records_load(frozen):
    model = FloatModel.load(frozen / "model/double/float.npz")
    assert [branch.name for branch in model.branches] == ["ae1", "ae2"]
    config = configuration.load(frozen / "config.yaml")
    assert config.baselines.single.hidden == config.scorer.hidden  # which it borrowed then
    assert set(config.scorer.hidden) in ({8, 4}, {4, 2})
    found = records(frozen)
    assert found.resources == rows.read(frozen / "resources.json")
    assert found.signals == ("leptoquark", "hplus_to_taunu")
    assert len(list(found.closure.of("firmware"))) == 2
    assert found.rates.registers == load_trigger(frozen).registers
    assert found.provenance.training_seed == 3
    assert set(found.provenance.stages) >= {"words", "report"}
    history = History.load(frozen / "model/double/history.json")
    assert len(history.epochs) == 2


@pytest.mark.parametrize("path", SCANS, ids=lambda path: path.stem)
def test_prescales_are_chosen_from_frozen_scans(path):
    counts = scan_counts.read(path)
    assert sum(counts.fires) == counts.events == 30_000


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_newer_schema_is_refused(frozen, name, tmp_path):
    known = SCHEMAS[name]
    header, values = arrays.load(frozen / name, known)
    newer = known.replace("/1", "/99")
    arrays.save(
        tmp_path / "new.npz", newer, {k: header[k] for k in header if k != "schema"}, values
    )
    with pytest.raises(SchemaError, match=f"must have schema {known}, not {newer}"):
        arrays.load(tmp_path / "new.npz", known)


def test_frozen_records_hold_no_path_of_a_machine(frozen):
    for path in frozen.rglob("*.json"):
        assert "/home/" not in path.read_text()
        json.loads(path.read_text())
