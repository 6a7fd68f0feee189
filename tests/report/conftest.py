"""A run folder made of correlated Gaussians, with records that follow from its scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.invariance import records as invariances
from tests.report.histories import make_history
from tests.report.run_menu import run_menu
from tests.report.scanned import bare, both_scores, record, scanned  # noqa: F401 - fixtures
from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.closure_map import closure_map
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule

SIGNALS = {"leptoquark": 1.1, "a_to_4l": 0.8, "h0_to_tautau": 0.3, "hplus_to_taunu": -0.15}
LSB = {"float": 2.0**-20, "ptq": 2.0**-4, "quantized": 2.0**-4, "firmware": 2.0**-4}
EFFICIENCIES = (0.10, 0.05, 0.02, 0.01, 0.005, 0.002)
SCORES = ("score1", "score2")


def auc(signal: np.ndarray, background: np.ndarray) -> float:
    ordered = np.sort(background)
    below, upto = (np.searchsorted(ordered, signal, side) for side in ("left", "right"))
    return float(np.mean(below + upto) / 2 / len(ordered))


def combined(scores: dict[str, np.ndarray], model: str, sample: str) -> np.ndarray:
    ranks = [
        np.searchsorted(
            np.sort(scores[f"{model}/sm_threshold/{s}"]), scores[f"{model}/{sample}/{s}"]
        )
        for s in SCORES
    ]
    return np.minimum(*ranks)


def make_scores(rng: np.random.Generator) -> dict[str, np.ndarray]:
    sizes = {"sm_test": 20_000, "sm_threshold": 8_000} | dict.fromkeys(SIGNALS, 2_000)
    scores = {}
    for sample, size in sizes.items():
        shift = SIGNALS.get(sample, 0.0)
        correlation = 0.05 if sample.startswith("sm") else 0.3
        normal = rng.multivariate_normal([shift, shift], [[1, correlation], [correlation, 1]], size)
        for model, noise in (("float", 0.0), ("ptq", 0.12), ("quantized", 0.03)):
            values = 9 * np.exp(0.45 * (normal + noise * rng.normal(size=normal.shape)))
            for index, score in enumerate(SCORES):
                raw = np.rint(values[:, index] / LSB[model]).astype(np.int64)
                scores[f"{model}/{sample}/{score}"] = raw
        for score in SCORES:
            scores[f"firmware/{sample}/{score}"] = scores[f"quantized/{sample}/{score}"]
        one = 9 * np.exp(0.45 * (normal.mean(axis=1) + 0.3 * rng.normal(size=size)))
        for model in ("float", "quantized", "firmware"):
            lsb = LSB[model]
            scores[f"single_{model}/{sample}/score"] = np.rint(one / lsb).astype(np.int64)
    return scores


def closure_rows(scores: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    rows = []
    for model in LSB:
        rank = [np.argsort(np.argsort(scores[f"{model}/sm_test/{s}"])) / 20_000 for s in SCORES]
        for efficiency in EFFICIENCIES:
            cut = 1 - np.sqrt(efficiency)
            one, two = rank[0] >= cut, rank[1] >= cut
            a, b = int(np.sum(one & two)), int(np.sum(one & ~two))
            c, d = int(np.sum(~one & two)), int(np.sum(~one & ~two))
            predicted = b * c / d
            ratio = predicted / a
            error = ratio * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
            rows.append(
                {
                    "model": model,
                    "sm_efficiency": efficiency,
                    "test_efficiency": a / 20_000,
                    "threshold1": 140,
                    "threshold2": 150,
                    "observed": a,
                    "predicted": predicted,
                    "predicted_error": error * a,
                    "ratio": ratio,
                    "ratio_error": error,
                    "interval95": [ratio - 1.96 * error, ratio + 1.96 * error],
                    "effective_events": 0.9 * a,
                }
            )
    return rows


def make_records(scores: dict[str, np.ndarray]) -> dict[str, dict[str, Any]]:
    three = ("float", "quantized", "firmware")

    def interval(value: float) -> list[float]:
        return [value - 0.006, value + 0.006]

    areas = {
        s: {m: auc(combined(scores, m, s), combined(scores, m, "sm_test")) for m in LSB}
        for s in SIGNALS
    }
    single = {
        s: {
            **{
                x: {m: auc(scores[f"{m}/{s}/{x}"], scores[f"{m}/sm_test/{x}"]) for m in three}
                for x in SCORES
            },
            "single_autoencoder": {
                m: auc(scores[f"single_{m}/{s}/score"], scores[f"single_{m}/sm_test/score"])
                for m in three
            },
        }
        for s in SIGNALS
    }
    tpr: dict[str, Any] = {}
    for s in SIGNALS:
        tpr[s] = {"1e-2": {}, "1e-3": {}}
        for m in three:
            background = combined(scores, m, "sm_test")
            for text in tpr[s]:
                cut = np.quantile(background, 1 - float(text))
                tpr[s][text][m] = float(np.mean(combined(scores, m, s) > cut))
    names = [f"{branch}_{i}" for branch in ("ae1", "ae2") for i in range(6)]
    cut = {x: int(np.quantile(scores[f"firmware/sm_threshold/{x}"], 0.9)) for x in SCORES}
    one, two = (scores[f"firmware/sm_test/{x}"] >= cut[x] for x in SCORES)
    inside = {"A": one & two, "B": one & ~two, "C": ~one & two, "D": ~one & ~two}
    prescale = {"A": 1.0, "B": 10.0, "C": 10.0, "D": 100.0}
    regions = {
        name: {
            "fires": int(fired.sum()),
            "efficiency": float(fired.mean()),
            "efficiency_interval": [float(fired.mean()) - 1e-3, float(fired.mean()) + 1e-3],
            "prescale": prescale[name],
            "accepts": int(fired.sum() // prescale[name]),
            "accepted_fraction": float(fired.mean() / prescale[name]),
            "hz": None,
        }
        for name, fired in inside.items()
    }
    n = {name: row["fires"] for name, row in regions.items()}
    registers = Registers(tuple(cut.values()), (100, 1000, 1000, 10_000))
    rung = {
        "events": 120_000,
        "mismatches": 0,
        "distinct_scores": 1834,
        "claimed": True,
        "extremes": 20_116,
        "extreme_mismatches": 0,
        "first_difference": None,
    }
    validation = {
        "schema": "validation/1",
        "name": "double_ae",
        "samples": {
            "sm": {
                "train": 120_000,
                "validate": 36_000,
                "calibrate": 9_000,
                "threshold": 30_000,
                "test": 105_000,
            },
            "signals": dict.fromkeys(SIGNALS, 20_000),
        },
        "bit_exact": {
            "csim": rung | {"against": "fast"},
            "fast": rung | {"against": "qkeras"},
            "qkeras": rung | {"against": "csim"},
        },
        "auc": areas,
        "auc_interval": {s: {m: interval(a) for m, a in row.items()} for s, row in areas.items()},
        "auc_single": single,
        "auc_single_interval": {
            s: {x: {m: interval(a) for m, a in row.items()} for x, row in table.items()}
            for s, table in single.items()
        },
        "auc_baseline": {
            s: {"ht": 0.55 + 0.02 * i, "sum_pt": 0.6, "multiplicity": 0.5, "leading_lepton_pt": 0.5}
            for i, s in enumerate(SIGNALS)
        },
        "tpr_at_fpr": tpr,
        "tpr_at_fpr_interval": {
            s: {f: {m: [0.9 * v, 1.1 * v] for m, v in row.items()} for f, row in table.items()}
            for s, table in tpr.items()
        },
        "decision_flips_per_million": {"shared_thresholds": 5210.4, "rederived_thresholds": 1875.2},
        "rate_shift": {"float": 0.0101, "firmware": 0.0104, "ratio": 1.0297},
        "layers": [
            {
                "branch": name[:3],
                "layer": name,
                "lsb": 2.0**-5,
                "type": "ap_ufixed<8,3>",
                "mean_abs_error_lsb": 0.3 + 0.2 * i,
                "max_abs_error_lsb": 4.0 + 3 * i,
                "fraction_saturated": 0.0005 * i,
            }
            for i, name in enumerate(names)
        ],
        "dcor": {"float": 0.021, "ptq": 0.034, "quantized": 0.023, "firmware": 0.0231},
        "claims": [
            {
                "claim": "The diagonal cut is better than each score alone",
                "here": "SIC 3.1 against 2.0 for A → 4ℓ.",
                "confirmed": True,
            },
            {
                "claim": "A single autoencoder outperforms the double autoencoder",
                "here": "AUC 0.78 against 0.74 for LQ → bτ.",
                "confirmed": False,
            },
            {
                "claim": "Non-closure grows with signal",
                "here": "Too few events.",
                "confirmed": None,
            },
        ],
        "warnings": ["For h± → τν the combined score is worse than chance: AUC 0.44 < 0.50."],
    }
    significance = {
        s: [
            {
                "sm_efficiency": e,
                "uncorrected": 2 * e**0.1 + i,
                "corrected": 2.3 * e**0.1 + i,
                "known": 2.2 * e**0.1 + i,
                "single": None if i == 3 else 2.5 * e**0.1 + i,
            }
            for e in EFFICIENCIES
        ]
        for i, s in enumerate(SIGNALS)
    }
    rates = {
        "schema": "rates/1",
        "registers": registers.to_json(),
        "rule": PrescaleRule.of(registers).to_json(),
        "working_point": {
            "sm_efficiency": 0.01,
            "thresholds": cut,
            "lsb": dict.fromkeys(("score1", "score2"), LSB["firmware"]),
            "realised": {"threshold": 0.00998, "test": float(inside["A"].mean())},
        },
        "regions": regions,
        "total": {
            "accepted_fraction": sum(row["accepted_fraction"] for row in regions.values()),
            "accepted_fraction_interval": [0.03, 0.04],
            "emulated_fraction": 0.035,
            "hz": None,
            "paper_4_epsilon": 0.04,
        },
        "signals": {s: {"A": 0.2, "B": 0.1, "C": 0.1, "D": 0.6} for s in SIGNALS},
        "abcd": {
            "observed": n["A"],
            "predicted": n["B"] * n["C"] / n["D"],
            "error": 6.2,
            "ratio": n["B"] * n["C"] / n["D"] / n["A"],
            "ratio_error": 0.07,
        },
        "normalisation": {
            "kind": "filtered",
            "hz_refused": "The sample has a lepton filter and no input rate was given: "
            "set trigger.rate.input_rate_hz.",
            "printed": "Efficiencies are relative to events with a lepton of pT > 23 GeV.",
        },
    }
    empty = dict.fromkeys(("lut", "ff", "dsp", "bram", "uram", "latency_cycles", "ii"))
    empty |= {"clock": "not timed", "note": ""}
    resources = {
        "schema": "resources/1",
        "rows": [
            empty
            | {
                "stage": "estimate",
                "tool": "alkaid",
                "version": "0.8.2",
                "lut": 21_904,
                "ff": 9_120,
                "dsp": 0,
                "latency_cycles": 11,
                "ii": 1,
                "clock": "not timed",
                "note": "LUT equivalents before synthesis",
            },
            empty
            | {
                "stage": "rtl-synthesis",
                "tool": "Yosys",
                "version": "0.70",
                "lut": 9_876,
                "ff": 7_000,
                "dsp": 0,
                "bram": 0,
                "latency_cycles": 12,
                "ii": 1,
                "clock": "not timed",
                "note": "by Yosys",
                "part": "xcvu13p-flga2577-2-e",
                "carry": 3_000,
                "logic_levels": 11,
                "clock_ns": 1000 / 240,
                "percent": {"lut": 0.57, "ff": 0.2, "dsp": 0.0, "bram": 0.0},
            },
            empty
            | {
                "stage": "C-synthesis",
                "tool": "vitis_hls",
                "version": None,
                "note": "not run: vitis-run not found",
            },
        ],
    }
    digest = "0123456789abcdef" * 4
    manifest = {
        "schema": "manifest/2",
        "trigger_ad": "0.1.0",
        "versions": {"python": "3.11.2", "numpy": "2.4.6", "hls4ml": "1.3.0"},
        "seeds": {"training": 1, "split": 2021},
        "events": {"sm": digest[::-1]},
        "stages": {
            "words": {"seconds": 11.25, "key": digest, "outputs": {"words.npz": digest[::-1]}},
            "train_double": {
                "seconds": 312.5,
                "key": digest[::-1],
                "outputs": {"model/double/float.npz": digest, "model/double/history.json": digest},
            },
            "report": {"seconds": 99.0, "key": digest, "outputs": {}},
        },
    }
    return {
        "validation": validation,
        "rates": rates,
        "resources": resources,
        "manifest": manifest,
        "closure": {
            "schema": "closure/1",
            "closure": closure_rows(scores),
            "significance": significance,
            "map": closure_map(
                *(_sample(scores, split) for split in ("threshold", "test"))
            ).to_json(),
        },
    }


def _sample(scores: dict[str, Any], split: str) -> ScoredSample:
    pair = (scores[f"firmware/sm_{split}/{score}"] for score in ("score1", "score2"))
    return ScoredSample.of(tuple(pair), None)


def write_run(folder: Path, seed: int = 1) -> Path:
    """Write a whole synthetic run folder."""
    scores = make_scores(np.random.default_rng(seed))
    for name, content in make_records(scores).items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    (folder / "menu.json").write_text(json.dumps(run_menu()))
    model = folder / "model" / "double"
    model.mkdir(parents=True)
    (model / "history.json").write_text(json.dumps(make_history(60, 8.0)))
    (model / "quantized_history.json").write_text(json.dumps(make_history(40, 3.0)))
    header = json.dumps(
        {
            "schema": "scores/1",
            "lsb": {m: dict.fromkeys(("score1", "score2"), v) for m, v in LSB.items()}
            | {f"single_{m}": {"score": v} for m, v in LSB.items()},
        }
    )
    np.savez(folder / "scores.npz", header=np.array(header), **scores)
    return folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder to read only."""
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A run folder a test may change."""
    return write_run(tmp_path)


@pytest.fixture(scope="session")
def built(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A run folder whose report was built."""
    from trigger_ad import report

    def make(folder: Path) -> None:
        folder.mkdir()
        run = write_run(folder)
        invariances.record().write(run / "invariance.json")
        report.build(run)

    return once("built_report", make)
