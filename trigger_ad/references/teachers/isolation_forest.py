"""An isolation forest, the baseline without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trigger_ad.references.forest import fit as growing
from trigger_ad.references.forest.forest import Forest
from trigger_ad.references.forest.settings import REFERENCE
from trigger_ad.references.forest.settings import Settings as ForestSettings
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.scorers.settings import TeacherSettings

__all__ = ["IsolationForest", "TaughtByForest", "fit", "load"]

FILE = "forest.npz"


class IsolationForest(TeacherSettings):
    """An isolation forest."""

    name: Literal["isolation_forest"] = Field("isolation_forest", description="a forest of trees")
    size: Literal["small", "paper"] = Field("small", description="of its trees")


@dataclass(frozen=True)
class TaughtByForest:
    """A forest as a teacher."""

    forest: Forest

    def scores(self, inputs: Inputs) -> NDArray[np.float64]:
        """Score (n_events,), from 0 to 1."""
        return self.forest.scores(inputs.scaled)

    def save(self, folder: Path) -> None:
        """Write ``forest.npz``."""
        self.forest.save(folder / FILE)


def fit(
    settings: IsolationForest,
    train: Inputs,
    _validate: Inputs,
    seed: int,
    _progress: Callable[[float, str], None],
    _checkpoint: Path,
) -> TaughtByForest:
    """Grow a forest, which takes seconds; errors as in `trigger_ad.references.forest.fit.fit`."""
    size = REFERENCE if settings.size == "paper" else ForestSettings()
    return TaughtByForest(growing.fit(size, train.scaled, seed=seed))


def load(folder: Path) -> TaughtByForest:
    """Read what `TaughtByForest.save` wrote; errors as in `Forest.load`."""
    return TaughtByForest(Forest.load(folder / FILE))
