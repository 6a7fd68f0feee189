"""A Deep SVDD ensemble whose members are combined into one score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trigger_ad.errors import TrainingError
from trigger_ad.references.svdd import fit as training
from trigger_ad.references.svdd.ensemble import Ensemble, scores
from trigger_ad.references.svdd.settings import TRIGGER_SIZED
from trigger_ad.references.svdd.settings import Settings as EnsembleSettings
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.scorers.combine import Combination
from trigger_ad.scorers.settings import TeacherSettings
from trigger_ad.storage import arrays

__all__ = ["REFERENCE_EVENTS", "CombinedEnsemble", "SvddEnsemble", "fit", "load"]

SCHEMA = "svdd_reference/1"

#: Training events among which the scores of a member are ranked.
REFERENCE_EVENTS = 20_000

Reals = NDArray[np.float64]


class SvddEnsemble(TeacherSettings):
    """A Deep SVDD ensemble whose members are combined into one score."""

    name: Literal["svdd_ensemble"] = Field("svdd_ensemble", description="a Deep SVDD ensemble")
    size: Literal["small", "paper"] = Field(
        "small", description="of its networks; small trains in minutes"
    )
    epochs: int | None = Field(
        None, ge=1, le=100_000, description="at most; without it those of its size"
    )
    combine: Literal["and", "or", "prod", "avg"] = Field(
        "avg", description="the ranks of its members"
    )


@dataclass(frozen=True)
class CombinedEnsemble:
    """An ensemble and the scores that its members are ranked by.

    Parameters
    ----------
    ensemble : Ensemble
    reference : ndarray (n_events, n_members) of float32
        Ascending scores of background events, member by member.
    how : Combination
    """

    ensemble: Ensemble
    reference: NDArray[np.float32]
    how: Combination

    def scores(self, inputs: Inputs) -> Reals:
        """Combined score (n_events,): Table 4 of arXiv:2106.10164, PROD as its logarithm."""
        found = scores(self.ensemble, inputs.real)
        ranks = np.empty_like(found)
        for member, (own, reference) in enumerate(zip(found.T, self.reference.T, strict=True)):
            ranks[:, member] = np.searchsorted(reference, own.astype(np.float32), side="right")
        ranks = (ranks + 1) / (len(self.reference) + 1)
        match self.how:
            case Combination.AND:
                return np.asarray(ranks.min(axis=1))
            case Combination.OR:
                return np.asarray(ranks.max(axis=1))
            case Combination.PROD:
                return np.asarray(np.log(ranks).sum(axis=1))
            case _:
                return np.asarray(ranks.mean(axis=1))

    def correlations(self, inputs: Inputs) -> Reals:
        """Pearson's coefficient of the scores of each two members, (n_pairs,)."""
        matrix = np.atleast_2d(np.corrcoef(scores(self.ensemble, inputs.real), rowvar=False))
        return np.asarray(matrix[np.triu_indices(len(matrix), 1)])

    def save(self, folder: Path) -> None:
        """Write ``ensemble.npz`` and ``reference.npz``."""
        self.ensemble.save(folder / "ensemble.npz")
        header = {"combine": self.how.value}
        arrays.save(folder / "reference.npz", SCHEMA, header, {"reference": self.reference})


def fit(
    settings: SvddEnsemble,
    train: Inputs,
    validate: Inputs,
    seed: int,
    progress: Callable[[float, str], None],
    checkpoint: Path,
) -> CombinedEnsemble:
    """Train all members together; those that collapsed are named and left out.

    Raises
    ------
    TrainingError
        If fewer than two members are left.
    """
    chosen = EnsembleSettings() if settings.size == "paper" else TRIGGER_SIZED
    if settings.epochs is not None:
        chosen = replace(chosen, epochs=settings.epochs)

    def tell(index: int, total: int, epoch: training.Epoch) -> None:
        running = int(np.isfinite(epoch.loss).sum())
        note = f"epoch {index + 1}/{total}, {running} of {len(epoch.loss)} members still learn"
        progress((index + 1) / (total + 1), note)

    trained = training.fit(
        chosen, train.real, validate.real, seed=seed, progress=tell, checkpoint=checkpoint
    )
    kept = [index for index, found in enumerate(trained.checks) if not found.collapsed]
    if len(kept) < 2:
        raise TrainingError(
            "a Deep SVDD ensemble",
            "must keep at least two members",
            f"{len(kept)} of {len(trained.checks)}, the others collapsed",
            "train with more events or fewer epochs",
        )
    ensemble = Ensemble(
        chosen,
        tuple(trained.ensemble.members[index] for index in kept),
        tuple(trained.ensemble.weights[index] for index in kept),
    )
    reference = Inputs(train.scaled[:REFERENCE_EVENTS], train.lsb)
    ranked = np.sort(scores(ensemble, reference.real), axis=0).astype(np.float32)
    return CombinedEnsemble(ensemble, ranked, Combination(settings.combine))


def load(folder: Path) -> CombinedEnsemble:
    """Read what `CombinedEnsemble.save` wrote; nothing in the files is executed.

    Raises
    ------
    SchemaError
        If a file is missing, broken, or has another schema.
    """
    header, named = arrays.load(folder / "reference.npz", SCHEMA)
    ensemble = Ensemble.load(folder / "ensemble.npz")
    return CombinedEnsemble(ensemble, named["reference"], Combination(header["combine"]))
