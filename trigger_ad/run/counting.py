"""One piece of an event file becomes counts: the job that a scan of rates spreads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import __version__, arrays
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import RunFolderError
from trigger_ad.events import source
from trigger_ad.features.hardware import words_of
from trigger_ad.files import digest
from trigger_ad.rates.counters import Counter, Counts
from trigger_ad.rates.counts import RegionCounts
from trigger_ad.rates.grouped import GroupedCounter
from trigger_ad.rates.menu import file as menu_file
from trigger_ad.rates.menu.counts import MenuCounter
from trigger_ad.rates.menu.integers import IntegerMenu, on_hardware, thresholds_of
from trigger_ad.rates.plane import PlaneCounter, edges
from trigger_ad.run.emulation import load_trigger
from trigger_ad.run.scores import SCHEMA as SCORES_SCHEMA
from trigger_ad.trigger import random24
from trigger_ad.trigger.decide import region_of

__all__ = ["PART_SCHEMA", "Setup", "Tally", "Task", "count_task", "counters_of", "load_setup"]

PART_SCHEMA = "rates_part/1"


def counters_of(
    trigger: TriggerEmulator, folder: Path, menu: IntegerMenu | None = None
) -> dict[str, Counter]:
    """Every kind of counts of a scan, by name; another kind is one more entry here."""
    registers = trigger.registers
    _, scores = arrays.load(folder / "scores.npz", SCORES_SCHEMA)
    first, second = (
        edges(scores[f"firmware/sm_threshold/{name}"], threshold)
        for name, threshold in zip(
            trigger.bound, (registers.threshold1, registers.threshold2), strict=True
        )
    )
    counters: dict[str, Counter] = {
        "regions": GroupedCounter(registers.threshold1, registers.threshold2),
        "plane": PlaneCounter(first, second),
    }
    if menu is not None:
        counters["menu"] = MenuCounter(menu)
    return counters


@dataclass(frozen=True)
class Setup:
    """What events are counted with.

    Parameters
    ----------
    trigger : TriggerEmulator
        With one thread: other workers take the other cores.
    counters : mapping of str to Counter
    model : str
        SHA-256 of all that the counts depend on besides the events.
    menu : IntegerMenu, optional
        Seeds that are counted besides the regions.
    """

    trigger: TriggerEmulator
    counters: Mapping[str, Counter]
    model: str
    menu: IntegerMenu | None = None

    def zero(self) -> Tally:
        """No events."""
        return Tally(RegionCounts.zero(), {n: c.zero() for n, c in self.counters.items()})

    def read(self, record: Mapping[str, Any]) -> Tally:
        """Undo `Tally.to_json`."""
        counts = {name: c.read(record["counts"][name]) for name, c in self.counters.items()}
        return Tally(RegionCounts.from_json(record["accepts"]), counts)


@dataclass(frozen=True)
class Tally:
    """Counts of some events; they add up in any order.

    Parameters
    ----------
    accepts : RegionCounts
        Before prescale, and after it for a pseudo-random prescaler, whose number in each
        crossing is known. What a counter accepts follows from the sum, see `rates.accepted`.
    counts : mapping of str to Counts
        By name of the counter.
    """

    accepts: RegionCounts
    counts: Mapping[str, Counts]

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.accepts + other.accepts,
            {name: mine + other.counts[name] for name, mine in self.counts.items()},
        )

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, read back by `Setup.read`."""
        return {
            "schema": PART_SCHEMA,
            "accepts": self.accepts.to_json(),
            "counts": {name: counts.to_json() for name, counts in self.counts.items()},
        }


@dataclass(frozen=True)
class Task:
    """A piece of work.

    Parameters
    ----------
    folder, model : str
        Run folder, and what `Setup.model` must be there.
    path : str
        Event file.
    start, stop : int
        Its events.
    first : int
        Events of the scan before this piece.
    key : str
        SHA-256 of the model, the content of the file, its events and their place in the scan.
    menu : str
        Menu file; empty without one.
    """

    folder: str
    model: str
    path: str
    start: int
    stop: int
    first: int
    key: str
    menu: str = ""

    def __str__(self) -> str:
        return f"events {self.start} to {self.stop} of {self.path}"


def load_setup(folder: Path, menu: str = "") -> Setup:
    """Trigger and counters of a finished run.

    Parameters
    ----------
    folder : Path
        A run folder.
    menu : str
        Menu file; empty without one. Thresholds that it leaves open are those of the run.

    Raises
    ------
    RunFolderError, SchemaError
        If a file that is needed is missing or of another version.
    ConfigError
        If the menu cannot be used.
    """
    trigger = replace(load_trigger(folder), threads=1)
    seeds = None
    if menu:
        thresholds = thresholds_of(trigger.registers, _two(trigger.bound))
        seeds = on_hardware(menu_file.load(Path(menu)), trigger.layout, thresholds)
    counters = counters_of(trigger, folder, seeds)
    everything = {
        "version": __version__,
        "layout": trigger.layout.hash,
        "network": digest(folder / "model/double/network.npz"),
        "scores": digest(folder / "model/double/scores.json"),
        "registers": trigger.registers.to_json(),
        "rule": trigger.rule,
        "counters": {name: counter.key() for name, counter in counters.items()},
    }
    text = json.dumps(everything, sort_keys=True)
    return Setup(trigger, counters, hashlib.sha256(text.encode()).hexdigest(), seeds)


def _two(names: Iterable[str]) -> tuple[str, str]:
    first, second = names
    return first, second


@lru_cache(maxsize=2)
def _known(folder: str, model: str, menu: str) -> Setup:
    setup = load_setup(Path(folder), menu)
    if setup.model != model:
        raise RunFolderError(
            folder, f"must hold the model {model[:12]} everywhere", setup.model[:12],
            "give all workers the same folder and version",
        )  # fmt: skip
    return setup


def count_task(task: Task) -> dict[str, Any]:
    """Read, score and count a piece.

    Returns
    -------
    dict
        `Tally.to_json`.

    Raises
    ------
    TriggerAdError
        If the file or the run folder cannot be read.
    """
    setup = _known(task.folder, task.model, task.menu)
    trigger = setup.trigger
    events = source.read_range(Path(task.path), task.start, task.stop)
    words = words_of(events.particles.values, events.hardware, trigger.layout, str(task)).values
    scores = trigger.scores_of_words(words)
    clusters = _clusters(events.particles.parton_event, events.particles.process)
    counts = {
        name: counter.count(words, scores, clusters, events.pileup)
        for name, counter in setup.counters.items()
    }
    return Tally(_accepts(trigger, scores, task.first), counts).to_json()


def _clusters(parton_event: NDArray[np.int64], process: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for each parton event of each process."""
    return np.asarray(parton_event ^ (process.astype(np.int64) << 55))


def _accepts(
    trigger: TriggerEmulator, scores: Mapping[str, NDArray[np.int64]], first: int
) -> RegionCounts:
    """Fires and, where they depend on the place of the event alone, accepts."""
    registers, start = trigger.registers, trigger.start()
    if trigger.rule.counts:
        score1, score2 = scores.values()
        region = region_of(score1, score2, registers.threshold1, registers.threshold2)
        return RegionCounts.of(region, np.zeros(len(region), np.bool_))
    state = replace(start, random=random24.after(start.random, first))
    decision, _ = trigger.decide(scores, state)
    return RegionCounts.of(decision.region, decision.accept)
