"""Stages after training: of a background that was drawn in strata, the figures of all events."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from tests.run.small import REFERENCE
from trigger_ad import config as configuration
from trigger_ad.abcd.closure import closure
from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.events.origin import Origin
from trigger_ad.events.packaged import packaged
from trigger_ad.events.readers import adc2021
from trigger_ad.events.strata import Strata
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.card import card
from trigger_ad.report.page import build
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import SCHEMA as WORDS
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import SCHEMA, ScoreTable
from trigger_ad.run.folder.trigger import load_hardware
from trigger_ad.run.pipelines import engine
from trigger_ad.run.steps import closure as closure_step
from trigger_ad.run.steps import menu as menu_step
from trigger_ad.run.steps import trigger as trigger_step
from trigger_ad.run.validation.decisions import decisions
from trigger_ad.run.validation.performance import performance
from trigger_ad.run.validation.same_rate import same_rate
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage import arrays
from trigger_ad.trigger.registers import REGIONS, Registers

SPLIT = "{train: 0.05, validate: 0.05, calibrate: 0.05, threshold: 0.4, test: 0.45}"
STEPS = (trigger_step.run, menu_step.run, closure_step.run)


def step_context(config, folder):
    return Context(config, folder, folder, folder / "part", False, lambda *progress: None)


def finished(folder, particles, stratum=None, strata=None):
    """A run of the reference model as far as its menu and its closure."""
    events = folder.with_name(f"{folder.name}_events")
    events.mkdir()
    columns = {} if stratum is None else {"stratum": stratum.astype(np.uint8)}
    adc2021.write(events / "e.h5", particles, Origin("zero_bias", strata=strata), columns)
    adc2021.write(events / "s.h5", adc2021.read(packaged("leptoquark"), 1500), Origin("zero_bias"))
    reference = configuration.load(REFERENCE / "config.yaml")
    config = configuration.parse(
        f"schema: config/1\nname: toy\nevents: {{background: {events}/e.h5, "
        f"signals: {{leptoquark: {events}/s.h5}}}}\nsplit: {SPLIT}\ntrain: {{batch: 100}}\n"
        "trigger: {sm_efficiency: 0.05, menu: {file: 'packaged:small'}, "
        "rate: {colliding_bunches: 2760}, prescale: {A: 1, B: 2, C: 4, D: 100}}\n"
        "validate: {sm_efficiencies: [0.1, 0.05], golden_events: 1000}\n"
    ).model_copy(update={"features": reference.features, "scorer": reference.scorer})
    for group in ("words", "signals"):
        engine(config, folder).run(lambda *progress: None, group)
    (folder / "model/double").mkdir(parents=True)
    for name in ("model/double/network.npz", "model/double/scores.json"):
        shutil.copy(REFERENCE / name, folder / name)
    _scores(folder, config)
    for run in STEPS:
        run(step_context(config, folder))
    return SimpleNamespace(
        folder=folder,
        data=Dataset(folder, config.features),
        scores=ScoreTable(folder / "scores.npz"),
        rates=RatesRecord.read(folder / "rates.json"),
        menu=RunMenuRecord.read(folder / "menu.json"),
        closure=ClosureRecord.read(folder / "closure.json"),
    )


def _scores(folder, config):
    """Those of the firmware for every model, and of the single autoencoder score 1."""
    data = Dataset(folder, config.features)
    trigger = TriggerEmulator(load_hardware(folder, config), Registers((0, 0)))
    found, lsb = {}, {}
    for split in ("threshold", "test", None):
        sample = "leptoquark" if split is None else f"sm_{split}"
        words = data.words(sample if split is None else "sm", split)
        scores = trigger.scores_of_words(words)
        for model in ("float", "ptq", "quantized", "firmware"):
            lsb |= {model: {"score1": 1.0, "score2": 1.0}, f"single_{model}": {"score": 1.0}}
            found |= {f"{model}/{sample}/{name}": values for name, values in scores.items()}
            found[f"single_{model}/{sample}/score"] = scores["score1"]
    header = {"lsb": lsb}
    if len(data.strata.names) > 1:
        header["strata"] = data.strata.to_json()
        found |= {f"stratum/sm_{s}": data.stratum("sm", s) for s in ("threshold", "test")}
    arrays.save(folder / "scores.npz", SCHEMA, header, found)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Of 20,000 events, and of those without four of five soft ones, in strata."""
    folder = tmp_path_factory.mktemp("stages")
    particles = adc2021.read(packaged("sm"), 20_000)
    hard = particles.values[:, 9, 0] >= 60
    strata = Strata(("soft", "hard"), (float(np.mean(~hard)), float(np.mean(hard))))
    kept = hard | (np.arange(len(hard)) % 5 == 0)
    plain = finished(folder / "plain", particles)
    return plain, finished(folder / "thin", particles[kept], hard[kept], strata)


