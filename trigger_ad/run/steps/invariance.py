"""What must not explain the scores of the firmware: azimuth, flavour of leptons, pile-up."""

from __future__ import annotations

from trigger_ad.invariance.measure import measure
from trigger_ad.invariance.sample import Sample, drawn_alike
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST, THRESHOLD

__all__ = ["run"]

#: Names of the splits and of their scores.
_SPLITS = {"threshold": THRESHOLD, "test": TEST}


def run(context: Context) -> None:
    """Write ``invariance.json``."""
    data = Dataset(context.folder, context.config.features)
    scores = ScoreTable(context.run.scores)
    trigger = load_trigger(context.folder, context.config)
    threshold, test = (_sample(data, scores, split) for split in _SPLITS)
    record = measure(
        trigger.scores_of_words,
        data.layout,
        threshold,
        test,
        trigger.registers.pair,
        lambda part: context.progress(part, "turning all events"),
    )
    record.write(context.out(NAMES.invariance))


def _sample(data: Dataset, scores: ScoreTable, split: str) -> Sample:
    return Sample(
        data.words(BACKGROUND, split),
        scores.pair("firmware", _SPLITS[split]),
        data.drawn(split) or drawn_alike(data.identity(BACKGROUND, split)),
        data.pileup(BACKGROUND, split),
    )
