"""The record holds what the arrays give, over seeds and over configurations."""

from statistics import fmean, stdev

import numpy as np
import pytest

from tests.compare import folders
from trigger_ad.abcd.closure import closure
from trigger_ad.compare import record as comparison
from trigger_ad.compare.runs import read
from trigger_ad.errors import ConfigError
from trigger_ad.run.folder.score_table import SCHEMA
from trigger_ad.statistics.improvement import choose_cut, find
from trigger_ad.statistics.sic import roc
from trigger_ad.storage import arrays


def compare(*args):
    """Record of a comparison as its file has it."""
    return comparison.compare(*args).to_json()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two seeds of one configuration, and one of another whose baseline is its own."""
    folder = tmp_path_factory.mktemp("runs")
    return [
        read(folders.finished_run(folder / "toy1", seed=1)),
        read(folders.finished_run(folder / "toy2", seed=2)),
        read(folders.finished_run(folder / "other", "other", seed=2, models=("float",))),
    ]


@pytest.fixture(scope="module")
def record(runs):
    return compare(runs, ["toy:score1,other:score2"])


def row(record, label, model="firmware"):
    (found,) = (r for r in record["scores"] if (r["label"], r["model"]) == (label, model))
    return found


def test_every_score_of_every_model(record):
    alone = ["score1", "score2", "diagonal", "and", "or", "prod", "avg", "single"]
    combined = [f"{how} of toy:score1, other:score2" for how in ("and", "or", "prod", "avg")]
    found = {}
    for one in record["scores"]:
        found.setdefault(one["label"], []).append(one["model"])
    labels = [*(f"toy:{name}" for name in alone), *(f"other:{name}" for name in alone[:-1])]
    assert list(found) == [*labels, "other:single", *combined]
    assert found["toy:avg"] == ["float", "quantized", "firmware"]
    assert found["other:avg"] == found[combined[0]] == ["float"]
    assert row(record, "toy:or")["seeds"] == [1, 2]
    assert row(record, combined[0], "float")["seeds"] == [2]  # those that both have


def test_figures_of_one_seed_have_intervals(runs, record):
    found = row(record, "other:score1", "float")
    threshold, test, signal = (
        runs[2].scores.get("float", sample, "score1")
        for sample in ("sm_threshold", "sm_test", "lq")
    )
    of = found["signals"]["lq"]
    assert of["auc"]["mean"] == pytest.approx(roc(test, signal).auc, abs=1e-12)
    assert of["sic_maximum"]["mean"] == roc(test, signal).sic_maximum
    cut = choose_cut(threshold, test, 1e-2, runs[2].clusters["sm_test"])
    at = find(cut, signal, runs[2].clusters["lq"])
    expected = {
        "mean": at.signal.value,
        "spread": None,
        "low": at.signal.low,
        "high": at.signal.high,
        "values": [at.signal.value],
    }
    assert of["efficiency"]["1e-2"] == expected
    assert found["cuts"]["1e-2"]["chosen_on"] == "threshold"
    assert found["cuts"]["1e-2"]["background"]["mean"] == cut.background.value


def test_too_few_events_are_null(record):
    """4000 test events: 4 at 1e-3."""
    found = row(record, "toy:score1")
    for name in ("1e-3", "1e-4"):
        assert found["cuts"][name]["chosen_on"] is None
        assert found["signals"]["lq"]["efficiency"][name]["mean"] is None
    at_one = found["signals"]["lq"]["efficiency"]["1e-2"]
    background = found["cuts"]["1e-2"]["background"]
    expected = [s / b**0.5 for s, b in zip(at_one["values"], background["values"], strict=True)]
    assert found["signals"]["lq"]["improvement"]["values"] == pytest.approx(expected)


def test_several_seeds_have_mean_and_spread(record):
    of = row(record, "toy:diagonal")["signals"]["higgs"]["auc"]
    assert len(of["values"]) == 2
    assert of["mean"] == fmean(of["values"])
    assert of["spread"] == stdev(of["values"]) > 0
    assert of["low"] is of["high"] is None


def test_total_improvement_is_over_the_signals_of_each_seed(record):
    found = row(record, "toy:avg")
    by_seed = list(
        zip(*(of["improvement"]["values"] for of in found["signals"].values()), strict=True)
    )
    total = found["total_improvement"]
    assert total["minimum"]["values"] == [min(one) for one in by_seed]
    assert total["median"]["values"] == [fmean(one) for one in by_seed]  # of two signals
    assert total["maximum"]["values"] == [max(one) for one in by_seed]


def test_correlations_are_those_of_test_background(runs, record):
    table = record["correlations"][0]
    assert table["model"] == "float"
    assert table["scores"] == [
        "toy:score1",
        "toy:score2",
        "toy:single",
        "other:score1",
        "other:score2",
        "other:single",
    ]
    one, two = (run.scores.get("float", "sm_test", "score1") for run in runs[1:])
    cell = table["pearson"][0][3]  # the seed that both have
    assert cell["values"] == pytest.approx([np.corrcoef(one, two)[0, 1]])
    singles = [run.scores.get("single_float", "sm_test", "score") for run in runs[:2]]
    firsts = [run.scores.get("float", "sm_test", "score1") for run in runs[:2]]
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(firsts, singles, strict=True)]
    assert table["pearson"][0][2]["values"] == pytest.approx(expected)
    assert table["pearson"][0][2]["mean"] == pytest.approx(table["pearson"][2][0]["mean"])
    assert 0.5 < table["rank"][0][2]["mean"] < 1
    assert abs(table["rank"][0][1]["mean"]) < 0.05  # independent scores
    assert [of["model"] for of in record["correlations"]] == ["float", "quantized", "firmware"]
    assert record["correlations"][2]["scores"] == ["toy:score1", "toy:score2", "toy:single"]


def test_no_seed_in_common(runs):
    found = compare([runs[0], runs[2]])
    assert found["correlations"][0]["pearson"][0][3] is None
    with pytest.raises(ConfigError) as caught:
        compare([runs[0], runs[2]], ["toy:score1,other:score2"])
    assert str(caught.value) == (
        "scores to combine must have a seed in common, not toy of 1 and other of 2: give --seeds"
    )


def test_closure_of_each_configuration_and_of_what_is_combined(runs, record):
    found = {
        (tuple(one["pair"]), one["model"], one["sm_efficiency"]): one for one in record["closure"]
    }
    own = found[("toy:score1", "toy:score2"), "firmware", 0.02]
    ratios = []
    for run in runs[:2]:
        pair = [run.scores.pair("firmware", sample) for sample in ("sm_threshold", "sm_test")]
        (point,) = closure("firmware", *pair, (0.02,), run.clusters["sm_test"])
        ratios.append(point.estimate.ratio)
    assert own["ratio"]["values"] == ratios
    assert own["ratio"]["mean"] == fmean(ratios)
    assert (("toy:score1", "toy:score2"), "firmware", 0.1) not in found
    across = found[("toy:score1", "other:score2"), "float", 0.05]
    pairs = [
        (
            runs[1].scores.get("float", sample, "score1"),
            runs[2].scores.get("float", sample, "score2"),
        )
        for sample in ("sm_threshold", "sm_test")
    ]
    (expected,) = closure("float", *pairs, (0.05,), runs[1].clusters["sm_test"])
    assert across["ratio"]["values"] == [expected.estimate.ratio]
    assert across["ratio"]["low"] == expected.estimate.low
    assert across["effective_events"] == expected.estimate.effective


def test_closure_is_not_known_where_a_region_stays_empty(tmp_path):
    """Two equal scores leave B and C empty."""
    folder = folders.finished_run(tmp_path / "same", models=("float",))
    header, found = arrays.load(folder / "scores.npz", SCHEMA)
    for sample in ("sm_threshold", "sm_test"):
        found[f"float/{sample}/score2"] = found[f"float/{sample}/score1"]
    arrays.save(folder / "scores.npz", SCHEMA, header, found, compress=False)
    rows = compare([read(folder)])["closure"]
    assert [row["sm_efficiency"] for row in rows] == [0.05, 0.02, 0.01]
    assert all(row["ratio"]["mean"] is row["effective_events"] is None for row in rows)


def test_resources_keep_their_stage(record):
    toy = [one for one in record["resources"] if one["configuration"] == "toy"]
    assert [(one["stage"], one["tool"]) for one in toy] == [
        ("rtl-synthesis", "Yosys"),
        ("C-synthesis", "Vitis"),
    ]
    assert (toy[0]["lut"]["mean"], toy[0]["lut"]["spread"]) == (1500, pytest.approx(500 * 2**0.5))
    assert (toy[0]["note"], toy[1]["note"]) == ("", "not run: not asked for")
    assert toy[1]["lut"]["mean"] is None


def test_a_baseline_that_two_configurations_share_is_there_once(tmp_path, runs):
    """Seed 1 of another name has the arrays of seed 1."""
    twin = read(folders.finished_run(tmp_path / "twin", "twin"))
    labels = [one["label"] for one in compare([runs[0], twin])["scores"]]
    assert "toy:single" in labels
    assert "twin:score1" in labels
    assert "twin:single" not in labels


def test_the_events_that_all_share(runs, record):
    assert record["events"]["sm_test"] == {
        "events": folders.TEST,
        "sha256": runs[1].digests["sm_test"],
    }
    assert list(record["events"]) == ["sm_threshold", "sm_test", *folders.SIGNALS]
    assert record["configurations"][0] == {
        "name": "toy",
        "scorer": "double_ae",
        "seeds": [1, 2],
        "folders": [str(runs[0].folder), str(runs[1].folder)],
    }
