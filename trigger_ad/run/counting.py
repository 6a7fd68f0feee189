"""One piece of an event file becomes counts: the job that a scan of rates spreads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import __version__
from trigger_ad import config as configuration
from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.abcd.grouped import GroupedCounter
from trigger_ad.abcd.plane import PlaneCounter
from trigger_ad.config import Split
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import ConfigError, EventFileError, RunFolderError
from trigger_ad.events.block import Block
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.table import source
from trigger_ad.events.split import assign
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.events.units import Units
from trigger_ad.features.blocks import words_of_block
from trigger_ad.menu.counts import MenuCounter
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.rates.counters import Counter, Counts
from trigger_ad.rates.record import RatesRecord
from trigger_ad.rates.stratified import StratifiedCounter
from trigger_ad.run.folder.menu import menu_of_trigger
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run_folder import RunFolder
from trigger_ad.storage.files import digest
from trigger_ad.trigger import random24
from trigger_ad.trigger.decide import region_of

__all__ = [
    "MENU_PILEUP",
    "PART_SCHEMA",
    "AnyCounter",
    "Setup",
    "Tally",
    "Task",
    "clusters_of",
    "count_task",
    "counters_of",
    "load_setup",
]

PART_SCHEMA = "rates_part/2"

#: A counter of one stratum, of several, or of a menu, which knows both.
AnyCounter = Counter | StratifiedCounter

#: Edges of the pile-up bins of a menu; few, since each has its own patterns of fires.
MENU_PILEUP = (20, 30, 40, 50, 60, 70, 80)


def counters_of(
    trigger: TriggerEmulator, folder: Path, menu: IntegerMenu | None = None, strata: Strata = ONE
) -> dict[str, AnyCounter]:
    """Every kind of counts of a scan, by name; another kind is one more entry here."""
    registers = trigger.registers
    rates = RunFolder(folder).rates
    plane = RatesRecord.read(rates).plane
    if plane is None:
        raise RunFolderError(
            rates, "must have the thresholds of a scan", None, "run the stage trigger again"
        )
    plain: dict[str, Counter] = {
        "regions": GroupedCounter(*registers.pair),
        "plane": PlaneCounter(plane.edges1, plane.edges2),
    }
    counters: dict[str, AnyCounter] = dict(plain)
    if len(strata.names) > 1:
        counters = {name: StratifiedCounter(one, strata) for name, one in plain.items()}
    if menu is not None:
        counters["menu"] = MenuCounter(menu, MENU_PILEUP, strata)
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
    split : str
        Of the run's background, if only one is counted; empty for all events.
    splits : config.Split
        The run's.
    strata : Strata
        Of the events.
    """

    trigger: TriggerEmulator
    counters: Mapping[str, AnyCounter]
    model: str
    menu: IntegerMenu | None = None
    split: str = ""
    splits: Split = field(default_factory=Split)
    strata: Strata = ONE

    def zero(self) -> Tally:
        """No events."""
        return Tally(RegionCounts.zero(), {n: c.zero() for n, c in self.counters.items()})

    def counted(self, block: Block) -> NDArray[np.bool_] | slice:
        """Which events are counted."""
        if not self.split:
            return slice(None)
        splits = self.splits
        code = assign(block.identity, block.process, splits.seed, splits.fractions)
        return np.asarray(code == list(splits.fractions).index(self.split))

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
        crossing is known. What a counter accepts follows from the sum, see `accepted_count`.
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
    menu, split : str
        Menu file, and split of the run; empty without one.
    units : {"GeV", "MeV"} or None
        Of the momenta of the file.
    strata : str
        JSON of the strata of the scan; empty for events that were drawn alike.
    """

    folder: str
    model: str
    path: str
    start: int
    stop: int
    first: int
    key: str
    menu: str = ""
    split: str = ""
    units: Units = None
    strata: str = ""

    def __str__(self) -> str:
        return f"events {self.start} to {self.stop} of {self.path}"


def load_setup(folder: Path, menu: str = "", split: str = "", strata: Strata = ONE) -> Setup:
    """Trigger and counters of a finished run.

    Parameters
    ----------
    folder : Path
        A run folder.
    menu : str
        Menu file; empty without one. Thresholds that it leaves open are those of the run.
    split : str
        Of the run's background, if only one is to be counted.
    strata : Strata
        Of the events.

    Raises
    ------
    RunFolderError, SchemaError
        If a file that is needed is missing or of another version.
    ConfigError
        If the menu cannot be used, or there is no such split.
    """
    trigger = replace(load_trigger(folder), threads=1)
    run = RunFolder(folder)
    splits = configuration.load(run.config).split
    if split and split not in splits.fractions:
        raise ConfigError(
            "the split",
            "must be one of " + ", ".join(splits.fractions),
            split,
            "choose one of these",
        )
    seeds = menu_of_trigger(trigger, Path(menu)) if menu else None
    counters = counters_of(trigger, folder, seeds, strata)
    network = run.model("double").network
    everything = {
        "version": __version__,
        "layout": trigger.layout.hash,
        "network": digest(network) if network.is_file() else None,
        "scores": digest(run.model("double").scores),
        "registers": trigger.registers.to_json(),
        "rule": trigger.rule,
        "counters": {name: counter.key() for name, counter in counters.items()},
        "split": [split, splits.seed, splits.fractions] if split else None,
    }
    if len(strata.names) > 1:
        everything["probabilities"] = list(strata.probabilities)
    text = json.dumps(everything, sort_keys=True)
    model = hashlib.sha256(text.encode()).hexdigest()
    return Setup(trigger, counters, model, seeds, split, splits, strata)


@lru_cache(maxsize=2)
def _known(folder: str, model: str, menu: str, split: str, strata: str) -> Setup:
    drawn = Strata.from_json(json.loads(strata)) if strata else ONE
    setup = load_setup(Path(folder), menu, split, drawn)
    if setup.model != model:
        raise RunFolderError(
            folder,
            f"must hold the model {model[:12]} everywhere",
            setup.model[:12],
            "give all workers the same folder and version",
        )
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
    setup = _known(task.folder, task.model, task.menu, task.split, task.strata)
    trigger = setup.trigger
    settings = Settings(task.units, setup.menu.bits if setup.menu else ())
    block = source(Path(task.path), settings).read(task.start, task.stop)
    if len(setup.strata.names) == 1:
        _one_stratum(block)
    counted = setup.counted(block)
    words = words_of_block(block, trigger.layout).values
    scores = trigger.scores_of_words(words)
    accepts = _accepts(trigger, scores, task.first, counted)
    clusters = clusters_of(block.identity, block.process)[counted]
    pileup = None if block.pileup is None else block.pileup[counted]
    scores = {name: values[counted] for name, values in scores.items()}
    bits = {name: values[counted] for name, values in block.bits.items()}
    stratum = block.stratum[counted]
    counts = {
        name: _counted(counter, words[counted], scores, clusters, pileup, bits, stratum)
        for name, counter in setup.counters.items()
    }
    return Tally(accepts, counts).to_json()


def _counted(
    counter: AnyCounter,
    words: NDArray[np.int32],
    scores: Mapping[str, NDArray[np.int64]],
    clusters: NDArray[np.int64],
    pileup: NDArray[np.int32] | None,
    bits: Mapping[str, NDArray[np.bool_]],
    stratum: NDArray[Any],
) -> Counts:
    if isinstance(counter, StratifiedCounter | MenuCounter):
        return counter.count(words, scores, clusters, pileup, bits=bits, stratum=stratum)
    return counter.count(words, scores, clusters, pileup, bits=bits)


def _one_stratum(block: Block) -> None:
    """Refuse strata of unknown probability: counted alike they would give a wrong rate."""
    if block.stratum.any():
        raise EventFileError(
            block.name,
            "must have the probabilities of its strata to be counted into a rate",
            f"stratum {int(block.stratum.max())} in events {block.first} to "
            f"{block.first + len(block)}",
            "give a file whose origin has them, or a plain sample",
        )


def clusters_of(parton_event: NDArray[np.int64], process: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for each parton event of each process."""
    return np.asarray(parton_event ^ (process.astype(np.int64) << 55))


def _accepts(
    trigger: TriggerEmulator,
    scores: Mapping[str, NDArray[np.int64]],
    first: int,
    counted: NDArray[np.bool_] | slice,
) -> RegionCounts:
    """Fires and, where they depend on the place of the event alone, accepts."""
    registers, start = trigger.registers, trigger.start()
    if trigger.rule.counts:
        score1, score2 = scores.values()
        region = region_of(score1, score2, *registers.pair)[counted]
        return RegionCounts.of(region, np.zeros(len(region), np.bool_))
    state = replace(start, random=random24.after(start.random, first))
    decision, _ = trigger.decide(scores, state)
    return RegionCounts.of(decision.region[counted], decision.accept[counted])
