"""What a run left behind, read once: records, scores and training histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.record import ClosureRecord
from trigger_ad.display import Displayed
from trigger_ad.errors import RunFolderError
from trigger_ad.events.strata import Strata
from trigger_ad.invariance.record import InvarianceRecord
from trigger_ad.ledger import rows
from trigger_ad.ledger.rows import ResourceRow
from trigger_ad.menu.record import RunMenuRecord
from trigger_ad.rates.record import RatesRecord
from trigger_ad.report.numbers.provenance import Provenance
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.statistics.strata import Stratified
from trigger_ad.storage import arrays
from trigger_ad.storage.files import read_json
from trigger_ad.validate.record import ValidationRecord

__all__ = ["HISTORIES", "Records", "Run", "Scores", "Training", "load", "records"]

#: Training histories by model; a run that loaded its weights has none.
HISTORIES = {
    "float": NAMES.model("double").history,
    "quantized": NAMES.model("double").quantized_history,
}

_HISTORY_SCHEMAS = ("history/2", "history/1")
_SCORES_SCHEMAS = ("scores/2", "scores/1")
_REMEDY = "run the stage that writes it again"


@dataclass(frozen=True, repr=False)
class Scores(Displayed):
    """Integer scores of every model on every sample.

    Parameters
    ----------
    arrays : mapping of str to ndarray of int64, shape (n_events,)
        By ``MODEL/SAMPLE/SCORE``, in units of the score's LSB.
    lsb : mapping of str to mapping of str to float
        Value of one count, by model and score.
    strata : Strata or None
        Of the background; None where its events were drawn alike. ``stratum/SAMPLE`` of the arrays
        is then the place of each event.
    """

    arrays: Mapping[str, NDArray[np.int64]]
    lsb: Mapping[str, Mapping[str, float]]
    strata: Strata | None = None

    def drawn(self, sample: str) -> Stratified | None:
        """How the events of a sample were drawn; None of signals and of one stratum."""
        places = self.arrays.get(f"stratum/{sample}")
        if self.strata is None or places is None:
            return None
        return Stratified.of(places, self.strata.probabilities, errors=self.strata.errors)

    def weights(self, sample: str) -> NDArray[np.float64] | None:
        """How much each event of a sample counts; None where all count alike."""
        drawn = self.drawn(sample)
        return None if drawn is None else drawn.weights

    def raw(self, model: str, sample: str, score: str) -> NDArray[np.int64]:
        """Integer scores, shape (n_events,), in units of the score's LSB."""
        key = f"{model}/{sample}/{score}"
        if key not in self.arrays:
            raise RunFolderError(
                NAMES.scores, f"must hold {key}", f"only {len(self.arrays)} other arrays", _REMEDY
            )
        return self.arrays[key]

    def value(self, model: str, sample: str, score: str) -> NDArray[np.float64]:
        """Scores as real numbers, shape (n_events,), in the units of the loss."""
        raw = self.raw(model, sample, score)
        return np.asarray(raw * self.lsb[model][score], dtype=np.float64)

    def has(self, model: str) -> bool:
        """Whether a model was scored."""
        return any(key.startswith(f"{model}/") for key in self.arrays)


@dataclass(frozen=True, repr=False)
class Training(Displayed):
    """One training: its quantities at the end of every epoch.

    Parameters
    ----------
    best : int
        Index of the epoch whose weights were kept.
    series : mapping of str to tuple of float or None
        By name, a value for each epoch.
    """

    best: int
    series: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, repr=False)
class Records(Displayed):
    """What a finished run says of itself, without its scores.

    `menu` is None where the configuration names no menu, `invariance` of runs before version 0.5.
    """

    validation: ValidationRecord
    closure: ClosureRecord
    rates: RatesRecord
    resources: tuple[ResourceRow, ...]
    provenance: Provenance
    menu: RunMenuRecord | None = None
    invariance: InvarianceRecord | None = None

    @property
    def name(self) -> str:
        """Name of the trigger."""
        return self.validation.name

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signal samples, in the order of the configuration."""
        return tuple(self.validation.samples.signals)


@dataclass(frozen=True, repr=False)
class Run(Records):
    """A finished run: its records, its scores and its training histories."""

    scores: Scores = field(kw_only=True)
    histories: Mapping[str, Training] = field(kw_only=True)


def records(folder: Path) -> Records:
    """Read the records of a run folder, but for its scores.

    Raises
    ------
    RunFolderError
        If a file is missing, unreadable or not whole.
    SchemaError
        If it carries another schema.
    """
    run = RunFolder(folder)
    return Records(
        validation=ValidationRecord.read(run.validation),
        closure=ClosureRecord.read(run.closure),
        rates=RatesRecord.read(run.rates),
        resources=rows.read(run.resources),
        provenance=Provenance.read(run.manifest),
        menu=RunMenuRecord.read(run.menu) if run.menu.is_file() else None,
        invariance=InvarianceRecord.read(run.invariance) if run.invariance.is_file() else None,
    )


def load(folder: Path) -> Run:
    """Read everything the report shows.

    Raises
    ------
    RunFolderError
        If a file is missing, unreadable or not whole.
    SchemaError
        If a file carries a schema that this version does not know.
    """
    histories = {
        model: _training(folder / name)
        for model, name in HISTORIES.items()
        if (folder / name).is_file()
    }
    scores = _scores(RunFolder(folder).scores)
    return Run(**vars(records(folder)), scores=scores, histories=histories)


def _training(path: Path) -> Training:
    record = read_json(path, *_HISTORY_SCHEMAS, finite=False)
    series = {name: tuple(of) for name, of in record.items() if isinstance(of, list)}
    return Training(record["best"], series)


def _scores(path: Path) -> Scores:
    header, found = arrays.load(path, *_SCORES_SCHEMAS)
    strata = header.get("strata")
    return Scores(
        {key: _integers(path, key, a) for key, a in found.items()},
        header["lsb"],
        None if strata is None else Strata.from_json(strata),
    )


def _integers(path: Path, key: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise RunFolderError(
            f"{key} of {path}",
            "must be a list of integers",
            f"{array.dtype} of shape {array.shape}",
            _REMEDY,
        )
    return array.astype(np.int64)
