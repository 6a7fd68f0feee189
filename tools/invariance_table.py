"""What must not explain the scores of a trigger: a table for a run or a shipped model.

    python tools/invariance_table.py models/double_ae_zb runs/reference/zero_bias.h5
    python tools/invariance_table.py RUN            # what its invariance.json says

Cuts that a tenth of all events passes come from the threshold split of the sample, figures from its
test split; splits are those of the configuration of the trigger. `--out FILE` keeps the record.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.events.block import Block
from trigger_ad.events.numbers import UNKNOWN_PILEUP
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.split import assign
from trigger_ad.features.blocks import words_of_block
from trigger_ad.invariance.measure import measure
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.invariance.sample import Sample
from trigger_ad.report.invariance import markdown
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run_folder import RunFolder
from trigger_ad.statistics.strata import Stratified

SPLITS = ("threshold", "test")


def samples(trigger: TriggerEmulator, path: str, config: Config) -> Iterator[Sample]:
    """Both splits of a file, scored."""
    found = opened(path, Settings(config.events.units))
    parts: dict[str, list[tuple[NDArray[Any], ...]]] = {split: [] for split in SPLITS}
    for block in found.blocks():
        code = assign(block.identity, block.process, config.split.seed, config.split.fractions)
        words = words_of_block(block, trigger.layout).values
        pileup = _pileup(block)
        for split, rows in parts.items():
            kept = code == list(config.split.fractions).index(split)
            rows.append((words[kept], block.identity[kept], block.stratum[kept], pileup[kept]))
    for rows in parts.values():
        words, identity, stratum, pileup = (np.concatenate(of) for of in zip(*rows, strict=True))
        first, second = trigger.scores_of_words(words).values()
        strata = found.strata
        drawn = Stratified.of(
            strata.checked(stratum), strata.probabilities, identity, strata.errors
        )
        known = pileup if (pileup != UNKNOWN_PILEUP).any() else None
        yield Sample(words, (first, second), drawn, known)


def _pileup(block: Block) -> NDArray[np.int32]:
    unknown = np.full(len(block), UNKNOWN_PILEUP, np.int32)
    return unknown if block.pileup is None else block.pileup


def measured(folder: Path, path: str) -> InvarianceRecord:
    """The record of a trigger on a sample of one's own."""
    config = configuration.load(RunFolder(folder).config)
    trigger = load_trigger(folder, config)
    threshold, test = samples(trigger, path, config)
    pair = trigger.registers.pair
    return measure(trigger.scores_of_words, trigger.layout, threshold, test, pair)


def main() -> None:
    """Print the section of a card."""
    parser = argparse.ArgumentParser(description="What must not explain the scores of a trigger.")
    parser.add_argument("trigger", type=Path, help="a run folder, or a folder of models/")
    parser.add_argument("sample", nargs="?", help="a file of events, or packaged:NAME")
    parser.add_argument("--out", type=Path, help="where to keep the record")
    options = parser.parse_args()
    if options.sample is None:
        record = InvarianceRecord.read(RunFolder(options.trigger).invariance)
    else:
        record = measured(options.trigger, options.sample)
    if options.out:
        record.write(options.out)
    print(markdown(record))


if __name__ == "__main__":
    main()
