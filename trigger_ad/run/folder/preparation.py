"""The program of a run that prepares vectors from hardware words."""

from __future__ import annotations

from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.features.settings import LayoutSettings
from trigger_ad.ir.program import SCHEMA, Program
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import read_json

__all__ = ["load_preparation", "preparation"]


def preparation(folder: Path, config: Config) -> Program | None:
    """All vectors of a run, each an output of its name; None where it has none.

    Parameters
    ----------
    folder : Path
        A run folder whose stage ``prepare`` was run.
    config : Config
        Of the run.
    """
    return load_preparation(folder, config.features)


def load_preparation(folder: Path, features: LayoutSettings) -> Program | None:
    """The same by the section ``features`` alone."""
    if not features.vectors:
        return None
    return Program.from_json(read_json(RunFolder(folder).prepare, SCHEMA))
