"""A whole run of a trigger without a network: tables of background events."""

import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.errors import ConfigError
from trigger_ad.features.symmetry import transform
from trigger_ad.ledger.estimate import estimate
from trigger_ad.rates.record import RatesRecord
from trigger_ad.run.audit import audit_run
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.folder.tables import tabulated_scores
from trigger_ad.run.folder.trigger import load_block, load_trigger
from trigger_ad.run.pipelines import engine, stages
from trigger_ad.storage.files import read_json

TEXT = """\
schema: config/2
name: tabulated
seed: 3
events:
  background: {folder}/sm.h5
  signals: {{leptoquark: {folder}/leptoquark.h5}}
split: {{train: 0.3, validate: 0.1, calibrate: 0.1, threshold: 0.25, test: 0.25}}
features:
  vectors:
    classes:
      - {{kind: count, of: egamma, pt_gev: 15, most: 2}}
      - {{kind: count, of: muon, pt_gev: 10, most: 2}}
      - {{kind: sum, of: jet, pt_gev: 30, eta: 2.4, steps_gev: [60, 120, 240]}}
    leptons: [{{kind: momentum, of: [egamma, muon], leading: 2, log2_bits: 3}}]
    jets: [{{kind: momentum, of: jet, slots: [0, 1], log2_bits: 3}}]
    angle: [{{kind: azimuth, of: [egamma, muon], shift: 3}}]
scorer:
  name: factorised
  members:
    - {{name: density, of: classes}}
    - {{name: tails, of: [leptons, jets, angle]}}
  least: 60
rtl: {{parts: []}}
train: {{epochs: 1, batch: 500}}
quantize: {{epochs: 1, weight_bits: 4}}
baselines: {{single: {{hidden: [2]}}, published: {{epochs: 0}}}}
trigger: {{sm_efficiency: 0.05}}
validate:
  bootstrap: 20
  random_inputs: 200
  csim_events: 1000
  golden_events: 1000
  sm_efficiencies: [0.10, 0.05]
"""


@pytest.fixture(scope="module")
def settings(small_config):
    return configuration.parse(TEXT.format(folder=small_config.parent))


@pytest.fixture(scope="module")
def tabulated_run(settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tabulated")
    engine(settings, folder).run(lambda stage, part, note: None)
    return folder


def test_top_rtl_and_shared_object_are_equal_at_the_ends_of_the_ports_too(tabulated_run):
    record = read_json(tabulated_run / "validation.json", "validation/1")
    assert set(record["bit_exact"]) == {"top", "rtl", "abi"}
    assert record["layers"] == []
    for name, rung in record["bit_exact"].items():
        assert (rung["mismatches"], rung["extreme_mismatches"]) == (0, 0), name
        assert rung["events"] >= 1000
        assert rung["extremes"] >= 300
        assert rung["distinct_scores"] >= 15


def test_nothing_is_trained_for_the_trigger(tabulated_run, settings):
    names = {stage.name for stage in stages(settings)}
    assert not names & {"train_double", "quantize_double"}
    assert {"train_single", "convert_double"} <= names
    files = {path.name for path in (tabulated_run / "model/double").iterdir()}
    assert files == {"scores.json"}
    assert (tabulated_run / "report.html").read_text().count("nan") < 3


def test_the_tables_are_those_of_the_train_split(tabulated_run, settings):
    data, block = (
        Dataset(tabulated_run, settings.features),
        load_block(tabulated_run, "double", settings),
    )
    again = tabulated_scores(settings.scorer, block, data)
    assert {name: score.expression for name, score in again.items()} == {
        name: score.expression for name, score in block.scores.items()
    }
    values = block.prepare.evaluate({"words": data.words("sm", "train").astype(np.int64)})
    rarity = block.scores["score1"].evaluate(values) / 64
    classes = values["classes"]
    for one in ((0, 1, 1), (1, 0, 2)):
        same = (classes == one).all(axis=1)
        assert same.sum() > 20
        assert rarity[same][0] == pytest.approx(-np.log2(0.99 * same.mean()), abs=0.1)


def test_score_two_is_flat_in_score_one(tabulated_run):
    first, second = ScoreTable(tabulated_run / "scores.npz").pair("firmware", "sm_test")
    cut = np.quantile(second, 0.6)
    parts = [
        (second[which] >= cut).mean()
        for which in (first < np.quantile(first, 0.5), first >= np.quantile(first, 0.8))
    ]
    assert parts[1] == pytest.approx(parts[0], abs=0.12)


def test_the_float_form_has_finer_tables(tabulated_run):
    scores = ScoreTable(tabulated_run / "scores.npz")
    for name in ("score1", "score2"):
        assert scores.lsb("float", name) == scores.lsb("firmware", name) / 1024
        both = [scores.get(model, "sm_test", name) for model in ("float", "firmware")]
        assert np.abs(both[0] / 1024 - both[1]).max() <= 1


def test_its_parts_are_sound_and_cheap(tabulated_run, settings):
    found = audit_run(tabulated_run)
    assert {part for model, part in found if model == "double"} == {
        "scores as written",
        "trigger top",
        "registers",
        "rtl",
        "shared object",
    }
    assert [finding for checked in found.values() for finding in checked.fatal] == []
    row = estimate(load_block(tabulated_run, "double", settings))
    assert 200 < row.lut < 5000
    assert row.dsp == 0


def test_scores_do_not_know_where_the_event_points(tabulated_run, settings):
    trigger = load_trigger(tabulated_run, settings)
    words = Dataset(tabulated_run, settings.features).words("sm", "test")[:500]
    turned = transform(words, trigger.layout, np.arange(500) % 144, np.arange(500) % 2 == 1)
    scores, again = trigger.scores_of_words(words), trigger.scores_of_words(turned)
    for name, values in scores.items():
        np.testing.assert_array_equal(again[name], values)
    assert RatesRecord.read(tabulated_run / "rates.json").registers == trigger.registers


def test_a_scorer_that_reads_what_is_not_there_is_refused(settings, tmp_path):
    members = (settings.scorer.members[0].model_copy(update={"of": "counts"}),)
    scorer = settings.scorer.model_copy(update={"members": (*members, settings.scorer.members[1])})
    with pytest.raises(ConfigError) as error:
        engine(settings.model_copy(update={"scorer": scorer}), tmp_path / "run")
    assert str(error.value) == (
        "what scorer factorised reads must be one of the vectors of section features, not counts: "
        "choose from classes, leptons, jets, angle, words, inputs"
    )
