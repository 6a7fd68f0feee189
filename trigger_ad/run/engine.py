"""Runs the stages of a run folder, each only when something it depends on has changed."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from trigger_ad import __version__
from trigger_ad import config as configuration
from trigger_ad.config import Config
from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.run.declared import declared_config, declared_folder
from trigger_ad.run.folder import manifest as manifests
from trigger_ad.run.folder.context import Context
from trigger_ad.run.folder.keys import at, key_of, tree
from trigger_ad.run.stage import Stage
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import digest, free_space, put, write_json, write_text
from trigger_ad.storage.inputs import found_at
from trigger_ad.storage.outputs import check_folder, disk_errors, full_disk
from trigger_ad.train import environment

__all__ = ["Engine", "Files", "Progress", "Stage", "Status"]

_NEEDED_BYTES = 500 * 2**20

logger = logging.getLogger(__name__)

#: Files by group and name.
Files = Mapping[str, Mapping[str, tuple[Path, ...]]]

#: Called with the stage, what it is doing, the part done (0 to 1) and a short note.
Progress = Callable[[str, float, str], None]


@dataclass(frozen=True)
class Status:
    """What a run would do with a stage.

    Parameters
    ----------
    state : {"up to date", "to be run", "waits"}
        A stage waits for one before it; whether it is repeated depends on what that one writes.
    seconds : float or None
        Of its last run.
    """

    state: str
    seconds: float | None


class Engine:
    """The stages of one run folder.

    Parameters
    ----------
    config : Config
    folder : Path
        Made when the first stage ends.
    stages : sequence of Stage
        In an order in which every input comes first.
    files : Files
        Files by group and name, of events or a menu; their contents are inputs of the stages
        that read them.
    synth : bool, optional
        Whether vendor synthesis is wanted; without it, as in the last run of this folder.
    """

    def __init__(
        self,
        config: Config,
        folder: Path,
        stages: Sequence[Stage],
        files: Files,
        synth: bool | None = None,
    ) -> None:
        self.config, self.folder, self.stages = config, folder, tuple(stages)
        self.files = files
        if found_at(folder) != "a folder":
            check_folder(folder)
        self.manifest = self._manifest()
        self.synth = bool(self.manifest.get("synth")) if synth is None else synth

    def run(
        self, progress: Progress, only: str | None = None, again: Collection[str] = ()
    ) -> list[str]:
        """Bring the run folder up to date.

        Parameters
        ----------
        progress : callable
            Told of every stage.
        only : str, optional
            Stop after this stage; only it and what it needs are run.
        again : collection of str
            Stages to repeat even where they are up to date.

        Returns
        -------
        list of str
            Names of the stages that were run; the others were up to date.

        Raises
        ------
        RunFolderError
            If the folder is in use, belongs to another configuration or the disk is full.
        """
        wanted = self.wanted(only)
        readers = max(position for position, stage in enumerate(wanted) if not stage.inputs)
        done: list[str] = []
        check_folder(self.folder)
        free_space(self.folder, _NEEDED_BYTES)
        self._require(wanted)
        with full_disk(self.folder), self._locked():
            for position, stage in enumerate(wanted):
                key = self.key(stage)
                if stage.name not in again and self._is_current(stage, key):
                    self.manifest["stages"][stage.name]["made_of"] = self._made_of(stage)
                    progress(stage.name, 1.0, "up to date")
                else:
                    self._run(stage, key, progress)
                    done.append(stage.name)
                if position == readers:  # only now is it sure that the events can be read
                    self._keep_configuration()
            write_json(RunFolder(self.folder).manifest, self.manifest)
        return done

    def _keep_configuration(self) -> None:
        """Write the configuration; one that says the same may be the user's, and stays."""
        path = RunFolder(self.folder).config
        if not path.exists() or configuration.load(path) != self.config:
            write_text(path, configuration.dump(self.config))

    def status(self) -> dict[str, Status]:
        """State of every stage by name, in order."""
        found: dict[str, Status] = {}
        for stage in self.stages:
            before = [found[name].state for name in stage.inputs]
            if any(state != "up to date" for state in before):
                state = "waits"
            else:
                state = "up to date" if self._is_current(stage, self.key(stage)) else "to be run"
            seconds = self.manifest["stages"].get(stage.name, {}).get("seconds")
            found[stage.name] = Status(state, seconds)
        return found

    def key(self, stage: Stage) -> str:
        """Hash of everything that the result of a stage depends on."""
        return key_of(self._made_of(stage))

    def _made_of(self, stage: Stage) -> dict[str, Any]:
        """Everything that the result of a stage depends on."""
        values = tree(self.config)
        parts: dict[str, Any] = {
            "stage": stage.name,
            "version": stage.version,
            "arguments": stage.arguments,
            "sections": {name: at(values, name) for name in stage.sections},
            "packages": {name: _version(name) for name in stage.packages},
            "inputs": {name: self.manifest["stages"][name]["outputs"] for name in stage.inputs},
        }
        if stage.files:
            parts["files"] = _digests(self.files[stage.files])
        if stage.synthesises:
            parts["synth"] = self.synth
        return parts

    def given(self, stage: Stage) -> tuple[str, ...]:
        """Files and folders of the run folder that a stage may read."""
        outputs = {other.name: other.outputs for other in self.stages}
        return (*(path for name in stage.inputs for path in outputs[name]), *stage.beside)

    def expected(self, only: str | None = None) -> dict[str, float]:
        """Seconds of each stage that `run` goes through: of its last run, or of `Stage.seconds`."""
        last = self.manifest["stages"]
        return {
            stage.name: last.get(stage.name, {}).get("seconds", stage.seconds)
            for stage in self.wanted(only)
        }

    def wanted(self, only: str | None = None) -> list[Stage]:
        """Stages that `run` goes through: all, or one with those that it needs.

        Raises
        ------
        ConfigError
            If there is no such stage.
        """
        if only is None:
            return list(self.stages)
        by_name = {stage.name: stage for stage in self.stages}
        if only not in by_name:
            raise ConfigError(
                "a stage", "must be one of " + ", ".join(by_name), only, "choose one of these"
            )
        needed: set[str] = set()

        def add(name: str) -> None:
            needed.add(name)
            for source in by_name[name].inputs:
                add(source)

        add(only)
        return [stage for stage in self.stages if stage.name in needed]

    def _require(self, wanted: Sequence[Stage]) -> None:
        """Refuse what a stage that certainly works, maybe hours later, would refuse."""
        known = self.manifest["stages"]
        for stage in wanted:
            if stage.needs and (stage.name not in known or self._repeats(stage)):
                stage.needs(self.config)

    def _repeats(self, stage: Stage) -> bool:
        return self.status()[stage.name].state == "to be run"

    def _is_current(self, stage: Stage, key: str) -> bool:
        entry = self.manifest["stages"].get(stage.name)
        if entry is None or entry["key"] != key:
            return False
        return all(
            digest(self.folder / name) == expected for name, expected in entry["outputs"].items()
        )

    def _run(self, stage: Stage, key: str, progress: Progress) -> None:
        progress(stage.name, 0.0, "")
        started = time.perf_counter()
        unfinished = RunFolder(self.folder).partial(stage.name)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        checkpoint = RunFolder(self.folder).checkpoint(stage.name, key)
        checkpoint.parent.mkdir(exist_ok=True)
        context = Context(
            declared_config(self.config, (*stage.sections, *stage.checks), stage.name),
            declared_folder(self.folder, self.given(stage), stage.absent, stage.name),
            unfinished,
            checkpoint,
            self.synth and stage.synthesises,
            partial(progress, stage.name),
            self.files[stage.files] if stage.files else {},
        )
        if "tensorflow" in stage.packages:
            environment.start()
        stage.step(context, **dict(stage.arguments))
        hashes = {name: digest(unfinished / name) for name in stage.outputs}
        for name in stage.outputs:
            put(unfinished / name, self.folder / name)
        shutil.rmtree(unfinished, ignore_errors=True)
        for left in checkpoint.parent.glob(f"{stage.name}-*"):
            left.unlink()
        seconds = round(time.perf_counter() - started, 2)
        self.manifest["stages"][stage.name] = {
            "key": key,
            "seconds": seconds,
            "outputs": hashes,
            "made_of": self._made_of(stage),
        }
        self.manifest |= self._provenance()
        write_json(RunFolder(self.folder).manifest, self.manifest)
        progress(stage.name, 1.0, f"{seconds:.1f} s")

    def _provenance(self) -> dict[str, Any]:
        names = {name for stage in self.stages for name in stage.packages}
        return {
            "trigger_ad": __version__,
            "versions": {name: _version(name) for name in sorted(names)},
            "synth": self.synth,
            "environment": environment.record(),
            "seeds": {"training": self.config.seed, "split": self.config.split.seed},
            "events": {
                name: value
                for group in self.files.values()
                for name, value in _digests(group).items()
            },
        }

    def _manifest(self) -> dict[str, Any]:
        manifest = manifests.load(self.folder)
        if manifest is None:
            if self.folder.exists() and any(
                not entry.name.startswith(".") for entry in self.folder.iterdir()
            ):
                raise RunFolderError(
                    self.folder,
                    "must be a run folder or empty",
                    "another folder",
                    "choose another --out",
                )
            return {"schema": manifests.SCHEMA, "name": self.config.name, "stages": {}}
        if manifest["name"] != self.config.name:
            raise RunFolderError(
                self.folder,
                f"must be a run of configuration {self.config.name!r}",
                repr(manifest["name"]),
                "choose another --out or rename the configuration",
            )
        return manifest

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with disk_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(RunFolder(self.folder).lock, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunFolderError(
                    self.folder,
                    "must be used by one run at a time",
                    "two",
                    "wait for the other run or choose another --out",
                ) from None
            yield
        finally:
            os.close(handle)


def _digests(files: Mapping[str, tuple[Path, ...]]) -> dict[str, str]:
    return {name: _digest(paths) for name, paths in files.items()}


def _digest(paths: tuple[Path, ...]) -> str:
    """SHA-256 of a file, or of those of several in their order."""
    digests = [digest(path) for path in paths]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
