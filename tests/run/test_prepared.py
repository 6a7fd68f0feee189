"""A whole run whose networks read a vector that is prepared from the words."""

import numpy as np
import pytest

from tests.blocks import block as plain_block
from trigger_ad import config as configuration
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.features.symmetry import transform
from trigger_ad.features.vectors.program import program_of
from trigger_ad.features.vectors.scales import scales_of
from trigger_ad.ledger.estimate import estimate
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.preparation import preparation
from trigger_ad.run.folder.trigger import load_block, load_trigger
from trigger_ad.run.pipelines import engine, stages
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.storage.files import read_json

TEXT = """\
schema: config/2
name: prepared
seed: 3
events:
  background: {folder}/sm.h5
  signals: {{leptoquark: {folder}/leptoquark.h5}}
split: {{train: 0.3, validate: 0.1, calibrate: 0.1, threshold: 0.25, test: 0.25}}
features:
  vectors:
    physics:
      - {{kind: momentum, of: met, scaled: true}}
      - {{kind: momentum, of: [egamma, muon], leading: 1, log2_bits: 2, scaled: true}}
      - {{kind: sum, of: jet, pt_gev: 30, eta: 2.4, log2_bits: 2, scaled: true}}
      - {{kind: azimuth, of: muon, slots: [0], scaled: true}}
      - {{kind: eta, of: jet, slots: [0], scaled: true}}
  network: physics
scorer: {{hidden: [2]}}
train: {{epochs: 1, batch: 500, copies: 2}}
quantize: {{epochs: 1, weight_bits: 4}}
rtl: {{parts: []}}
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
def prepared_run(settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    engine(settings, folder).run(lambda stage, part, note: None, only="validate")
    return folder


def test_every_rung_is_equal_at_the_ends_of_the_ports_too(prepared_run):
    record = read_json(prepared_run / "validation.json", "validation/1")
    assert set(record["bit_exact"]) == {"csim", "fast", "qkeras", "top", "rtl", "abi"}
    for rungs in (record["bit_exact"], record["bit_exact_single_autoencoder"]):
        for name, rung in rungs.items():
            assert (rung["mismatches"], rung["extreme_mismatches"]) == (0, 0), name
            assert rung["events"] >= 1000
            assert rung["extremes"] >= 500
            assert rung["distinct_scores"] >= 100


def test_the_program_is_a_function_of_the_calibrate_split(prepared_run, settings):
    program = preparation(prepared_run, settings)
    data = Dataset(prepared_run, settings.features)
    calibrate = data.words("sm", "calibrate")
    scales = scales_of(settings.features, data.layout, calibrate)
    assert program.hash == program_of(settings.features, data.layout, scales).hash
    assert len({power for powers in scales.values() for power in powers}) > 1
    softer = np.where(np.arange(len(data.layout.fields)) == 0, calibrate >> 3, calibrate)
    others = scales_of(settings.features, data.layout, softer)
    assert program.hash != program_of(settings.features, data.layout, others).hash


def test_training_reads_what_the_hardware_reads(prepared_run, settings):
    data, block = (
        Dataset(prepared_run, settings.features),
        load_block(prepared_run, "double", settings),
    )
    words = data.words("sm", "test")
    numbers = block.prepare.evaluate({"words": words.astype(np.int64)})[block.network.input_name]
    np.testing.assert_array_equal(data.scaled("sm", "test"), numbers)
    np.testing.assert_array_equal(data.inputs("sm", "test"), numbers / 16)
    assert block.prepare.outputs.keys() == {block.network.input_name}
    floating = FloatModel.load(prepared_run / "model/double/float.npz")
    assert [branch.inputs for branch in floating.branches] == [5, 5]


def test_the_preparation_is_in_the_estimate(prepared_run, settings):
    block = load_block(prepared_run, "double", settings)
    network = plain_block(block.network, block.scores)
    assert estimate(block).lut > estimate(network).lut + 100
    assert estimate(block).dsp == estimate(network).dsp


def test_scores_of_turned_events_are_the_same(prepared_run, settings):
    trigger: TriggerEmulator = load_trigger(prepared_run, settings)
    words = Dataset(prepared_run, settings.features).words("sm", "test")[:500]
    turned = transform(words, trigger.layout, np.arange(500) % 144, np.zeros(500, bool))
    assert (turned != words).any()
    scores, again = trigger.scores_of_words(words), trigger.scores_of_words(turned)
    for name, values in scores.items():
        np.testing.assert_array_equal(again[name], values)
        assert len(np.unique(values)) > 20


def test_a_run_without_vectors_has_no_such_stage(settings):
    plain = settings.features.model_copy(update={"vectors": {}, "network": None})
    without = stages(settings.model_copy(update={"features": plain}))
    assert {s.name for s in stages(settings)} - {s.name for s in without} == {"prepare"}
    assert not any("prepare" in stage.inputs for stage in without)
