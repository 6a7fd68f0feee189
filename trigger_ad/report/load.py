"""What a run left behind, read once: records, scores and training histories."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import RunFolderError, SchemaError

__all__ = ["HISTORIES", "RECORDS", "Run", "Scores", "load"]

#: Records of a run folder and the schema each must carry.
RECORDS = {
    "validation": "validation/1",
    "closure": "closure/1",
    "rates": "rates/1",
    "resources": "resources/1",
    "manifest": "manifest/1",
}

#: Training histories by model; a run that loaded its weights has none.
HISTORIES = {
    "float": "model/double/history.json",
    "quantized": "model/double/quantized_history.json",
}

_HISTORY_SCHEMA = "history/1"
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
                "scores.npz", f"must hold {key}", f"only {len(self.arrays)} other arrays", _REMEDY
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
    """A finished run: its records as written, its scores and its training histories."""

    validation: Mapping[str, Any]
    closure: Mapping[str, Any]
    rates: Mapping[str, Any]
    resources: Mapping[str, Any]
    manifest: Mapping[str, Any]
    scores: Scores
    histories: Mapping[str, Mapping[str, Any]]

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
    return _record(folder / f"{name}.json", RECORDS[name])


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
        model: _record(folder / name, _HISTORY_SCHEMA)
        for model, name in HISTORIES.items()
        if (folder / name).is_file()
    }
    return Run(
        **{name: record(folder, name) for name in RECORDS},
        scores=_scores(folder / "scores.npz"),
        histories=histories,
    )


def _record(path: Path, schema: str) -> dict[str, Any]:
    content = _json(path)
    _check(str(path), content.get("schema"), schema)
    return content


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        reason = getattr(error, "strerror", None) or "something else"
        raise RunFolderError(
            str(path), "must be a readable JSON file", reason.lower(), _REMEDY
        ) from None
    if not isinstance(content, dict):
        raise RunFolderError(str(path), "must hold a JSON object", type(content).__name__, _REMEDY)
    return content


def _check(name: str, found: object, known: str) -> None:
    if found != known:
        raise SchemaError(
            name, f"must carry the schema {known!r}", repr(found),
            "use the version of trigger_ad that wrote it, or repeat the run",
        )  # fmt: skip


def _scores(path: Path) -> Scores:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        header = json.loads(str(arrays.pop("header")))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or "something else"
        raise RunFolderError(
            str(path), "must be scores written by a run", reason.lower(), _REMEDY
        ) from None
    found = header.get("schema") if isinstance(header, dict) else header
    _check(str(path), found, _SCORES_SCHEMA)
    return Scores({key: _integers(path, key, a) for key, a in arrays.items()}, header["lsb"])


def _integers(path: Path, key: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise RunFolderError(
            f"{key} of {path}", "must be a list of integers",
            f"{array.dtype} of shape {array.shape}", _REMEDY,
        )  # fmt: skip
    return array.astype(np.int64)
