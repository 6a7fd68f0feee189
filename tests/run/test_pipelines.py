"""A whole run on real events, small enough for a test."""

import json
import re
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

from trigger_ad import config as configuration
from trigger_ad.errors import (
    BudgetError,
    ConfigError,
    EventFileError,
    NormalisationError,
    RunFolderError,
    WorkingPointError,
)
from trigger_ad.events.readers import adc2021
from trigger_ad.menu.rivals import OF_TABLES, RIVALS
from trigger_ad.rates.baselines import BASELINES as PLAIN
from trigger_ad.run.emulation import emulate_file
from trigger_ad.run.folder.samples import event_files
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.pipelines import STAGES, engine
from trigger_ad.storage import arrays
from trigger_ad.storage.files import read_json
from trigger_ad.trigger.rule import Rule

BASELINES = {*PLAIN, "largest_tail", "density"}


def quiet(stage, part, note):
    pass


@pytest.fixture
def copy(small_run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(small_run, folder)
    return folder


@pytest.fixture
def changed(small_config):
    def change(old, new):
        text = small_config.read_text()
        old = old.format(folder=small_config.parent) if "{folder}" in old else old
        assert old in text
        return configuration.parse(text.replace(old, new))

    return change


def test_the_run_folder_is_complete(small_run):
    names = {path.name for path in small_run.iterdir() if not path.name.startswith(".")}
    assert names >= {
        "config.yaml",
        "manifest.json",
        "model",
        "firmware",
        "golden.npz",
        "validation.json",
        "closure.json",
        "rates.json",
        "resources.json",
        "report.html",
        "plots",
    }
    manifest = read_json(small_run / "manifest.json", "manifest/3")
    assert set(manifest["stages"]) == {stage.name for stage in STAGES} - {"teach", "prepare"}
    assert all(entry["seconds"] >= 0 for entry in manifest["stages"].values())
    assert manifest["versions"]["tensorflow"]


def test_no_output_names_the_folder_or_a_time(small_run):
    """Or the same configuration would give other hashes elsewhere; make ladder tries it."""
    stages = read_json(small_run / "manifest.json", "manifest/3")["stages"]
    outputs = [small_run / name for entry in stages.values() for name in entry["outputs"]]
    files = [file for path in outputs for file in (path, *path.rglob("*")) if file.is_file()]
    assert {file.suffix for file in files} >= {".so", ".log", ".json", ".html", ".npz"}
    for file in files:
        assert bytes(small_run) not in file.read_bytes(), file
    (log,) = (file for file in files if file.name == "yosys.log")
    assert "Time = -" in log.read_text()
    assert not re.search(r"\d sec", log.read_text())
    assert not [name for name in read_history(small_run) if "seconds" in name]


def read_history(folder):
    return read_json(folder / "model/double/history.json", "history/2")


def test_validation_has_what_readers_rely_on(small_run):
    record = read_json(small_run / "validation.json", "validation/1")
    for rung in ("csim", "fast", "qkeras", "top", "rtl", "abi"):
        assert record["bit_exact"][rung]["mismatches"] == 0
        assert record["bit_exact"][rung]["extreme_mismatches"] == 0
        assert record["bit_exact"][rung]["events"] == (1111 if rung in ("top", "rtl") else 1000)
        assert record["bit_exact"][rung]["against"] != rung
        # A thousand events are too few for a claim, and the record says so.
        assert record["bit_exact"][rung]["claimed"] is False
    for signal in ("leptoquark", "hplus_to_taunu"):
        for model in ("float", "quantized", "firmware"):
            assert 0 < record["auc"][signal][model] < 1
            low, high = record["auc_interval"][signal][model]
            assert low <= record["auc"][signal][model] <= high
            for score in ("score1", "score2", "single_autoencoder"):
                assert 0 < record["auc_single"][signal][score][model] < 1
            for fpr in ("1e-2", "1e-3"):
                assert 0 <= record["tpr_at_fpr"][signal][fpr][model] <= 1
        assert record["auc"][signal]["firmware"] == record["auc"][signal]["quantized"]
        assert set(record["auc_baseline"][signal]) == BASELINES
    first, *others = record["same_rate"]
    rates = read_json(small_run / "rates.json", "rates/2")
    assert (first["name"], first["difference"]) == ("region_a", None)
    fires = rates["regions"]["A"]["fires"]
    assert first["background"]["effective_events"] == pytest.approx(fires, rel=0.1)
    scores = ["score1", "score2", "single_autoencoder"]
    assert {row["name"] for row in others} == {*scores, *BASELINES}
    assert [row["name"] for row in others[:3]] == scores
    assert all(set(row["difference"]) == set(record["auc"]) for row in others)
    assert set(record["dcor"]) == {"float", "ptq", "quantized", "firmware"}
    assert len(record["layers"]) == 2 * 4
    assert set(record["decision_flips_per_million"]) == {
        "shared_thresholds",
        "rederived_thresholds",
    }


def test_closure_counts_what_the_scores_say(small_run):
    rows = read_json(small_run / "closure.json", "closure/2")["closure"]
    assert [row["model"] for row in rows[::2]] == ["float", "ptq", "quantized", "firmware"]
    with np.load(small_run / "scores.npz") as scores:
        first, second = (scores[f"firmware/sm_test/score{i}"] for i in (1, 2))
    row = rows[-1]
    high1, high2 = first >= row["threshold1"], second >= row["threshold2"]
    assert row["observed"] == np.sum(high1 & high2)
    predicted = np.sum(high1 & ~high2) * np.sum(~high1 & high2) / np.sum(~high1 & ~high2)
    assert row["predicted"] == pytest.approx(predicted)
    assert row["interval95"][0] < row["ratio"] < row["interval95"][1]


def test_quantized_and_firmware_scores_are_the_same_integers(small_run):
    with np.load(small_run / "scores.npz") as scores:
        for sample in ("sm_threshold", "sm_test", "leptoquark", "hplus_to_taunu"):
            for score in ("score1", "score2"):
                assert np.array_equal(
                    scores[f"quantized/{sample}/{score}"], scores[f"firmware/{sample}/{score}"]
                )


def test_golden_vectors_come_out_of_the_loaded_trigger(small_run):
    trigger = load_trigger(small_run)
    with np.load(small_run / "golden.npz", allow_pickle=False) as golden:
        assert len(golden["words"]) == 1000
        scores = trigger.scores_of_words(golden["words"])
        decision, _ = trigger.decide(scores, trigger.start())
        assert np.array_equal(scores["score1"], golden["score1"])
        assert np.array_equal(scores["score2"], golden["score2"])
        assert np.array_equal(decision.region, golden["region"])
        assert np.array_equal(decision.accept, golden["accept"])
        assert set(np.unique(golden["region"])) == {0, 1, 2, 3}


def test_rates_are_refused_in_hz_and_given_as_fractions(small_run):
    rates = read_json(small_run / "rates.json", "rates/2")
    assert rates["normalisation"]["kind"] == "filtered"
    assert "must have trigger.rate.input_rate_hz" in rates["normalisation"]["hz_refused"]
    assert rates["total"]["hz"] is None
    assert sum(row["fires"] for row in rates["regions"].values()) > 0
    assert rates["regions"]["C"]["prescale"] == 2.5


def test_a_second_run_does_nothing(copy, small_config):
    assert engine(configuration.load(small_config), copy).run(quiet) == []


def test_changing_the_working_point_repeats_only_what_follows(copy, changed):
    config = changed("sm_efficiency: 0.05", "sm_efficiency: 0.08")
    done = engine(config, copy).run(quiet)
    assert done == ["trigger", "menu", "emulator", "invariance", "validate", "report"]
    rates = read_json(copy / "rates.json", "rates/2")
    assert rates["working_point"]["sm_efficiency"] == 0.08


def test_the_ledger_has_synthesis_with_the_latency_of_the_simulation(small_run):
    rows = read_json(small_run / "resources.json", "resources/1")["rows"]
    assert [row["stage"] for row in rows] == ["estimate", "rtl-synthesis", "C-synthesis"]
    yosys = rows[1]
    project = read_json(small_run / "firmware/rtl/rtl.json", "rtl/1")
    assert (yosys["latency_cycles"], yosys["ii"]) == (project["cycles"], 1)
    assert (yosys["part"], yosys["clock"]) == ("xc7vx690tffg1927-2", "not timed")
    assert 1000 < yosys["lut"] < 20_000
    assert (yosys["dsp"], yosys["bram"]) == (0, 0)
    assert rows[2]["latency_cycles"] is None


def test_a_budget_fails_the_build_and_leaves_the_ledger(copy, changed):
    before = (copy / "resources.json").read_bytes()
    config = changed("rtl:", "budget: {lut: 1000}\nrtl:")
    with pytest.raises(BudgetError, match="look-up tables in rtl-synthesis must be at most 1000"):
        engine(config, copy).run(quiet)
    assert (copy / "resources.json").read_bytes() == before
    larger = changed("rtl:", "budget: {lut: 50000, dsp: 0}\nrtl:")
    assert engine(larger, copy).run(quiet) == ["resources"]


def test_another_prescale_rule_reaches_every_form(copy, changed):
    config = changed("sm_efficiency: 0.05", "rule: atlas_random/24_bits, sm_efficiency: 0.05")
    config = config.model_copy(update={"rtl": configuration.Rtl(parts=())})
    done = engine(config, copy).run(quiet)
    assert done == [
        "convert_double",
        "rtl",
        "synthesis",
        "score",
        "trigger",
        "menu",
        "emulator",
        "invariance",
        "validate",
        "resources",
        "report",
    ]
    record = read_json(copy / "validation.json", "validation/1")
    for rung in ("top", "rtl"):
        assert record["bit_exact"][rung]["mismatches"] == 0
    assert read_json(copy / "firmware/rtl/interface.json", "trigger_top/2")["rule"] == (
        "atlas_random/24_bits"
    )
    assert read_json(copy / "rates.json", "rates/2")["rule"]["rule"] == "atlas_random/24_bits"
    header, _ = arrays.load(copy / "golden.npz", "golden/1")
    assert header["rule"]["rule"] == "atlas_random/24_bits"
    assert load_trigger(copy).rule is Rule.ATLAS_RANDOM


def test_another_signal_does_not_train_again(copy, changed):
    config = changed(", hplus_to_taunu: {folder}/hplus_to_taunu.h5", "")
    assert engine(config, copy).run(quiet) == [
        "signals",
        "score",
        "trigger",
        "menu",
        "emulator",
        "closure",
        "invariance",
        "validate",
        "report",
    ]
    assert set(read_json(copy / "validation.json", "validation/1")["auc"]) == {"leptoquark"}


def test_a_rate_in_hz_with_an_input_rate(copy, changed):
    config = changed("{A: 1,", "{A: 1,").model_copy(deep=True)
    trigger = config.trigger.model_copy(
        update={"rate": configuration.Normalisation(input_rate_hz=1000.0)}
    )
    config = config.model_copy(update={"trigger": trigger})
    engine(config, copy).run(quiet, only="trigger")
    rates = read_json(copy / "rates.json", "rates/2")
    assert rates["normalisation"]["hz_refused"] is None
    assert rates["total"]["hz"] == pytest.approx(1000 * rates["total"]["accepted_fraction"])


MENU = """schema: menu/1
name: one
seeds:
  - {name: L1_HTT200, object: ht, pt_gev: 200, prescale: 2}
  - {name: L1_AD_A, object: region, region: A}
"""


def test_thresholds_for_a_pure_rate_in_a_menu(copy, changed, tmp_path):
    (tmp_path / "menu.yaml").write_text(MENU)
    config = changed(
        "menu: {file: 'packaged:small'}",
        f"menu: {{file: {tmp_path}/menu.yaml, pure_rate_hz: 40}}, rate: {{input_rate_hz: 1000}}",
    )
    assert engine(config, copy).run(quiet, only="menu") == ["trigger", "menu"]
    rates = read_json(copy / "rates.json", "rates/2")
    point = rates["working_point"]
    assert point["pure"]["threshold_hz"] == pytest.approx(40, rel=0.1)
    assert point["sm_efficiency"] == point["realised"]["threshold"]
    assert point["sm_efficiency"] != 0.05  # that of the configuration
    menu = read_json(copy / "menu.json", "run_menu/2")
    found = menu["rates"]["seeds"][1]
    limited = point["pure"]["test_hz"]
    assert limited["value"] == found["pure"]["hz"]["value"] is None
    few = found["pure"]["hz"]["effective_events"]
    assert limited["effective_events"] == pytest.approx(few, rel=0.1)
    assert few < 100
    steps, chosen = menu["staircase"], menu["staircase"]["chosen"]
    assert steps["threshold1"][chosen] == point["thresholds"]["score1"]
    assert steps["threshold2"][chosen] == point["thresholds"]["score2"]
    assert steps["pure"][chosen] / steps["events"] * 1000 == point["pure"]["threshold_hz"]
    assert [row["name"] for row in menu["gain"]["gain"]] == ["L1_AD_A", *RIVALS, *OF_TABLES]
    fragment = read_json(copy / "menu_fragment.json", "menu_fragment/1")
    assert [row["name"] for row in fragment["algorithms"]] == ["L1_AD_A"]
    assert [cut["threshold"] for cut in fragment["cuts"]] == list(point["thresholds"].values())
    assert menu["seeds"][0] == "L1_HTT200: ht(jet >= 1) >= 400, prescale 2"
    assert engine(config, copy).run(quiet, only="menu") == []
    (tmp_path / "menu.yaml").write_text(MENU.replace("200, prescale: 2", "100"))
    assert engine(config, copy).run(quiet, only="menu") == ["trigger", "menu"]
    stricter = read_json(copy / "rates.json", "rates/2")["working_point"]["sm_efficiency"]
    assert stricter > point["sm_efficiency"]  # more is taken, so looser thresholds are needed


def test_a_menu_that_cannot_be_used_is_refused_at_once(copy, changed, tmp_path):
    config = changed("packaged:small", f"{tmp_path}/none.yaml")
    with pytest.raises(ConfigError, match=r"none.yaml must be a readable YAML file, not missing"):
        engine(config, copy)


def test_a_normalisation_that_does_not_fit_is_refused_before_the_training(changed, tmp_path):
    config = changed("sm_efficiency: 0.05", "rate: {colliding_bunches: 10}")
    with pytest.raises(NormalisationError) as caught:
        engine(config, tmp_path / "run").run(quiet)
    assert str(caught.value) == (
        "a rate in Hz from a sample of origin filtered must have trigger.rate.input_rate_hz, "
        "not colliding_bunches: give trigger.rate.input_rate_hz or use the efficiencies"
    )
    assert not (tmp_path / "run/words.npz").exists()


def test_an_efficiency_that_leaves_a_region_empty_is_one_sentence(copy, changed):
    before = (copy / "rates.json").read_bytes()
    with pytest.raises(WorkingPointError, match="the SM efficiency 1e-06 must leave at least one"):
        engine(changed("sm_efficiency: 0.05", "sm_efficiency: 1e-6"), copy).run(quiet)
    assert (copy / "rates.json").read_bytes() == before


def test_emulating_a_file_gives_the_scores_of_the_run(small_run, small_config, tmp_path):
    (source,) = event_files(configuration.load(small_config))["signals"]["leptoquark"]
    out = tmp_path / "scores.h5"
    assert emulate_file(small_run, source, out, lambda part, note: None).events == 600
    with h5py.File(out) as file, np.load(small_run / "scores.npz") as scores:
        assert file.attrs["schema"] == "emulation/1"
        for name in ("score1", "score2"):
            assert np.array_equal(file[name], scores[f"firmware/leptoquark/{name}"])
        assert file["region"].shape == file["accept"].shape == (600,)
        registers = json.loads(file.attrs["registers"])
    assert registers["prescale"] == [100, 200, 250, 1000]


def test_emulating_bad_events_leaves_the_earlier_file(small_run, tmp_path):
    out, source = tmp_path / "scores.h5", tmp_path / "bad.h5"
    out.write_bytes(b"earlier")
    particles = np.zeros((3, 19, 4), np.float32)
    particles[:, 0] = (30, 0, 0, 1)
    particles[2, 0, 0] = np.inf
    with h5py.File(source, "w") as file:
        file["Particles"] = particles
    with pytest.raises(EventFileError):
        emulate_file(small_run, source, out, lambda part, note: None)
    assert out.read_bytes() == b"earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.h5", "scores.h5"]


