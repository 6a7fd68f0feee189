"""The runs that are compared: brought up to date, read back, and of the same events."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.features.layouts.table import layout
from trigger_ad.ledger import rows
from trigger_ad.ledger.rows import ResourceRow
from trigger_ad.run.engine import Progress
from trigger_ad.run.folder import dataset
from trigger_ad.run.folder.baselines import Baselines
from trigger_ad.run.folder.score_table import ScoreTable
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run.pipelines import engine
from trigger_ad.run_folder import BACKGROUND, NAMES, TEST, THRESHOLD, RunFolder, relative
from trigger_ad.scorers.pair import Pair
from trigger_ad.scorers.student import Student
from trigger_ad.statistics.strata import Stratified
from trigger_ad.storage import arrays

__all__ = ["ComparedRun", "by_configuration", "prepare", "read"]

#: What a folder must hold to be compared.
NEEDED = relative(NAMES.config, NAMES.scores, NAMES.words, NAMES.signals)

#: Stages that they come from.
STAGES = ("words", "signals", "score", "resources")

#: Splits of the background that have scores.
_SPLITS = ("threshold", "test")


@dataclass(frozen=True)
class ComparedRun:
    """A run that has scores.

    Parameters
    ----------
    folder : Path
    config : Config
    scores : ScoreTable
    clusters : mapping of str to ndarray (n_events,) of int64
        Number of the parton event of each event, from 0 without gaps: ``sm_threshold``,
        ``sm_test`` and each signal.
    digests : mapping of str to str
        SHA-256 of words and parton events by sample, and of their strata where there are several.
    drawn : mapping of str to (Stratified or None)
        How the background of both splits was drawn; None where its events were drawn alike.
    resources : tuple of ResourceRow
        None of a run that ended before them.
    """

    folder: Path
    config: Config
    scores: ScoreTable
    clusters: Mapping[str, NDArray[np.int64]]
    digests: Mapping[str, str]
    drawn: Mapping[str, Stratified | None]
    resources: tuple[ResourceRow, ...]

    @cached_property
    def baselines(self) -> Mapping[str, Mapping[str, NDArray[np.int32]]]:
        """Baselines by sample, those that are tables filled on the train split.

        None where the words are not of the layout that the configuration gives: of those nobody
        knows what they are.
        """
        header = arrays.load_header(self.folder / dataset.FILES["background"], dataset.SCHEMA)
        if header["layout"] != layout(self.config.features).hash:
            return {}
        plain = Baselines(dataset.Dataset(self.folder, self.config.features))
        background = {
            name: plain.of(BACKGROUND, split)
            for name, split in ((THRESHOLD, "threshold"), (TEST, "test"))
        }
        return background | {name: plain.of(name) for name in self.signals}

    @property
    def drawn_pair(self) -> tuple[Stratified, Stratified] | None:
        """Of the threshold and of the test split; None for one stratum."""
        threshold, test = self.drawn[THRESHOLD], self.drawn[TEST]
        return None if threshold is None or test is None else (threshold, test)

    @property
    def name(self) -> str:
        """Of the configuration."""
        return self.config.name

    @property
    def seed(self) -> int:
        """Of the training."""
        return self.config.seed

    @property
    def kinds(self) -> dict[str, str]:
        """Scorer behind each score, that of a student being its teacher."""
        scorer = self.config.scorer
        pair = scorer.members if isinstance(scorer, Pair) else (scorer, scorer)
        return {
            f"{self.name}:score{number}": (one.teacher if isinstance(one, Student) else one).name
            for number, one in enumerate(pair, 1)
        }

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signal samples."""
        return tuple(name for name in self.clusters if name not in (THRESHOLD, TEST))


def prepare(
    paths: Sequence[Path], out: Path, seeds: Sequence[int], progress: Progress
) -> list[Path]:
    """Bring every configuration up to date; run folders are taken as they are.

    Parameters
    ----------
    paths : sequence of Path
        Configurations and run folders.
    out : Path
        Where runs of configurations are: ``<out>/<name>_seed<seed>``.
    seeds : sequence of int
        In place of the seed of each configuration; none leaves that.
    progress : callable
        Told of every stage of every run.

    Returns
    -------
    list of Path
        Run folders.

    Raises
    ------
    ConfigError
        If two configurations have one name, or seeds are given for none.
    RunFolderError
        If a run folder has no scores.
    """
    for path in paths:
        if path.is_dir():  # before anything is trained
            _check_whole(path)
            require_fresh(path, STAGES, say=False)
    configs = {path: configuration.load(path) for path in paths if not path.is_dir()}
    if seeds and not configs:
        raise ConfigError(
            "--seeds",
            "must come with a configuration",
            "run folders alone",
            "give the configuration that is to be run with them",
        )
    names = [config.name for config in configs.values()]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f"configuration {name!r}",
                "must be the only one of its name",
                None,
                "rename one of them",
            )
    folders: list[Path] = []
    for path in paths:
        if path not in configs:
            folders.append(path)
            continue
        for seed in seeds or (configs[path].seed,):
            config = configs[path].model_copy(update={"seed": seed})
            folder = out / f"{config.name}_seed{seed}"
            engine(config, folder).run(_named(progress, folder.name))
            folders.append(folder)
    return folders


