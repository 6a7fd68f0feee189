"""The non-closure factor of thresholds of a run."""

from __future__ import annotations

import hashlib
from pathlib import Path

from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.combined_kappa import CombinedKappa, combined_kappa
from trigger_ad.abcd.kappa_record import Cut
from trigger_ad.abcd.working_point import WorkingPoint
from trigger_ad.config import Config
from trigger_ad.errors import CountsError
from trigger_ad.menu import file as menu_file
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.menu import menu_of_trigger
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run_folder import BACKGROUND, TEST, THRESHOLD, RunFolder
from trigger_ad.storage.files import digest

__all__ = ["cut_of_run", "kappa_of_run", "scored"]


def cut_of_run(folder: Path, config: Config) -> Cut:
    """What a kappa of this run is of.

    Parameters
    ----------
    folder : Path
        A finished run, or a shipped model.
    config : Config
        Of the run.

    Raises
    ------
    ConfigError
        If there are other than two scores.
    """
    trigger = load_trigger(folder, config)
    files = RunFolder(folder).model("double")
    made_of = [digest(path) for path in (files.network, files.scores) if path.is_file()]
    scores = hashlib.sha256("\n".join([trigger.layout.hash, *made_of]).encode()).hexdigest()
    inside = config.trigger.menu
    menu = None if inside is None else menu_of_trigger(trigger, menu_file.find(inside.file)).digest
    return Cut(trigger.registers.pair, scores, menu)


def scored(scores: ScoreTable, data: Dataset, model: str) -> tuple[ScoredSample, ScoredSample]:
    """Background of the threshold and of the test split with the scores of a model."""
    drawn = data.drawn_pair() or (None, None)
    first, second = (
        ScoredSample.of(
            scores.pair(model, sample),
            of,
            data.identity(BACKGROUND, split),
            data.pileup(BACKGROUND, split),
        )
        for sample, split, of in zip((THRESHOLD, TEST), ("threshold", "test"), drawn, strict=True)
    )
    return first, second


def kappa_of_run(
    scores: ScoreTable, data: Dataset, model: str, point: WorkingPoint
) -> CombinedKappa | None:
    """Kappa for region A of the test split; None where too few events say what it is."""
    try:
        return combined_kappa((point.threshold1, point.threshold2), *scored(scores, data, model))
    except CountsError:
        return None
