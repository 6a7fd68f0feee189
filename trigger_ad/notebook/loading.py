"""Configurations, runs, models and events, by path or by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.events.packaged import SAMPLES
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import Sample, opened
from trigger_ad.events.units import Units
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.notebook.run import Run
from trigger_ad.run.progress import StageProgress
from trigger_ad.run_folder import NAMES, RunFolder
from trigger_ad.storage.shipped import shipped_path

__all__ = [
    "load_config",
    "load_model",
    "load_run",
    "load_scan",
    "models",
    "open_events",
    "run_config",
    "samples",
]


def load_config(path: str | Path) -> Config:
    """Read and check a configuration.

    Parameters
    ----------
    path : str or Path
        A YAML file.

    Raises
    ------
    ConfigError
        With the key, its line, the rule, the value and the remedy.
    """
    return configuration.load(Path(path))


def load_run(folder: str | Path) -> Run:
    """Open a run folder; but for its configuration nothing is read yet.

    Parameters
    ----------
    folder : str or Path

    Raises
    ------
    ConfigError
        If it is no run folder, or has a configuration that cannot be read.
    """
    run = Run(RunFolder(folder))
    _ = run.config
    return run


def load_model(name: str) -> Run:
    """Open one of the `models` that come with trigger_ad.

    Parameters
    ----------
    name : str

    Raises
    ------
    ShippedFileError
        If there is no such model; the sentence names those that there are.
    """
    return load_run(shipped_path("models", name))


def load_scan(path: str | Path) -> ScanRecord:
    """Read the rates of event files, as ``trigger-ad rates`` and `Run.rates` write them.

    Parameters
    ----------
    path : str or Path
    """
    return ScanRecord.read(Path(path))


def models() -> tuple[str, ...]:
    """Names of the models that come with trigger_ad, for `load_model`."""
    found = shipped_path("models").glob(f"*/{NAMES.config}")
    return tuple(sorted(path.parent.name for path in found))


def samples() -> tuple[str, ...]:
    """Names of the packaged samples, each read as ``packaged:NAME``."""
    return SAMPLES


def open_events(inputs: str | Path | Sequence[str | Path], *, units: Units = None) -> Sample:
    """Open event files of any format as one sample; events are read block by block.

    Parameters
    ----------
    inputs : path, pattern, ``packaged:NAME``, or list of these
        A `Path` is no pattern.
    units : {"GeV", "MeV"}, optional
        Of the momenta; without it they are GeV, and files that look like MeV are refused.

    Raises
    ------
    EventFileError
        If a pattern matches nothing, or no reader knows a file.
    """
    return opened(inputs, Settings(units))


def run_config(
    config: Config | str | Path,
    out: str | Path,
    *,
    only: str | None = None,
    synth: bool | None = None,
) -> Run:
    """Bring a run folder up to date with a configuration, as ``trigger-ad run`` does.

    Stages that are up to date are not repeated, and an interrupted run goes on where it was.
    Progress is said stage by stage.

    Parameters
    ----------
    config : Config, str or Path
        A configuration, or its file.
    out : str or Path
        The run folder.
    only : str, optional
        Stop after this stage and what it needs.
    synth : bool, optional
        Run Vitis where it is on PATH; without it as in the last run of this folder, or not.
    """
    from trigger_ad.run.pipelines import engine
    from trigger_ad.run.time_left import TimeLeft

    given = config if isinstance(config, Config) else load_config(config)
    work = engine(given, Path(out), synth)
    left = TimeLeft(work.expected(only))
    with StageProgress(place=left.place, left=left.after) as progress:
        work.run(progress, only)
    return load_run(out)
