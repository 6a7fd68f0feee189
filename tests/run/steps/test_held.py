"""A run with the cut of score 2 held, and regions that are counted but not read out."""

import shutil

import numpy as np
import pytest
from click.testing import CliRunner

from tests.run.steps.test_strata import STEPS, _declare, step_context
from trigger_ad import config as configuration
from trigger_ad.abcd.prescales import counters_only
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.cli.main import cli
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.card import card
from trigger_ad.report.page import build
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import SCHEMA, ScoreTable
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage import arrays

HELD = """
  sm_efficiency: 0.05
  score2_efficiency: 0.4
  readout: [A, D]
  yields: counters
  bandwidth_hz: 12000
  rate: {input_rate_hz: 1e5}
  menu: {file: 'packaged:small'}
"""


@pytest.fixture(scope="module")
def held(small_run, tmp_path_factory):
    """Folder of the small run, in strata, with these settings from its working point on."""
    folder = tmp_path_factory.mktemp("held") / "run"
    shutil.copytree(small_run, folder)
    _declare(folder)
    _shuffle(folder)
    trigger = configuration.parse(f"schema: config/2\nname: toy\ntrigger:{HELD}").trigger
    config = configuration.load(folder / "config.yaml").model_copy(update={"trigger": trigger})
    for run in STEPS:
        run(step_context(config, folder))
    build(folder)
    return folder, config


def _shuffle(folder):
    """Make the two scores of the background independent: those of two epochs are nearly one."""
    lsb, scores = arrays.load(folder / "scores.npz", SCHEMA)
    del lsb["schema"]
    for name in scores:
        if name.startswith(("float/sm", "ptq/sm", "quantized/sm", "firmware/sm")):
            order = np.random.default_rng(5).permutation(len(scores[name]))
            scores[name] = scores[name][order] if name.endswith("score2") else scores[name]
    arrays.save(folder / "scores.npz", SCHEMA, lsb, scores, compress=False)


def test_thresholds_and_closure_hold_the_cut_of_score_2(held):
    folder, config = held
    rates = RatesRecord.read(RunFolder(folder).rates)
    data, scores = Dataset(folder, config.features), ScoreTable(RunFolder(folder).scores)
    weights, (first, second) = data.weights("threshold"), scores.pair("firmware", "sm_threshold")
    cuts = rates.registers.pair
    passing = np.average(second >= cuts[1], weights=weights)
    assert rates.working_point.score2_efficiency == 0.4
    below = second[second < cuts[1]].max()
    assert passing <= 0.4 < np.average(second >= below, weights=weights)
    inside = (first >= cuts[0]) & (second >= cuts[1])
    assert np.average(inside, weights=weights) == pytest.approx(
        rates.working_point.realised.threshold
    )
    assert rates.working_point.realised.threshold <= 0.05
    looser = (first >= first[(first < cuts[0]) & (second >= cuts[1])].max()) & (second >= cuts[1])
    assert np.average(looser, weights=weights) > 0.05
    rows = list(ClosureRecord.read(RunFolder(folder).closure).of("firmware"))
    assert {row.threshold2 for row in rows} == {cuts[1]}
    assert rows[-1].threshold1 == cuts[0]
    steps = RunMenuRecord.read(RunFolder(folder).menu).staircase
    assert set(steps.threshold2) == {cuts[1]}
    assert steps.threshold1[steps.chosen] == cuts[0]
    realised = pytest.approx(rates.working_point.realised.threshold)
    assert steps.total[steps.chosen] / steps.events == realised


def test_regions_that_are_not_read_out_are_counted_and_predict(held):
    rates = RatesRecord.read(RunFolder(held[0]).rates)
    _, b, c, d = rates.registers.prescale
    assert (b, c) == (0, 0)
    assert d > 100
    assert rates.regions["B"].fires > 0
    assert rates.regions["B"].accepted_fraction == 0
    assert 0.97 * 12_000 < rates.bandwidth.threshold_hz <= 12_000
    assert rates.yields == "counters"
    data, scores = Dataset(held[0], held[1].features), ScoreTable(RunFolder(held[0]).scores)
    first, second = scores.pair("firmware", "sm_threshold")
    code = 2 * (first < rates.registers.pair[0]) + (second < rates.registers.pair[1])
    counts = np.bincount(code, data.weights("threshold"))
    assert rates.bandwidth.precision == pytest.approx(counters_only(counts.tolist()).precision)
    assert RatesRecord.from_json(rates.to_json(), "x") == rates


def test_pages_say_so(held, small_run):
    folder, _ = held
    page, text = (folder / "report.html").read_text(), card([folder])
    plain = (small_run / "report.html").read_text()
    for sentence in (
        "the cut on score 1 with that on score 2 held",
        "held at 40\u202f%",
        "from counters before prescale",
        "counters of the three support regions before prescale",
    ):
        assert sentence in page
        assert sentence not in plain
    assert "diagonal cut on both scores" in plain
    assert "diagonal cut on both scores" not in page
    assert "Score 2 is cut at 40\u202f% of the background" in text
    assert "Region A is predicted from the counters of B, C and D before prescale" in text
    assert "## What region A is made of" in text
    assert "What region A is made of on the test split" in plain


def test_the_menu_of_a_run_in_the_terminal(small_run):
    done = CliRunner().invoke(cli, ["menu", "show", str(small_run)], catch_exceptions=False)
    assert done.exit_code == 0
    found = RunMenuRecord.read(RunFolder(small_run).menu)
    assert f"region A on the test split, {found.composition.effective_events:.0f}" in done.output
    for seed in found.composition.seeds:
        assert seed.seed in done.output
    assert "hardest object" in done.output
    assert "no conventional seed" in done.output
    parts = [row.region for row in found.composition.classes if row.group == "hardest object"]
    if found.composition.effective_events >= 100:
        assert sum(part.value for part in parts) == pytest.approx(1)