def test_regions_and_working_point(runs):
    """The thresholds take 5 % of all events, and the record says what they take of others."""
    plain, thin = runs
    record = thin.rates
    one, two = (np.concatenate(both) for both in _all_scores(plain))
    cuts = record.registers.pair
    truth = np.mean((one >= cuts[0]) & (two >= cuts[1]))
    assert truth == pytest.approx(0.05, rel=0.1)
    assert record.working_point.realised.threshold == pytest.approx(0.05, rel=0.02)
    assert record.working_point.realised.test == pytest.approx(record.regions["A"].efficiency)
    low, high = record.regions["A"].efficiency_interval
    assert low < truth < high
    assert sum(row.efficiency for row in record.regions.values()) == pytest.approx(1)
    counted = [record.regions[region].fires for region in REGIONS]
    assert sum(counted) == sum(row.events for row in record.strata) == len(thin.data.drawn("test"))
    assert counted[0] / sum(counted) > 1.5 * truth
    assert all(row.accepts is None for row in record.regions.values())
    assert record.total.emulated_fraction is None
    kept = np.array([1, 0.5, 0.25, 0.01])
    shares = np.array([record.regions[region].efficiency for region in REGIONS])
    assert record.total.accepted_fraction == pytest.approx(kept @ shares)
    assert (plain.rates.strata, plain.rates.total.emulated_fraction is None) == (None, False)


def _all_scores(run):
    pairs = [run.scores.pair("firmware", f"sm_{split}") for split in ("threshold", "test")]
    return zip(*pairs, strict=True)


def test_closure(runs):
    """Of the plain sample within the errors, and not if its events are counted alike."""
    plain, thin = runs
    pairs = [thin.scores.pair("firmware", f"sm_{s}") for s in ("threshold", "test")]
    for row in thin.closure.of("firmware"):
        both_splits = np.sqrt(2 / row.effective_events)
        assert both_splits < 0.2
        assert abs(np.log(row.test_efficiency / row.sm_efficiency)) < 2.5 * both_splits
        other = plain.closure.at("firmware", row.sm_efficiency)
        apart = np.log(row.ratio / other.ratio)
        errors = np.hypot(row.ratio_error / row.ratio, other.ratio_error / other.ratio)
        assert abs(apart) < 2.5 * errors
        (alike,) = closure("firmware", *pairs, [row.sm_efficiency])
        assert abs(np.log(alike.estimate.ratio / row.ratio)) > 2 * row.ratio_error / row.ratio
    own = thin.rates.abcd
    row = thin.closure.at("firmware", 0.05)
    assert (own.observed, own.ratio) == (row.observed, row.ratio)
    drawn = thin.data.drawn("test")
    region_a = thin.rates.regions["A"].efficiency
    assert own.observed == pytest.approx(region_a * len(drawn), rel=1e-9)


def test_menu_and_its_gain(runs):
    plain, thin = runs
    mine, theirs = ({s.name: s for s in run.menu.rates.seeds} for run in runs)
    seeds = [name for name, seed in theirs.items() if seed.before.efficiency.value]
    assert len(seeds) > 3
    for name in seeds:
        true = theirs[name].before.efficiency
        found = mine[name].before.efficiency
        value = found.value if found.value is not None else found.upper_limit
        assert found.lowest <= true.highest, name
        assert true.lowest <= found.highest, name
        assert value > 0
    for one, other in zip(thin.menu.gain.gain, plain.menu.gain.gain, strict=True):
        assert one.name == other.name
        assert one.pure.lowest <= other.pure.highest
        assert other.pure.lowest <= one.pure.highest
        assert one.pure.value is None or one.pure.value == pytest.approx(other.pure.value, rel=0.5)
    steps = thin.menu.staircase
    chosen = steps.chosen
    assert steps.total[chosen] / steps.events == pytest.approx(0.05, rel=0.02)
    assert 0 < steps.effective_pure[chosen] <= steps.effective[chosen]
    assert steps.total[-1] == pytest.approx(steps.events)
    assert plain.menu.staircase.effective is None


