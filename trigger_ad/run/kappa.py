"""The non-closure factor of a finished run, measured again for a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.abcd.combined_kappa import CombinedKappa, combined_kappa, corrected
from trigger_ad.abcd.estimate import Estimate, cluster_counts, estimate, estimate_drawn
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.kappa_record import KappaRecord, load_kappa
from trigger_ad.abcd.likelihood import four_regions
from trigger_ad.abcd.workspace import write_workspace
from trigger_ad.errors import ConfigError, CountsError
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.corrected import Corrected
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.numbers.scan import Scan
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.kappa import cut_of_run, scored
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run_folder import BACKGROUND, RunFolder
from trigger_ad.trigger.decide import region_of
from trigger_ad.trigger.registers import REGIONS

__all__ = ["MeasuredKappa", "kappa_for", "measure", "times_kappa", "write_workspace_of_run"]

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


def kappa_for(folder: Path, path: Path) -> Kappa:
    """Read a kappa that must be of the trigger of a run.

    Raises
    ------
    ConfigError, RunFolderError, SchemaError
        If it is unusable, unreadable, of another version, or of other thresholds or scores.
    """
    return load_kappa(path, cut_of_run(folder, configuration.load(RunFolder(folder).config)))


def times_kappa(record: ScanRecord, kappa: Kappa) -> ScanRecord:
    """Add the prediction of region A times kappa to the record of a scan.

    Kappa is taken where its value and slope are not correlated: the mean pile-up of the events that
    it was measured on.

    Raises
    ------
    CountsError
        If a region is empty, so that there is no prediction.
    """
    found = Scan(record).closure
    if found is None:
        raise CountsError(
            "the regions of a scan with a kappa",
            "must all have events",
            "one without",
            "scan more events, or leave --kappa out",
        )
    value, error = kappa.at(kappa.reference_pileup)
    times = corrected(found, CombinedKappa(value, error, kappa.systematic, ()))
    return record.model_copy(update={"corrected": times})


def write_workspace_of_run(
    folder: Path,
    record: KappaRecord,
    path: Path,
    counts: tuple[int, int, int, int],
    signal: str,
    events: float,
) -> None:
    """Write a workspace of counters before prescale with a signal of the run.

    Parameters
    ----------
    folder : Path
    record : KappaRecord
        Of the run.
    path : Path
    counts : tuple of 4 int
        Of A, B, C, D.
    signal : str
    events : float
        Events of the signal at strength 1, in all regions.

    Raises
    ------
    ConfigError
        If the run has no such signal.
    CountsError
        If a support region is empty.
    """
    signals = RatesRecord.read(RunFolder(folder).rates).signals
    if signal not in signals:
        raise ConfigError(
            "--signal", "must be one of " + ", ".join(signals), signal, "choose one of these"
        )
    expected = [events * signals[signal][region] for region in REGIONS]
    line = record.kappa
    regions = four_regions(counts, expected, kappa=line.value, kappa_error=line.value_error)
    write_workspace(path, regions, record.cut)
