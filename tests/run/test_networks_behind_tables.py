"""A whole run of which one score is a table and the other the rank of a network beside it."""

import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.convert.binding import bind
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.forms import events_of, values_of
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.folder.trigger import load_block
from trigger_ad.run.pipelines import engine
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.scorers.table import find
from trigger_ad.storage.files import read_json
from trigger_ad.train.float_score import GRID, FloatNetworks

TEXT = """\
schema: config/2
name: behind
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
    physics:
      - {{kind: momentum, of: met, scaled: true}}
      - {{kind: momentum, of: [egamma, muon], leading: 2, log2_bits: 3, scaled: true}}
      - {{kind: momentum, of: jet, slots: [0, 1], log2_bits: 3, scaled: true}}
  network: physics
scorer:
  name: factorised
  members:
    - {{name: density, of: classes}}
    - {{name: single_ae, hidden: [2]}}
  least: 60
rtl: {{parts: []}}
train: {{epochs: 2, batch: 500}}
quantize: {{epochs: 1, weight_bits: 3, activation_bits: 4}}
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
def behind_run(settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("behind")
    engine(settings, folder).run(lambda stage, part, note: None, only="validate")
    return folder


def test_every_rung_is_equal_at_the_ends_of_the_ports_too(behind_run):
    record = read_json(behind_run / "validation.json", "validation/1")
    assert set(record["bit_exact"]) == {"csim", "fast", "qkeras", "top", "rtl", "abi"}
    for name, rung in record["bit_exact"].items():
        assert (rung["mismatches"], rung["extreme_mismatches"]) == (0, 0), name
        assert rung["events"] >= 1000
        assert rung["extremes"] >= 300
        assert rung["distinct_scores"] >= 15


def test_tables_are_made_of_the_outputs_of_the_hardware(behind_run, settings):
    """Made of float outputs, in the types of the hardware, they would be others."""
    block = load_block(behind_run, "double", settings)
    data, network = Dataset(behind_run, settings.features), block.network
    networks = FloatNetworks(
        FloatModel.load(behind_run / "model/double/float.npz"), data.reading.type
    )
    expressions = find("factorised").expressions(settings.scorer)
    fast = FastEmulator(network, {}, *data.reading.bounds)
    (output,) = network.outputs

    def in_float(scaled):
        found = GRID.decode(networks.values(scaled)["ae2"])
        return {network.input_name: scaled, output: network.type_of(output).encode(found)}

    def in_hardware(scaled):
        return {network.input_name: scaled, **fast.run(scaled).outputs}

    def bound(outputs):
        events = events_of(values_of(data.reading, ["classes"], outputs), lambda: data)
        beside = {"classes": data.reading.ports["classes"]}
        found = bind(expressions, ["ae2"], network, *data.reading.bounds, events, beside)
        return {name: score.expression for name, score in found.items()}

    own = {name: score.expression for name, score in block.scores.items()}
    assert bound(in_hardware) == own
    others = bound(in_float)
    assert others["score1"] == own["score1"]
    assert others["score2"] != own["score2"]
    assert set(block.scores["score1"].ports) == {"classes"}
    assert set(block.scores["score2"].ports) == {"classes", network.input_name, output}


def test_score_two_is_flat_in_every_form_by_its_own_tables(behind_run):
    """Half of the background lies above 1, of every class, whatever the bits of the network."""
    scores = ScoreTable(behind_run / "scores.npz")
    for form in ("float", "ptq", "quantized", "firmware"):
        first, second = scores.pair(form, "sm_threshold")
        above = second >= 1 / scores.lsb(form, "score2")
        rare = first >= np.quantile(first, 0.7)
        assert above.mean() == pytest.approx(0.5, abs=0.04), form
        assert above[rare].mean() == pytest.approx(0.5, abs=0.08), form
    both = [scores.get(form, "sm_test", "score2") for form in ("quantized", "firmware")]
    np.testing.assert_array_equal(*both)
    assert scores.lsb("float", "score2") == scores.lsb("firmware", "score2") / 1024


def test_training_has_the_score_before_its_rank_alone(behind_run):
    history = read_json(behind_run / "model/double/history.json", "history/2")
    assert history["disco"] == history["closure"] == [0.0, 0.0]
    assert history["loss"][1] < history["loss"][0]
