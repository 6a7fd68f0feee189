"""The non-closure factor of a finished run, measured again for a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.abcd.combined_kappa import combined_kappa, corrected
from trigger_ad.abcd.estimate import Estimate, cluster_counts, estimate, estimate_drawn
from trigger_ad.abcd.kappa_record import KappaRecord
from trigger_ad.rates.corrected import Corrected
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.kappa import cut_of_run, scored
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run_folder import BACKGROUND, RunFolder
from trigger_ad.trigger.decide import region_of

__all__ = ["MeasuredKappa", "measure"]

#: Stages whose records are read.
_NEEDED = ("words", "score", "trigger")


@dataclass(frozen=True)
class MeasuredKappa:
    """Kappa of a run, and what it does to the prediction on the test split.

    Parameters
    ----------
    record : KappaRecord
    without : Estimate
        Predicted and observed events of the test split.
    corrected : Corrected
        The same times kappa.
    """

    record: KappaRecord
    without: Estimate
    corrected: Corrected


def measure(folder: Path) -> MeasuredKappa:
    """Measure kappa for the thresholds of a finished run.

    Parameters
    ----------
    folder : Path
        A run folder with its words and scores.

    Raises
    ------
    RunFolderError, SchemaError
        If a record is missing, not up to date or of another version.
    CountsError
        If too few events say what kappa is.
    """
    require_fresh(folder, _NEEDED)
    run = RunFolder(folder)
    config = configuration.load(run.config)
    data, scores = Dataset(folder, config.features), ScoreTable(run.scores)
    cut = cut_of_run(folder, config)
    threshold, test = scored(scores, data, "firmware")
    kappa = combined_kappa(cut.thresholds, threshold, test, by_pileup=True)
    region = region_of(test.score1, test.score2, *cut.thresholds)
    without = _estimate(region, data)
    return MeasuredKappa(KappaRecord.of(cut, kappa), without, corrected(without, kappa))


def _estimate(region: NDArray[np.uint8], data: Dataset) -> Estimate:
    drawn = data.drawn("test")
    if drawn is not None:
        return estimate_drawn(region, drawn)
    by_cluster = cluster_counts(region, data.identity(BACKGROUND, "test"))
    return estimate(by_cluster.sum(axis=0), by_cluster)
