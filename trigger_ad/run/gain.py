"""What a finished run's trigger adds to a menu, beside other seeds, on event files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad import config as configuration
from trigger_ad.config import Split
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import ConfigError
from trigger_ad.events.block import Block
from trigger_ad.events.readers.sample import opened
from trigger_ad.events.split import assign
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.features.blocks import words_of_block
from trigger_ad.features.layout import Ports
from trigger_ad.menu.gain import Sample, gain, sample, to_json
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.record import GainRecord
from trigger_ad.rates.filled import Filled
from trigger_ad.run.counting import clusters_of
from trigger_ad.run.folder.menu import menu_of_trigger
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run_folder import RunFolder
from trigger_ad.statistics.strata import Stratified

__all__ = ["gain_of_files"]

Progress = Callable[[float, str], None]


def gain_of_files(
    folder: Path,
    background: str | Path,
    signals: Mapping[str, str | Path],
    menu: Path,
    progress: Progress = lambda part, note: None,  # noqa: ARG005
    twins: Mapping[str, Path] = MappingProxyType({}),
) -> GainRecord:
    """Compare region A with other seeds of the same pure rate on any sample.

    The background is split as that of the run: tables are filled on *train*, thresholds come from
    *threshold*, figures from *test*.

    Parameters
    ----------
    folder : Path
        A finished run.
    background : str or Path
        Event files of the background, as of `events.readers.sample.opened`.
    signals : mapping of str to str or Path
        Those of each signal, of which all events count.
    menu : Path
        With a seed of region A.
    progress : callable
        Takes the part done and a note.
    twins : mapping of str to Path
        Folders of other finished runs on the same words, by the name of their rows: cuts on their
        score 1, of events that pass their cut on score 2.

    Raises
    ------
    ConfigError
        If a twin has other words, the menu has no seed of region A, or a split no events of some
        stratum.
    EventFileError
        If a file cannot be read.
    WorkingPointError
        If region A has no pure events on the threshold split.
    """
    require_fresh(folder)
    trigger = load_trigger(folder)
    seeds = menu_of_trigger(trigger, menu)
    seed = next((s.name for s in seeds.seeds if s.region == "A"), None)
    if seed is None:
        raise ConfigError(
            f"menu {seeds.name}", "must have a seed of region A", None, "add one to it"
        )
    splits = configuration.load(RunFolder(folder).config).split
    layout, strata = trigger.layout, opened(background).strata
    codes = {split: code for code, split in enumerate(splits.fractions)}

    def of_split(split: str) -> Iterator[_Piece]:
        return _pieces(background, layout, lambda block: _codes(block, splits) == codes[split])

    progress(0.0, "tables")
    others = {name: _twin(name, path, layout) for name, path in twins.items()}
    work = _Work(trigger, seeds, _filled(of_split("train"), layout, strata), others)
    progress(0.3, "background")
    threshold, test = (
        work.sample(of_split(split), strata, f"the split {split}")
        for split in ("threshold", "test")
    )
    found = {}
    for name, path in signals.items():
        progress(0.8, name)
        found[name] = work.sample(_pieces(path, layout, lambda block: np.full(len(block), True)))
    rows = gain(seeds, seed, threshold, test, found)
    return GainRecord.from_json(to_json(rows), f"the gain of {seed}")


@dataclass(frozen=True)
class _Piece:
    """Some events of a block: hardware words, clusters, codes of strata."""

    words: NDArray[np.int32]
    clusters: NDArray[np.int64]
    stratum: NDArray[np.uint8]


def _pieces(
    inputs: str | Path, layout: Ports, taken: Callable[[Block], NDArray[np.bool_]]
) -> Iterator[_Piece]:
    for block in opened(inputs).blocks():
        kept = taken(block)
        clusters = clusters_of(block.identity, block.process)
        words = words_of_block(block, layout).values
        yield _Piece(words[kept], clusters[kept], block.stratum[kept])


def _codes(block: Block, splits: Split) -> NDArray[Any]:
    return np.asarray(assign(block.identity, block.process, splits.seed, splits.fractions))


@dataclass(frozen=True)
class _Work:
    """What events go through: trigger, menu, tables."""

    trigger: TriggerEmulator
    menu: IntegerMenu
    filled: Filled
    twins: Mapping[str, TriggerEmulator]

    def sample(
        self, pieces: Iterator[_Piece], strata: Strata = ONE, name: str = "a signal"
    ) -> Sample:
        """Events as the menu sees them."""
        parts, places = [], []
        for piece in pieces:
            scores = self.trigger.scores_of_words(piece.words)
            part = sample(piece.words, scores, piece.clusters, self.menu, filled=self.filled)
            twins = {name: _of_twin(twin, piece.words) for name, twin in self.twins.items()}
            parts.append(replace(part, rivals={**part.rivals, **twins}))
            places.append(piece.stratum)
        whole = _joined(parts)
        if strata is ONE:
            return whole
        return replace(whole, drawn=_drawn(strata, places, whole.clusters, name))


def _twin(name: str, folder: Path, layout: Ports) -> TriggerEmulator:
    require_fresh(folder)
    found = load_trigger(folder)
    if found.layout.hash != layout.hash:
        raise ConfigError(
            f"twin {name}", "must read the words of the run", "others", "give a run of its layout"
        )
    return found


def _of_twin(twin: TriggerEmulator, words: NDArray[np.int32]) -> NDArray[Any]:
    """Score 1 above its smallest value where score 2 passes, else 0."""
    first, second = twin.scores_of_words(words).values()
    lowest = next(iter(twin.hardware.scores.values())).minimum
    return np.where(second >= twin.registers.thresholds[1], first - lowest + 1, 0).astype(np.int32)


def _joined(parts: list[Sample]) -> Sample:
    return Sample(
        np.concatenate([part.patterns for part in parts]),
        np.concatenate([part.untaken for part in parts]),
        {name: np.concatenate([p.rivals[name] for p in parts]) for name in parts[0].rivals},
        np.concatenate([part.clusters for part in parts]),
    )


def _drawn(
    strata: Strata, stratum: list[NDArray[Any]], clusters: NDArray[Any] | None, name: str
) -> Stratified | None:
    """How events were drawn; None for one stratum."""
    places = strata.checked(np.concatenate(stratum))
    if len(strata.names) == 1:
        return None
    strata.require(np.bincount(places, minlength=len(strata.names)), name)
    return Stratified.of(places, strata.probabilities, clusters, strata.errors)


def _filled(pieces: Iterator[_Piece], layout: Ports, strata: Strata) -> Filled:
    words, places = [], []
    for piece in pieces:
        words.append(piece.words)
        places.append(piece.stratum)
    drawn = _drawn(strata, places, None, "the split train")
    return Filled.of(np.concatenate(words), layout, drawn)
