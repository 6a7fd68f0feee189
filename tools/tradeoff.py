"""Train, convert and synthesise double autoencoders of many sizes: docs/tradeoff.md.

    python tools/tradeoff.py [NAME ...] [--jobs 2] [--runs DIR] [--table]

Every point is a change of models/double_ae/config.yaml. Its figures are kept in
docs/tradeoff.json; a point whose settings and training have not changed is not repeated, and a
killed call goes on where it was. The test split is never read: areas under the ROC curve are of
the signals against the validate split, ranks and closure of the train and validate splits
together, as in the criterion of the training. ``--table`` only writes the page anew from the
figures that there are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from tradeoff_page import EFFICIENCIES, REFERENCE, write_page

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.run import pipelines as stages
from trigger_ad.storage.files import read_json, write_json

ROOT = Path(__file__).resolve().parents[1]

SCHEMA = "tradeoff/1"

#: Of the processes that train: a training gains little by its second thread, so two run at a time.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}

_MIDDLE = {"scorer": {"hidden": [8, 4, 8]}}
_WIDE = {"scorer": {"hidden": [10, 6, 10]}, "quantize": {"sparsity": [0.85, 0.4, 0.4, 0.85]}}
_TWO = {"hidden": [8, 4]}

#: Changes of the reference by name of the point.
POINTS: dict[str, dict[str, Any]] = {
    REFERENCE: {},
    "reference, seed 2": {"seed": 2},
    "reference, seed 3": {"seed": 3},
    "wider": _WIDE,
    "wider, seed 2": _WIDE | {"seed": 2},
    "wider, seed 3": _WIDE | {"seed": 3},
    "middle": _MIDDLE | {"quantize": {"sparsity": [0.8, 0.4, 0.4, 0.8]}},
    "middle, fewer bits": _MIDDLE
    | {
        "quantize": {
            "weight_bits": 3,
            "activation_bits": 5,
            "output_bits": 5,
            "sparsity": [0.85, 0.4, 0.4, 0.85],
        }
    },
    "middle, squared": {
        "scorer": {"hidden": [8, 4, 8], "difference": "squared"},
        "quantize": {"sparsity": [0.8, 0.4, 0.4, 0.8]},
    },
    "middle, not pruned": _MIDDLE | {"quantize": {"sparsity": 0.0, "epochs": 50}},
    "two layers": {"scorer": _TWO, "quantize": {"sparsity": [0.85, 0.4, 0.85]}},
    "two layers, fewer bits": {
        "scorer": _TWO,
        "quantize": {
            "weight_bits": 3,
            "activation_bits": 5,
            "output_bits": 5,
            "sparsity": [0.9, 0.5, 0.9],
        },
    },
    "five layers": {
        "scorer": {"hidden": [12, 6, 3, 6, 12]},
        "quantize": {"sparsity": [0.8, 0.5, 0.4, 0.4, 0.5, 0.8], "epochs": 50},
    },
    "first version": {
        "scorer": {"hidden": [16, 8, 4, 8, 16]},
        "quantize": {
            "weight_bits": 6,
            "activation_bits": 8,
            "output_bits": 9,
            "sparsity": 0.0,
            "epochs": 40,
            "learning_rate": 0.001,
        },
    },
}

#: Stages of a run that a point needs.
STAGES = ("words", "signals", "train_double", "quantize_double")


def point_config(name: str) -> Config:
    """Configuration of a point."""
    base = configuration.load(ROOT / "models/double_ae/config.yaml")
    tree = _merge(json.loads(base.model_dump_json(by_alias=True)), POINTS[name])
    return configuration.parse(json.dumps(tree), name)


def _merge(tree: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return tree | {
        key: _merge(tree[key], value) if isinstance(value, dict) else value
        for key, value in changes.items()
    }


def settings_of(config: Config, *sections: str) -> dict[str, Any]:
    """What a figure depends on: sections of the configuration, and versions of the stages."""
    tree = json.loads(config.model_dump_json(by_alias=True))
    read = ("seed", "split", "features", "scorer", "train", *sections)
    return {name: tree[name] for name in read} | {
        "stages": {stage.name: stage.version for stage in stages.STAGES if stage.name in STAGES}
    }


def key_of(settings: dict[str, Any]) -> str:
    """Short hash of settings."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]


def train_float(name: str, runs: Path) -> Path:
    """Run folder with the float networks of a point, shared by all of the same shape."""
    config = point_config(name)
    folder = runs / "float" / key_of(settings_of(config))
    _engine(config, folder, STAGES[:3])
    return folder


