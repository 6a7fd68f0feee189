"""What the step of a stage is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trigger_ad.config import Config
from trigger_ad.run_folder import RunFolder

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """What a step is given.

    Parameters
    ----------
    config : Config
        With the keys that the stage declares; to read another is an error.
    folder : Path
        The run folder, to read earlier records from: those that the stage declares.
    partial : Path
        Where outputs are written; they are moved into the run folder when the step is done.
    checkpoint : Path
        A path for unfinished work of this very stage and inputs.
    synth : bool
        Whether vendor synthesis was asked for, of a stage that declares to depend on it.
    progress : callable
        Takes the part done (0 to 1) and a short note.
    files : mapping of str to tuple of Path
        Files from outside that the stage declares, by name.
    """

    config: Config
    folder: Path
    partial: Path
    checkpoint: Path
    synth: bool
    progress: Callable[[float, str], None]
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)

    @property
    def run(self) -> RunFolder:
        """Files of earlier stages."""
        return RunFolder(self.folder)

    def out(self, name: str | Path) -> Path:
        """Path to write an output to, a path of `run_folder.NAMES`, its folder made."""
        path = self.partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
