"""The teachers of a run's students, trained on the train split."""

from __future__ import annotations

from trigger_ad.run.dataset import Dataset
from trigger_ad.run.engine import Context
from trigger_ad.run.teaching import FOLDER, inputs, teachers_of
from trigger_ad.train.teachers.table import TEACHERS

__all__ = ["run"]


def run(context: Context) -> None:
    """Write a folder for each teacher, by the number of its member."""
    config = context.config
    data = Dataset(context.folder, config.features)
    train, validate = (inputs(data, "sm", split) for split in ("train", "validate"))
    teachers = teachers_of(config.scorer)
    for position, (number, settings) in enumerate(teachers.items()):

        def progress(part: float, note: str, position: int = position) -> None:
            context.progress((position + part) / len(teachers), note)

        path = context.checkpoint
        trained = TEACHERS[settings.name].fit(
            settings, train, validate, config.seed, progress,
            path.with_name(f"{path.stem}-{number}{path.suffix}"),
        )  # fmt: skip
        folder = context.out(f"{FOLDER}/{number}")
        folder.mkdir()
        trained.save(folder)