def read(folder: Path) -> ComparedRun:
    """Read what is compared of a run folder.

    Raises
    ------
    RunFolderError
        If something is missing, its stages do not belong together, or the scores are those of
        other events.
    """
    _check_whole(folder)
    require_fresh(folder, STAGES)
    samples = _background(folder) | _signals(folder)
    run = RunFolder(folder)
    scores = ScoreTable(run.scores)
    drawn = {name: scores.drawn(name, samples[name][0]) for name in (THRESHOLD, TEST)}
    _check_length(folder, scores, {name: len(identity) for name, (identity, _) in samples.items()})
    return ComparedRun(
        folder,
        configuration.load(run.config),
        scores,
        {name: identity for name, (identity, _) in samples.items()},
        {name: _digest(digest, drawn.get(name)) for name, (_, digest) in samples.items()},
        drawn,
        rows.read(run.resources) if run.resources.is_file() else (),
    )


def by_configuration(runs: Sequence[ComparedRun]) -> dict[str, dict[int, ComparedRun]]:
    """Runs by name of their configuration and by seed, both in the order given.

    Raises
    ------
    ConfigError
        If runs of one name differ in more than their seed, or a seed is there twice.
    RunFolderError
        If the runs are not of the same events.
    """
    found: dict[str, dict[int, ComparedRun]] = {}
    for run in runs:
        _check_events(runs[0], run)
        others = found.setdefault(run.name, {})
        if run.seed in others:
            raise ConfigError(
                f"seed {run.seed} of configuration {run.name!r}",
                "must be given once",
                f"{others[run.seed].folder} and {run.folder}",
                "leave one of them out",
            )
        first = next(iter(others.values()), run)
        if first.config != run.config.model_copy(update={"seed": first.seed}):
            raise ConfigError(
                f"configuration {run.name!r}",
                "must be the same but for its seed",
                f"others in {first.folder} and {run.folder}",
                "rename one of them",
            )
        others[run.seed] = run
    return found


def _named(progress: Progress, run: str) -> Progress:
    return lambda stage, part, note: progress(f"{run}: {stage}", part, note)


def _check_whole(folder: Path) -> None:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise RunFolderError(
            folder,
            "must hold a run with scores",
            "a folder without " + ", ".join(missing),
            "run its configuration first, or give that in place of the folder",
        )


def _background(folder: Path) -> dict[str, tuple[NDArray[np.int64], str]]:
    header, found = arrays.load(folder / dataset.FILES["background"], dataset.SCHEMA)
    of = {split: found["sm.split"] == header["splits"].index(split) for split in _SPLITS}
    words, identity = found["sm.words"], found["sm.parton_event"]
    return {f"{BACKGROUND}_{split}": _sample(words[at], identity[at]) for split, at in of.items()}


def _signals(folder: Path) -> dict[str, tuple[NDArray[np.int64], str]]:
    header, found = arrays.load(folder / dataset.FILES["signals"], dataset.SCHEMA)
    return {
        name: _sample(found[f"{name}.words"], found[f"{name}.parton_event"])
        for name in header["samples"]
    }


def _sample(words: NDArray[np.int16], identity: NDArray[np.int64]) -> tuple[NDArray[np.int64], str]:
    total = hashlib.sha256(np.ascontiguousarray(words).tobytes())
    total.update(np.ascontiguousarray(identity).tobytes())
    return np.asarray(np.unique(identity, return_inverse=True)[1]), total.hexdigest()


def _digest(events: str, drawn: Stratified | None) -> str:
    """SHA-256 of events and of their strata, where there are several."""
    if drawn is None:
        return events
    total = hashlib.sha256(events.encode() + drawn.places.tobytes())
    total.update(repr(drawn.probabilities).encode())
    return total.hexdigest()


def _check_length(folder: Path, scores: ScoreTable, events: Mapping[str, int]) -> None:
    model, names = next(iter(scores.lsbs.items()))
    for sample, wanted in events.items():
        found = len(scores.get(model, sample, next(iter(names))))
        if found != wanted:
            raise RunFolderError(
                f"{sample} in {RunFolder(folder).scores}",
                f"must have {wanted} events, as its words",
                found,
                "run its configuration again",
            )


def _check_events(first: ComparedRun, run: ComparedRun) -> None:
    if run.signals != first.signals:
        raise RunFolderError(
            f"the signals of {run.folder}",
            f"must be {', '.join(first.signals) or 'none'}",
            ", ".join(run.signals) or "none",
            f"run it with the signals of {first.folder}",
        )
    for sample, digest in first.digests.items():
        if run.digests[sample] != digest:
            raise RunFolderError(
                f"{sample} of {run.folder}",
                f"must hold the events of {first.folder}",
                "others",
                "compare runs of the same event files and the same split",
            )