def run_point(name: str, runs: Path) -> dict[str, Any]:
    """Train a point with its bits, convert, measure and synthesise it."""
    begin = time.monotonic()
    config = point_config(name)
    folder = runs / name.replace(",", "").replace(" ", "_")
    shared = runs / "float" / key_of(settings_of(config))
    if not folder.exists():
        shutil.copytree(shared, folder, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    _engine(config, folder, STAGES)
    record = {
        "name": name,
        "settings": settings_of(config, "quantize"),
        **_measure(config, folder),
        "seconds": round(time.monotonic() - begin),
    }
    write_json(folder / "point.json", record)
    return record


def _engine(config: Config, folder: Path, names: tuple[str, ...]) -> None:
    from trigger_ad.run.engine import Engine
    from trigger_ad.run.folder.samples import event_files

    wanted = tuple(stage for stage in stages.stages(config) if stage.name in names)
    Engine(config, folder, wanted, event_files(config)).run(lambda *_: None)


def _measure(config: Config, folder: Path) -> dict[str, Any]:
    """Figures of a trained point."""
    from trigger_ad.convert.binding import bind
    from trigger_ad.convert.project import convert
    from trigger_ad.features.words import scaled_range
    from trigger_ad.ir.layers.linear import Linear
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.run.folder.dataset import Dataset
    from trigger_ad.scorers import table

    data = Dataset(folder, config.features)
    quantized = QuantizedModel.load(folder / "model/double/quantized.npz")
    network = convert(quantized, config.convert, folder / "firmware/hls")
    bounds = scaled_range(data.layout)
    names = [branch.name for branch in quantized.branches]
    scorer = table.find(config.scorer.name)
    scores = bind(scorer.expressions(config.scorer), names, network, *bounds)
    weights = [layer.weights for layer in network.layers if isinstance(layer, Linear)]
    return {
        "nonzero_weights": int(sum(np.count_nonzero(w) for w in weights)),
        **_physics(data, network, scores, bounds),
        **_hardware(config, data, network, scores, folder / "firmware/rtl"),
    }


def _physics(data: Any, network: Any, scores: Any, bounds: Any) -> dict[str, Any]:
    """Areas under the ROC curves, and closure."""
    from trigger_ad.abcd.closure import closure
    from trigger_ad.emulate.fast import FastEmulator
    from trigger_ad.statistics.ranks import RankTable, combine
    from trigger_ad.statistics.sic import roc

    emulator = FastEmulator(network, scores, *bounds, threads=1)

    def run(*sample: str) -> list[Any]:
        return list(emulator.run(data.scaled(*sample), ()).scores.values())

    validate = run("sm", "validate")
    first, second = map(np.concatenate, zip(run("sm", "train"), validate, strict=True))
    both = first, second
    clusters = np.concatenate([data.identity("sm", split) for split in ("train", "validate")])
    tables = [RankTable.of(score) for score in both]

    def combined(pair: list[Any]) -> Any:
        return combine(*(ranks.rank(score) for ranks, score in zip(tables, pair, strict=True)))

    background = combined(validate)
    points = closure("firmware", both, both, EFFICIENCIES, clusters)
    return {
        "auc": {s: round(roc(background, combined(run(s))).auc, 4) for s in data.signals},
        "closure": {
            f"{point.sm_efficiency:g}": {
                "ratio": round(point.estimate.ratio, 4),
                "interval95": [round(point.estimate.low, 4), round(point.estimate.high, 4)],
            }
            for point in points
        },
    }


def _hardware(config: Config, data: Any, network: Any, scores: Any, folder: Path) -> dict[str, Any]:
    """The whole trigger through Yosys, and the cycles of its structure."""
    from trigger_ad.ledger.synthesis.yosys import rtl_synthesis
    from trigger_ad.rtl.preset import preset
    from trigger_ad.rtl.project import write_project
    from trigger_ad.rtl.top import TOP
    from trigger_ad.trigger.hardware import HardwareTrigger

    trigger = HardwareTrigger.of(data.layout, network, scores)
    project, circuit = write_project(folder, trigger, preset(config.rtl.preset))
    row = rtl_synthesis(
        [folder / source for source in project.sources],
        TOP,
        config.rtl.parts[0],
        folder.with_name("synthesis"),
    )
    return {
        "cost": round(float(circuit.logic.cost)),
        "part": row.part,
        "lut": row.lut,
        "ff": row.ff,
        "carry": row.carry,
        "dsp": row.dsp,
        "bram": row.bram,
        "logic_levels": row.logic_levels,
        "cycles": project.cycles,
    }


def known(path: Path) -> dict[str, dict[str, Any]]:
    """Records of all points that have one, by name, in the order of the table."""
    if not path.exists():
        return {}
    records = {record["name"]: record for record in read_json(path, SCHEMA)["points"]}
    return {name: records[name] for name in POINTS if name in records}


def is_current(record: dict[str, Any]) -> bool:
    """Whether a point would come out the same."""
    return bool(record["settings"] == settings_of(point_config(record["name"]), "quantize"))


def work(names: list[str], runs: Path, jobs: int) -> Iterator[dict[str, Any]]:
    """Records of points in the order in which they are ready."""
    os.environ.update(ENVIRONMENT)
    context = multiprocessing.get_context("spawn")
    shapes: dict[str, list[str]] = {}
    for name in names:
        shapes.setdefault(key_of(settings_of(point_config(name))), []).append(name)
    with ProcessPoolExecutor(jobs, context, max_tasks_per_child=1) as pool:
        for shared in [pool.submit(train_float, group[0], runs) for group in shapes.values()]:
            shared.result()
        for future in as_completed([pool.submit(run_point, name, runs) for name in names]):
            yield future.result()


def main() -> None:
    """Bring the points up to date, then the page."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("names", nargs="*", help="points to do, all without")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/tradeoff")
    parser.add_argument("--table", action="store_true", help="only write the page")
    options = parser.parse_args()
    path = ROOT / "docs/tradeoff.json"
    records = known(path)
    wanted = [
        name
        for name in options.names or POINTS
        if name not in records or not is_current(records[name])
    ]
    if options.table:
        wanted = []
    for record in work(wanted, options.runs, options.jobs):
        records[record["name"]] = record
        records = {name: records[name] for name in POINTS if name in records}
        write_json(path, {"schema": SCHEMA, "points": list(records.values())})
        print(f"{record['name']}: {record['lut']} LUTs, {record['seconds']} s", flush=True)
    outdated = {name for name, record in records.items() if not is_current(record)}
    write_page(records, outdated, ROOT / "docs/tradeoff.md")


if __name__ == "__main__":
    main()
