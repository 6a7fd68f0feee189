"""Event files through the emulated trigger of a run folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.counts import RegionCounts
from trigger_ad.abcd.weights import event_weights
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import EventFileError
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import BLOCK, opened
from trigger_ad.events.units import Units
from trigger_ad.features.blocks import words_of_block
from trigger_ad.features.words import saturated
from trigger_ad.run.folder import trigger as stored
from trigger_ad.run.freshness import require_fresh
from trigger_ad.run.live import LiveCounts, LiveTime
from trigger_ad.run.outside import check_output
from trigger_ad.storage.border import ON_DAMAGE
from trigger_ad.storage.hdf5 import writing
from trigger_ad.storage.json_text import loads
from trigger_ad.trigger.rule import PrescaleRule

__all__ = ["Emulation", "emulate_file", "weights_of"]

#: Of the HDF5 files that `emulate_file` writes.
EMULATION_SCHEMA = "emulation/1"


@dataclass(frozen=True)
class Emulation:
    """What became of the events of a file.

    Parameters
    ----------
    events : int
    origin : str
        Kind of their origin.
    live : LiveCounts or None
        Without a filling scheme None.
    regions : RegionCounts
        Fires and accepts.
    momenta, saturated : int
        Momentum words that are not 0, and those at the end of their scale.
    strata : int
        How many the events were drawn in; more than 1 come in no order that a prescaler could see.
    """

    events: int
    origin: str
    live: LiveCounts | None
    regions: RegionCounts
    momenta: int
    saturated: int
    strata: int = 1


def emulate_file(
    folder: Path,
    source: str | Path | Sequence[str | Path],
    out: Path,
    progress: Callable[[float, str], None],
    live_time: LiveTime | None = None,
    chunk_events: int = BLOCK,
    units: Units = None,
    others: Sequence[Path] = (),
) -> Emulation:
    """Score and decide on every event of a file, in constant memory.

    The output holds one row for each event: the scores as raw integers, the code of the
    region (0 for A) and the accept bit after prescale; in a fill also the crossing of the run and
    what dead time leaves of the accept. It is moved into place when it is whole.

    Parameters
    ----------
    folder : Path
        A run folder.
    source : str, Path or sequence of these
        Events of any format: files, patterns, ``packaged:NAME``; see
        `trigger_ad.events.readers.sample.opened`.
    out : Path
        HDF5 file to write.
    progress : callable
        Takes the part done and a note.
    live_time : LiveTime, optional
        Start of the fill whose consecutive crossings the events are.
    chunk_events : int
        Events in memory; the result does not depend on it.
    units : {"GeV", "MeV"}, optional
        Of the momenta; without it they are GeV, and a file that looks like MeV is refused.
    others : sequence of Path
        Files that were read for what is given here, and which `out` must not replace.

    Raises
    ------
    EventFileError
        If the source cannot be read, or its events were drawn in strata and are to be the
        crossings of a fill; `out` is untouched.
    OutputError
        If `out` cannot be written, or is `source` or a file of the run.
    """
    require_fresh(folder)
    trigger = stored.load_trigger(folder)
    sample = opened(source, Settings(units))
    check_output(folder, out, (*sample.paths, *sample.behind(), *others))
    total, origin, strata = sample.count, sample.origin.kind, len(sample.strata.names)
    if live_time is not None and strata > 1:
        raise EventFileError(
            sample.paths[0],
            "must have crossings as they come to be those of a fill",
            f"crossings of {strata} strata",
            "give a sample that was drawn alike, or no filling",
        )
    blocks = sample.blocks(chunk_events)
    state, done = trigger.start(), 0
    number = len(trigger.registers.regions)
    regions, momenta, full = RegionCounts.zero(number), 0, 0
    none = (0,) * number
    live = None if live_time is None else LiveCounts(accepts=none, live_accepts=none)
    with writing(out) as (file, check):
        _start(file, trigger, in_fill=live_time is not None)
        for block in blocks:
            words = words_of_block(block, trigger.layout).values
            scores = trigger.scores_of_words(words)
            decision, state = trigger.decide(scores, state)
            regions += RegionCounts.of(decision.region, decision.accept, number)
            momenta += int(np.count_nonzero(words[:, ::3]))
            full += int(np.count_nonzero(saturated(words, trigger.layout)))
            rows: dict[str, NDArray[Any]] = {
                **scores,
                "region": decision.region,
                "accept": decision.accept,
            }
            if live_time is not None and live is not None:
                left, live_time = live_time.decide(decision)
                rows |= {"crossing": left.crossing, "live_accept": left.accept}
                live += left.counts
            for name, values in rows.items():
                file[name].resize((done + len(values),))
                file[name][done:] = values
            check()
            done += len(block)
            progress(done / total, f"{done:,} events")
        if live_time is not None and live is not None:
            file.attrs.update(_fill_attributes(live_time, live))
        file.attrs["rule"] = json.dumps(_rule(trigger, live).to_json())
    return Emulation(done, origin, live, regions, momenta, full, strata)


def _start(file: h5py.File, trigger: TriggerEmulator, *, in_fill: bool) -> None:
    """Attributes and empty columns of the output."""
    file.attrs["schema"] = EMULATION_SCHEMA
    file.attrs["registers"] = json.dumps(trigger.registers.to_json())
    columns: dict[str, type] = dict.fromkeys(trigger.hardware.scores, np.int64)
    columns |= {"region": np.uint8, "accept": np.bool_}
    if in_fill:
        columns |= {"crossing": np.int64, "live_accept": np.bool_}
    for name, dtype in columns.items():
        file.create_dataset(name, (0,), dtype, maxshape=(None,), chunks=(BLOCK,), compression=1)
    for name, kind in trigger.hardware.scores.items():
        file[name].attrs["lsb"] = kind.lsb
    file["region"].attrs["names"] = list(trigger.registers.regions)


def _rule(trigger: TriggerEmulator, live: LiveCounts | None) -> PrescaleRule:
    """Realised prescales, with the live fraction of a fill."""
    rule = PrescaleRule.of(trigger.registers, rule=trigger.rule)
    if live is None or not live.live_fraction:
        return rule
    return replace(rule, live_fraction=float(live.live_fraction))


def weights_of(path: Path) -> NDArray[np.float64]:
    """Weights of the events of a file of `emulate_file`, which undo prescales and dead time.

    Parameters
    ----------
    path : Path

    Returns
    -------
    ndarray (n_events,) of float64
        See `abcd.weights.event_weights`; 0 for events that are not accepted, or are not after dead
        time in a fill.

    Raises
    ------
    EventFileError
        If it is no such file, or of an earlier version that does not know the rule.
    """
    found = _columns(path)
    rule = None if found is None else _rule_of(found[0])
    if found is None or rule is None:
        raise EventFileError(
            path,
            "must be a file of trigger-ad emulate with the rule of its prescalers",
            "another file",
            "write it again with this version",
        )
    _, region, accept = found
    return event_weights(region, accept, rule, from_start=True)


def _columns(path: Path) -> tuple[object, NDArray[np.uint8], NDArray[np.bool_]] | None:
    """Rule as text, regions and accepts of a file; None where it has none."""
    try:
        with h5py.File(path) as file:
            if file.attrs.get("schema") != EMULATION_SCHEMA:
                return None
            accept = "live_accept" if "live_accept" in file else "accept"
            return file.attrs.get("rule"), file["region"][:], file[accept][:]
    except ON_DAMAGE:
        return None


def _rule_of(text: object) -> PrescaleRule | None:
    """Rule of the prescalers; None where the text is none."""
    if not isinstance(text, str):
        return None
    try:
        return PrescaleRule.from_json(loads(text))
    except ValueError:
        return None


def _fill_attributes(live_time: LiveTime, live: LiveCounts) -> dict[str, Any]:
    return {
        "filling": live_time.fill.text,
        "dead_time": live_time.rules.text,
        "colliding_crossings": live.colliding,
        "dead_crossings": live.dead,
        "accepts": live.accepts,
        "live_accepts": live.live_accepts,
    }