def test_cuts_of_the_same_rate(runs):
    """Tables, thresholds and rates are those of all events."""
    one, other = (same_rate(run.scores, run.data, run.rates.registers) for run in runs)
    assert [row.name for row in one] == [row.name for row in other]
    for plain, thin in zip(one, other, strict=True):
        if plain.background.value and thin.background.value:
            worth = plain.background.effective_events, thin.background.effective_events
            apart = np.log(thin.background.value / plain.background.value)
            assert abs(apart) < 3.5 * np.sqrt(sum(2 / events for events in worth)), plain.name
    tails = {row.name: row.threshold for row in other}, {row.name: row.threshold for row in one}
    assert tails[0]["largest_tail"] == pytest.approx(tails[1]["largest_tail"], rel=0.05)


def test_performance_and_decisions(runs):
    plain, thin = (performance(run.scores, run.data, 10, 3) for run in runs)
    for model in ("float", "firmware"):
        true, found = (areas.auc["leptoquark"][model] for areas in (plain, thin))
        low, high = thin.auc_interval["leptoquark"][model]
        width = high - low
        assert low - 0.5 * width < true < high + 0.5 * width
        assert found == pytest.approx(true, abs=0.02)
    for name, area in plain.auc_baseline["leptoquark"].items():
        assert thin.auc_baseline["leptoquark"][name] == pytest.approx(area, abs=0.02)
    flips, shift = decisions(runs[1].scores, 0.05)
    assert (flips.shared_thresholds, shift.ratio) == (0, 1)
    assert shift.firmware == pytest.approx(runs[1].rates.regions["A"].efficiency)


def test_report_of_strata(small_run, tmp_path):
    """All stages after the scores, to the page and the card."""
    folder = tmp_path / "run"
    shutil.copytree(small_run, folder)
    _declare(folder)
    config = configuration.load(folder / "config.yaml")
    for run in STEPS:
        run(step_context(config, folder))
    build(folder)
    page, text = (folder / "report.html").read_text(), card([folder])
    rates = RatesRecord.read(RunFolder(folder).rates)
    assert [row.name for row in rates.strata] == ["soft", "hard"]
    assert rates.working_point.realised.threshold == pytest.approx(0.05, rel=0.1)
    assert "Strata that the background was drawn in" in page
    assert "Events of strata come in no order" in page
    assert "The background was drawn in strata" in text
    assert f"| hard | 0.1 | {rates.strata[1].events} |" in text
    plain = (small_run / "report.html").read_text()
    assert "Strata that the background" not in plain
    assert "drawn in strata" not in card([small_run])


def _declare(folder):
    """Say that the background was drawn in strata, of which one is rare."""
    strata = Strata(("soft", "hard"), (0.9, 0.1))
    header, found = arrays.load(folder / "words.npz", WORDS)
    names = [f"sm.{column}" for column in ("words", "split")]
    words, split = (found[name] for name in names)
    momenta = words.astype(np.int64).sum(axis=1)
    found["sm.stratum"] = (momenta > np.quantile(momenta, 0.6)).astype(np.uint8)
    header["columns"] = {"sm": ["stratum"]}
    origin = Origin.from_json(header["origin"]["sm"])
    header["origin"]["sm"] = replace(origin, strata=strata).to_json()
    del header["schema"]
    arrays.save(folder / "words.npz", WORDS, header, found, compress=False)
    lsb, scores = arrays.load(folder / "scores.npz", SCHEMA)
    for name in ("threshold", "test"):
        own = split == header["splits"].index(name)
        scores[f"stratum/sm_{name}"] = found["sm.stratum"][own]
    tables = {"lsb": lsb["lsb"], "strata": strata.to_json()}
    arrays.save(folder / "scores.npz", SCHEMA, tables, scores, compress=False)
