"""The non-closure factor of thresholds of a run."""

from __future__ import annotations

from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.combined_kappa import CombinedKappa, combined_kappa
from trigger_ad.abcd.working_point import WorkingPoint
from trigger_ad.errors import CountsError
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run_folder import BACKGROUND, TEST, THRESHOLD

__all__ = ["kappa_of_run", "scored"]


def scored(scores: ScoreTable, data: Dataset, model: str) -> tuple[ScoredSample, ScoredSample]:
    """Background of the threshold and of the test split with the scores of a model."""
    drawn = data.drawn_pair() or (None, None)
    first, second = (
        ScoredSample.of(scores.pair(model, sample), of, data.identity(BACKGROUND, split))
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
