"""What a run left behind, read once: records, scores and training histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import RunFolderError
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.storage import arrays
from trigger_ad.storage.files import read_json

__all__ = ["HISTORIES", "RECORDS", "Run", "Scores", "load"]

#: Records of a run folder and the schemas each may carry.
RECORDS = {
    "validation": ("validation/1",),
    "closure": ("closure/1",),
    "rates": ("rates/1",),
    "resources": ("resources/1",),
    "manifest": ("manifest/2", "manifest/1"),
}

#: Records of runs that name a menu.
MENU = {"menu": ("run_menu/1",)}

#: Training histories by model; a run that loaded its weights has none.
HISTORIES = {
    "float": NAMES.model("double").history,
    "quantized": NAMES.model("double").quantized_history,
}

_HISTORY_SCHEMAS = ("history/2", "history/1")
_SCORES_SCHEMA = "scores/1"
_REMEDY = "run the stage that writes it again"


@dataclass(frozen=True)
class Scores:
    """Integer scores of every model on every sample.

    Parameters
    ----------
    arrays : mapping of str to ndarray of int64, shape (n_events,)
        By ``MODEL/SAMPLE/SCORE``, in units of the score's LSB.
    lsb : mapping of str to mapping of str to float
        Value of one count, by model and score.
    """

    arrays: Mapping[str, NDArray[np.int64]]
    lsb: Mapping[str, Mapping[str, float]]

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


@dataclass(frozen=True)
class Run:
    """A finished run: its records as written, its scores and its training histories.

    `menu` is None where the configuration names no menu.
    """

    validation: Mapping[str, Any]
    closure: Mapping[str, Any]
    rates: Mapping[str, Any]
    resources: Mapping[str, Any]
    manifest: Mapping[str, Any]
    scores: Scores
    histories: Mapping[str, Mapping[str, Any]]
    menu: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """Name of the trigger."""
        return str(self.validation["name"])

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signal samples, in the order of the configuration."""
        return tuple(self.validation["samples"]["signals"])


def record(folder: Path, name: str) -> Mapping[str, Any]:
    """Read one record of a run folder and check its schema.

    Raises
    ------
    RunFolderError
        If the file is missing or is not JSON.
    SchemaError
        If it carries another schema.
    """
    return read_json(folder / f"{name}.json", *(RECORDS | MENU)[name])


def load(folder: Path) -> Run:
    """Read everything the report shows.

    Raises
    ------
    RunFolderError
        If a file is missing or unreadable.
    SchemaError
        If a file carries a schema that this version does not know.
    """
    histories = {
        model: read_json(folder / name, *_HISTORY_SCHEMAS, finite=False)
        for model, name in HISTORIES.items()
        if (folder / name).is_file()
    }
    return Run(
        **{name: record(folder, name) for name in RECORDS},
        scores=_scores(RunFolder(folder).scores),
        histories=histories,
        menu=record(folder, "menu") if RunFolder(folder).menu.is_file() else None,
    )


def _scores(path: Path) -> Scores:
    header, found = arrays.load(path, _SCORES_SCHEMA)
    return Scores({key: _integers(path, key, a) for key, a in found.items()}, header["lsb"])


def _integers(path: Path, key: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise RunFolderError(
            f"{key} of {path}",
            "must be a list of integers",
            f"{array.dtype} of shape {array.shape}",
            _REMEDY,
        )
    return array.astype(np.int64)
