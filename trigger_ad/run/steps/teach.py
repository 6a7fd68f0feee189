"""The teachers of a run's students, trained on the train split."""

from __future__ import annotations

from trigger_ad.config import Config
from trigger_ad.references.forest.fit import require_package
from trigger_ad.references.teachers.table import TEACHERS
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.dataset import Dataset
from trigger_ad.run.folder.teaching import plain_inputs, students_of
from trigger_ad.run_folder import NAMES

__all__ = ["needs", "run"]


def needs(config: Config) -> None:
    """Refuse a forest as teacher where none can be grown."""
    if any(student.teacher.name == "isolation_forest" for student in students_of(config.scorer)):
        require_package()


def run(context: Context) -> None:
    """Write a folder for each teacher, by the tag of its student."""
    config = context.config
    data = Dataset(context.folder, config.features)
    train, validate = (plain_inputs(data, split) for split in ("train", "validate"))
    students = students_of(config.scorer)
    for position, student in enumerate(students):

        def progress(part: float, note: str, position: int = position) -> None:
            context.progress((position + part) / len(students), note)

        path = context.checkpoint
        trained = TEACHERS[student.teacher.name].fit(
            student.teacher,
            train,
            validate,
            config.seed,
            progress,
            path.with_name(f"{path.stem}-{student.tag}{path.suffix}"),
        )
        folder = context.out(NAMES.teachers / student.tag)
        folder.mkdir()
        trained.save(folder)
