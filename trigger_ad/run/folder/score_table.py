"""The scores of a run, read back by the stages that quote figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.strata import Strata
from trigger_ad.statistics.strata import Stratified
from trigger_ad.storage import arrays

__all__ = ["OLDER", "PREFIX", "SCHEMA", "STRATUM", "TEACHER", "ScoreTable"]

SCHEMA, OLDER = "scores/2", "scores/1"

#: What the names of the strata of background events start with, where there are several.
STRATUM = "stratum"

#: What the names of a model's scores start with.
PREFIX: Mapping[str, str] = MappingProxyType({"double": "", "single": "single_"})

#: Model whose scores are those that the students of a run learn.
TEACHER = "teacher"


@dataclass(frozen=True)
class ScoreTable:
    """Raw integer scores by model, sample and name.

    Float models are kept on a very fine grid, so that everything after them is the same
    integer arithmetic for all models.

    Parameters
    ----------
    path : Path
        ``scores.npz`` of a run folder.

    Raises
    ------
    SchemaError
        If the file has another schema.
    """

    path: Path

    @cached_property
    def lsbs(self) -> Mapping[str, Mapping[str, float]]:
        """Value of one count of every score, by model."""
        return dict(arrays.load_header(self.path, SCHEMA, OLDER)["lsb"])

    def drawn(self, sample: str, clusters: NDArray[Any] | None = None) -> Stratified | None:
        """How the events of ``sm_threshold`` or ``sm_test`` were drawn; None for one stratum.

        Parameters
        ----------
        sample : str
        clusters : ndarray (n_events,), optional
            Parton event of each, which the file does not have.
        """
        strata = arrays.load_header(self.path, SCHEMA, OLDER).get("strata")
        if strata is None:
            return None
        wanted = f"{STRATUM}/{sample}"
        places = arrays.load_arrays(self.path, [wanted])[wanted]
        found = Strata.from_json(strata)
        return Stratified.of(places, found.probabilities, clusters, found.errors)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(self.lsbs)

    def lsb(self, model: str, name: str) -> float:
        """Value of one count of a model's score."""
        return float(self.lsbs[model][name])

    def get(self, model: str, sample: str, name: str) -> NDArray[np.int64]:
        """One score of all events of a sample, (n_events,) int64."""
        wanted = f"{model}/{sample}/{name}"
        return arrays.load_arrays(self.path, [wanted])[wanted]

    def pair(self, model: str, sample: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Both scores of a double model."""
        return self.get(model, sample, "score1"), self.get(model, sample, "score2")
