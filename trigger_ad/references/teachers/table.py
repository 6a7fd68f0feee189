"""The teachers by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.teachers import flow, isolation_forest, svdd_ensemble
from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.scorers.settings import TeacherSettings
from trigger_ad.sections.named import Choices

__all__ = ["CHOICES", "TEACHERS", "Kind", "Progress", "TrainedTeacher"]

#: Takes the part done (0 to 1) and a short note.
Progress = Callable[[float, str], None]


class TrainedTeacher(Protocol):
    """A trained scorer."""

    def scores(self, inputs: Inputs) -> NDArray[np.float64]:
        """Scores (n_events,) in float64; the larger, the more anomalous."""

    def save(self, folder: Path) -> None:
        """Write its files into a folder that exists."""


@dataclass(frozen=True)
class Kind:
    """How a teacher is made and read back.

    Parameters
    ----------
    settings : type
        Section of its keys.
    fit : callable
        Takes settings, inputs of the train and of the validate split, a seed, a progress
        callback and a path for the state of unfinished work.
    load : callable
        Reads the folder that `TrainedTeacher.save` wrote into; nothing in it is executed.
    """

    settings: type[TeacherSettings]
    fit: Callable[[Any, Inputs, Inputs, int, Progress, Path], TrainedTeacher]
    load: Callable[[Path], TrainedTeacher]


#: One line a teacher.
TEACHERS: dict[str, Kind] = {
    "svdd_ensemble": Kind(svdd_ensemble.SvddEnsemble, svdd_ensemble.fit, svdd_ensemble.load),
    "flow": Kind(flow.FlowTeacher, flow.fit, flow.load),
    "isolation_forest": Kind(
        isolation_forest.IsolationForest, isolation_forest.fit, isolation_forest.load
    ),
}

#: Their sections, for the configuration.
CHOICES = Choices.of("teacher", {name: kind.settings for name, kind in TEACHERS.items()})
