"""What the students of a run learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from trigger_ad.references.teachers.inputs import Inputs
from trigger_ad.references.teachers.table import TEACHERS, TrainedTeacher
from trigger_ad.references.teachers.target import Target
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run_folder import RunFolder
from trigger_ad.scorers.factorised import Factorised
from trigger_ad.scorers.members import NUMBERS
from trigger_ad.scorers.objective import TARGET
from trigger_ad.scorers.settings import Composite, ScorerSettings, TeacherSettings
from trigger_ad.scorers.student import Student as StudentSettings

__all__ = ["Lessons", "Student", "inputs", "plain_inputs", "students_of", "taught"]


@dataclass(frozen=True)
class Student:
    """A network of a run that learns from a teacher.

    Parameters
    ----------
    tag : str
        Of its ports: 1 or 2 in a pair, a1 in a combination that is the first member of one.
    teacher : TeacherSettings
    learn : str
        What of the teacher's score, see `trigger_ad.references.teachers.target`.
    """

    tag: str
    teacher: TeacherSettings
    learn: str


def students_of(settings: ScorerSettings, tags: str = NUMBERS) -> tuple[Student, ...]:
    """Students among the members of a pair, also inside of combinations."""
    found: list[Student] = []
    members = settings.members if isinstance(settings, Composite) else ()
    for tag, member in zip(tags, members, strict=False):
        if isinstance(member, StudentSettings):
            found.append(Student(tag, member.teacher, member.learn))
        found += [
            replace(inner, tag=inner.tag + tag) for inner in students_of(member, ascii_lowercase)
        ]
    return tuple(found)


def taught(settings: ScorerSettings) -> dict[str, Student]:
    """Students by the score that is theirs alone; a rank at like values of another is not."""
    alone = NUMBERS[:1] if isinstance(settings, Factorised) else NUMBERS
    return {f"score{s.tag}": s for s in students_of(settings) if s.tag in alone}


def inputs(data: Dataset, sample: str, split: str | None = None) -> Inputs:
    """Events of a run as teachers see them."""
    return Inputs(data.scaled(sample, split), data.reading.type.lsb)


def plain_inputs(data: Dataset, split: str) -> Inputs:
    """Background of a split for teachers, which know no weights; see `Dataset.plain`."""
    return Inputs(data.plain(split), data.reading.type.lsb)


@dataclass(frozen=True)
class Lessons:
    """Targets of all students of a run.

    Parameters
    ----------
    folder : Path
        Of the run.
    settings : ScorerSettings
        Of the scorer.
    data : Dataset
    """

    folder: Path
    settings: ScorerSettings
    data: Dataset

    def values(self, events: Inputs) -> dict[str, NDArray[np.float64]]:
        """Target of each student by its tag, (n_events,) float64."""
        return {
            tag: target.values(teacher.scores(events))
            for tag, (teacher, target) in self._teachers.items()
        }

    def targets(self, words: NDArray[np.int32]) -> dict[str, NDArray[np.float32]]:
        """Targets by port for events given as hardware words, (n_events, 1) float32."""
        reading = self.data.reading
        events = Inputs(reading.raw(words), reading.type.lsb)
        return {
            f"{TARGET}{tag}": np.maximum(values, 0.0).astype(np.float32)[:, None]
            for tag, values in self.values(events).items()
        }

    @cached_property
    def _teachers(self) -> Mapping[str, tuple[TrainedTeacher, Target]]:
        train = plain_inputs(self.data, "train")
        found = {}
        for student in students_of(self.settings):
            kind = TEACHERS[student.teacher.name]
            teacher = kind.load(RunFolder(self.folder).teachers / student.tag)
            found[student.tag] = teacher, Target.of(student.learn, teacher.scores(train))
        return found
