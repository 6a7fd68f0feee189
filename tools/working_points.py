"""Points beside which models/double_ae_zb was chosen: the tables of docs/working-point.md.

    python tools/working_points.py runs/reference

Every point is a change of models/double_ae_zb/config.yaml on `zero_bias.h5` of that folder, whose
crossings are none of those that figures are quoted of: tables from a train split, thresholds for
the wanted pure rate from the threshold split, and what is printed from the test split. A point
takes some ten seconds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.abcd.estimate import estimate_drawn
from trigger_ad.abcd.working_point import working_point
from trigger_ad.config import Config
from trigger_ad.emulate.block import PIECE, BlockEmulator
from trigger_ad.features.vectors.program import program_of
from trigger_ad.menu import file as menus
from trigger_ad.menu.untaken import untaken_by
from trigger_ad.pages.format import measured, percent
from trigger_ad.pages.names import sample_label
from trigger_ad.rates.normalisation import input_rate
from trigger_ad.run.engine import Engine
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.samples import event_files
from trigger_ad.run.folder.tables import tabulated_scores
from trigger_ad.run.pipelines import stages
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import BACKGROUND
from trigger_ad.statistics.strata import mean
from trigger_ad.trigger.hardware import Block

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models/double_ae_zb/config.yaml"
SPLIT = {"seed": 2027, "train": 0.25, "validate": 0.01, "calibrate": 0.01, "threshold": 0.28}

#: Rates with much and with little pile-up are above and below these numbers of collisions.
MUCH, LITTLE = 65, 55

_PAIR = {"kind": "transverse_mass", "of": "egamma", "reference": "muon"}
_TO_JET = {"kind": "azimuth", "of": ["egamma", "muon"], "reference": "jet"}

#: Vectors that are added, of None removed, and the efficiency of the cut on score 2, by name.
POINTS: dict[str, tuple[dict[str, Any], dict[str, Any], float]] = {
    "as shipped": ({}, {}, 0.35),
    "without azimuth": ({"pair": None}, {}, 0.35),
    "angle of lepton and jet for the mass": (
        {"pair": None, "angle": [{**_TO_JET, "shift": 4}]},
        {},
        0.35,
    ),
    "transverse mass of lepton and MET for MET": (
        {"missing": None, "mass": [{"kind": "transverse_mass"}]},
        {},
        0.35,
    ),
    "mass of lepton and jet beside the other": (
        {"mass": [{"kind": "transverse_mass", "reference": "jet"}]},
        {},
        0.35,
    ),
    "angle of lepton and jet in the classes": ({"pair": None}, {**_TO_JET, "shift": 5}, 0.35),
    "angle of e/gamma and muon in the classes": (
        {"pair": None},
        {"kind": "azimuth", "of": "egamma", "slots": [0], "reference": "muon", "shift": 5},
        0.35,
    ),
    "cut on score 2 at 15 %": ({}, {}, 0.15),
    "cut on score 2 at 60 %": ({}, {}, 0.60),
}


@dataclass(frozen=True)
class Words:
    """Words of the splits and signals, which all points share."""

    data: Dataset
    config: Config

    def scores(self, block: Block, *sample: str) -> list[NDArray[np.int64]]:
        """Both scores of a sample."""
        emulator, words = BlockEmulator(block), self.data.words(*sample)
        pieces = [emulator.run(words[i : i + PIECE]) for i in range(0, len(words), PIECE)]
        return [np.concatenate([piece[name] for piece in pieces]) for name in block.scores]

    def free(self, *sample: str) -> NDArray[np.float64]:
        """Probability that no conventional seed of the menu takes an event."""
        inside = self.config.trigger.menu
        assert inside is not None
        menu = menus.load(menus.find(inside.file))
        return untaken_by(menu, self.data.words(*sample), self.data.layout)


def point_config(base: Config, vectors: dict[str, Any], classes: dict[str, Any]) -> Config:
    """The configuration with other vectors."""
    tree = base.model_dump(mode="json", by_alias=True)
    known = tree["features"]["vectors"]
    if classes:
        known["classes"] = [*known["classes"], classes]
    members = tree["scorer"]["members"]
    for name, entries in vectors.items():
        if entries is None:
            del known[name]
            members[1]["of"].remove(name)
        else:
            known[name] = entries
            members[1]["of"].append(name)
    return configuration.parse(json.dumps(tree), "a point")


def row(words: Words, config: Config, held: float) -> Iterator[str]:
    """Cells of the table: pure rate, closure, effective events, pile-up, signals."""
    data = words.data
    program = program_of(config.features, data.layout)
    bare = Block(data.layout, None, {}, program, label="point")
    scores = tabulated_scores(config.scorer, bare, data)
    block = Block(data.layout, None, scores, program, label="point")
    source = input_rate(data.origin(BACKGROUND), config.trigger.rate)
    inside = config.trigger.menu
    assert inside is not None
    assert inside.pure_rate_hz is not None
    threshold, test = (words.scores(block, BACKGROUND, split) for split in ("threshold", "test"))
    free = words.free(BACKGROUND, "threshold")
    wanted, own = inside.pure_rate_hz / source.hz, data.drawn("threshold")
    first, second = threshold
    point = working_point(first, second, wanted, free, own, held)
    drawn, pileup = data.drawn("test"), data.pileup(BACKGROUND, "test")
    assert drawn is not None
    assert pileup is not None
    region = point.regions(*test)
    taken, weights = region == 0, drawn.weights
    pure = mean(taken * words.free(BACKGROUND, "test"), drawn) * source.hz
    closure = estimate_drawn(region, drawn)
    much, little = (
        weights[taken & part].sum() / weights[part].sum()
        for part in (pileup > MUCH, pileup < LITTLE)
    )
    yield f"{point.efficiency * source.hz / 1000:.2f}; {pure / 1000:.2f}"
    yield measured(closure.ratio, closure.ratio_error)
    yield f"{closure.effective:.0f}"
    yield f"{much / little:.1f}"
    for signal in data.signals:
        left = words.free(signal)
        chosen = point.regions(*words.scores(block, signal)) == 0
        yield percent(float((left * chosen).sum() / left.sum()))


def main() -> None:
    """Make the words once, then print the table."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("reference", type=Path, help="folder of tools/reference.py")
    parser.add_argument("--run", type=Path, default=ROOT / "runs/working_points")
    options = parser.parse_args()
    base = configuration.load(MODEL)
    names = {BACKGROUND: "zero_bias", **{s: f"zero_bias_{s}" for s in base.events.signals}}
    files = {name: str(options.reference / f"{file}.h5") for name, file in names.items()}
    tree = base.model_dump(mode="json", by_alias=True)
    tree["events"] |= {"background": files.pop(BACKGROUND), "signals": files}
    tree["split"] = {**SPLIT, "test": 0.45}
    base = configuration.parse(json.dumps(tree), str(MODEL))
    wanted = tuple(stage for stage in stages(base) if stage.name in ("words", "signals"))
    with StageProgress() as progress:
        Engine(base, options.run, wanted, event_files(base)).run(progress)
    words = Words(Dataset(options.run, base.features), base)
    head = ("point", "pure [kHz], threshold; test", "predicted over observed", "effective events")
    signals = map(sample_label, words.data.signals)
    print("| " + " | ".join((*head, "pile-up", *signals)) + " |")
    print("|---" * (5 + len(words.data.signals)) + "|")
    for name, (vectors, classes, held) in POINTS.items():
        cells = row(words, point_config(base, vectors, classes), held)
        print("| " + " | ".join((name, *cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