def test_emulating_needs_a_finished_run(small_run, tmp_path):
    (tmp_path / "run").mkdir()
    shutil.copy(small_run / "config.yaml", tmp_path / "run")
    with pytest.raises(RunFolderError, match="must be a readable file, not no such file"):
        load_trigger(tmp_path / "run")


def test_scores_do_not_depend_on_how_a_file_is_cut(small_run, small_config):
    trigger = load_trigger(small_run)
    (source,) = event_files(configuration.load(small_config))["signals"]["leptoquark"]
    values = adc2021.read(source).values
    whole = trigger.scores(values)
    decision, _ = trigger.decide(whole, trigger.start())
    state, accepts = trigger.start(), []
    for part in np.array_split(values, 7):
        piece, state = trigger.decide(trigger.scores(part), state)
        accepts.append(piece.accept)
    assert np.array_equal(np.concatenate(accepts), decision.accept)


def test_the_verbs_work_on_a_finished_run(copy, small_config, tmp_path):
    (source,) = event_files(configuration.load(small_config))["signals"]["hplus_to_taunu"]
    for arguments, expected in (
        (["status", copy], "up to date"),
        (["run", small_config, "--out", copy], "is up to date"),
        (["emulate", copy, "--input", source, "--out", tmp_path / "s.h5"], "600 events in"),
    ):
        result = subprocess.run(
            [sys.executable, "-m", "trigger_ad.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert expected in result.stdout
