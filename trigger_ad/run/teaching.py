"""What the students of a run learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad.config import Scorer, Teacher
from trigger_ad.features.words import scale_array
from trigger_ad.run.dataset import Dataset
from trigger_ad.scorers.objective import TARGET
from trigger_ad.train.teachers.inputs import Inputs
from trigger_ad.train.teachers.table import TEACHERS
from trigger_ad.train.teachers.table import Teacher as Trained
from trigger_ad.train.teachers.target import Target

__all__ = ["FOLDER", "Lessons", "inputs", "teachers_of"]

#: Of the teachers, by number of their member.
FOLDER = "model/teachers"


def teachers_of(settings: Scorer) -> dict[int, Teacher]:
    """Teachers by the number of their member in a pair."""
    return {
        number: member.teacher
        for number, member in enumerate(settings.members, 1)
        if member.teacher is not None
    }


def inputs(data: Dataset, sample: str, split: str | None = None) -> Inputs:
    """Events of a run as teachers see them."""
    return Inputs(data.scaled(sample, split), data.layout.input.lsb)


@dataclass(frozen=True)
class Lessons:
    """Targets of all students of a run.

    Parameters
    ----------
    folder : Path
        Of the run.
    settings : Scorer
    data : Dataset
    """

    folder: Path
    settings: Scorer
    data: Dataset

    def values(self, events: Inputs) -> dict[str, NDArray[np.float64]]:
        """Target of each student by the name of its score, (n_events,) float64."""
        return {
            f"score{number}": target.values(teacher.scores(events))
            for number, (teacher, target) in self._teachers.items()
        }

    def targets(self, words: NDArray[np.int32]) -> dict[str, NDArray[np.float32]]:
        """Targets by port for events given as hardware words, (n_events, 1) float32."""
        events = Inputs(scale_array(words, self.data.layout), self.data.layout.input.lsb)
        return {
            f"{TARGET}{name[-1]}": np.maximum(values, 0.0).astype(np.float32)[:, None]
            for name, values in self.values(events).items()
        }

    @cached_property
    def _teachers(self) -> Mapping[int, tuple[Trained, Target]]:
        train = inputs(self.data, "sm", "train")
        found = {}
        for number, settings in teachers_of(self.settings).items():
            teacher = TEACHERS[settings.name].load(self.folder / FOLDER / str(number))
            learn = self.settings.members[number - 1].learn
            found[number] = teacher, Target.of(learn, teacher.scores(train))
        return found
