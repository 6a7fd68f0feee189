"""Run folders with what a conversion leaves: small networks over the hardware words."""

from pathlib import Path

import numpy as np

from tests.blocks import block
from tests.hls import networks
from tests.words import bulk
from trigger_ad import config
from trigger_ad.convert.binding import bind
from trigger_ad.convert.project import convert
from trigger_ad.emulate.abi import GOLDEN_SCHEMA
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.hls.emulator import build, write_golden
from trigger_ad.hls.emulator_manifest import Manifest
from trigger_ad.hls.harness import write_harness
from trigger_ad.ir.expression import Expression, port
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.layers.architecture import chain
from trigger_ad.run.folder.trigger import SCORES_SCHEMA, load_scores
from trigger_ad.run_folder import NAMES
from trigger_ad.storage import arrays
from trigger_ad.storage.files import write_json
from trigger_ad.trigger.hardware import HardwareTrigger

NAME = "Small"
LAYOUT = layout(config.Features())


def make(folder: Path) -> None:
    """``one`` is version 1 and ``two`` version 2, of networks and tables of other seeds."""
    for version, (name, seed) in enumerate((("one", 31), ("two", 32)), start=1):
        run = folder / name
        run_folder(run, seed)
        emulator(run, str(version))


def run_folder(run: Path, seed: int) -> None:
    """Files of a run, as far as a conversion reads them."""
    run.mkdir(parents=True)
    (run / "config.yaml").write_text("schema: config/1\nname: small\n")
    shape, relu = (57, 3, 57), (True, False)
    sketches = tuple(
        networks.Sketch(chain(name, shape, relu, True), networks.bits()) for name in ("ae1", "ae2")
    )
    project = run / "firmware/hls"
    # A word of SystemVerilog, which the schema refuses and no C simulation minds.
    settings = config.Convert().model_copy(update={"namespace": "small"})
    network = convert(networks.quantised(sketches, seed), settings, project)
    expressions = {
        "score1": port("input").subtract(port("ae1")).square().sum(),
        "score2": table(network, seed).sum(),
    }
    scores = bind(expressions, ("ae1", "ae2"), network, *scaled_range(LAYOUT))
    write_harness(project, block(network, scores, LAYOUT))
    (run / "model/double").mkdir(parents=True)
    network.save(run / "model/double/network.npz")
    write_json(
        run / "model/double/scores.json",
        {"schema": SCORES_SCHEMA, "scores": [score.to_json() for score in scores.values()]},
    )
    golden(run, words(300, seed))


def table(network: HardwareNetwork, seed: int) -> Expression:
    """Random numbers for the high bits of an output: in C++ a static variable of a function."""
    argument = port("ae2").shorten(3)
    bounds = network.intervals(*(end.astype(np.int64) for end in scaled_range(LAYOUT)))["ae2"]
    kind = PortType(
        network.type_of("ae2"), 57, tuple(bounds.minimum.tolist()), tuple(bounds.maximum.tolist())
    )
    signal = Score("part", argument.sum(), {"ae2": kind}).signal(argument)
    size = max(signal.maximum) - min(signal.minimum) + 1
    return argument.table(tuple(np.random.default_rng(seed).integers(0, 100, size).tolist()))


def words(events: int, seed: int) -> np.ndarray:
    """Half of them the ends of every port, half in the bulk, some slots empty."""
    rng = np.random.default_rng(seed)
    ends = extremes(LAYOUT.minimum, LAYOUT.maximum, 100, seed)
    return rng.permutation(np.concatenate([bulk(LAYOUT, events, rng), ends])).astype(np.int32)


def records(run: Path) -> tuple[HardwareNetwork, dict]:
    records = run / "model/double"
    return HardwareNetwork.load(records / "network.npz"), load_scores(records / "scores.json")


def fast(run: Path, words: np.ndarray) -> dict[str, np.ndarray]:
    network, scores = records(run)
    rung = FastEmulator(network, scores, *scaled_range(LAYOUT))
    return dict(rung.run(scale_array(words, LAYOUT)).scores)


def golden(run: Path, words: np.ndarray) -> None:
    found = fast(run, words)
    _, scores = records(run)
    header = {
        "layout": LAYOUT.hash,
        "lsb": {name: score.type.lsb for name, score in scores.items()},
    }
    arrays.save(run / "golden.npz", GOLDEN_SCHEMA, header, {"words": words, **found})


def emulator(run: Path, version: str, out: Path | None = None) -> Manifest:
    """Build an emulator, with its golden vectors as text."""
    folder = out or run / NAMES.emulator
    trigger = HardwareTrigger.of(LAYOUT, *records(run))
    manifest = build(run / "firmware/hls", trigger, folder, NAME, version)
    _, vectors = arrays.load(run / "golden.npz", GOLDEN_SCHEMA)
    write_golden(folder, manifest, vectors["words"], vectors)
    return manifest
