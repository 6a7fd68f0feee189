"""Everything that the monitor remembers, in constant memory; a file from which it goes on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pydantic

from trigger_ad.errors import ConfigError, RunFolderError
from trigger_ad.monitor.alarms import Alarm
from trigger_ad.monitor.background import Window
from trigger_ad.monitor.cusum import Chart
from trigger_ad.monitor.expected import Reference
from trigger_ad.monitor.prescaler import Follower
from trigger_ad.monitor.settings import Settings, charts
from trigger_ad.monitor.settings import references as references_of
from trigger_ad.storage.files import read_json, write_json
from trigger_ad.trigger.regions import PAIR

__all__ = [
    "HISTORY",
    "LOG",
    "STATE_SCHEMA",
    "MonitorState",
    "Point",
    "begin",
    "load",
    "references",
    "save",
]

STATE_SCHEMA = "monitor_state/1"

#: Sections and past alarms that are kept for the page.
HISTORY = 250
LOG = 50


@dataclass(frozen=True)
class Point:
    """One section, as the page shows it.

    Parameters
    ----------
    section : int
    pileup, live : float
    rates : tuple of float
        Of each region before prescale, in Hz of live time.
    levels : tuple of float
        Of `settings.charts`, in thresholds.
    observed : int
    predicted, error, pull : float or None
        None where there was no prediction.
    """

    section: int
    pileup: float
    live: float
    rates: tuple[float, ...]
    levels: tuple[float, ...]
    observed: int
    predicted: float | None = None
    error: float | None = None
    pull: float | None = None


@dataclass(frozen=True)
class MonitorState:
    """The monitor between two sections.

    Parameters
    ----------
    run, section : int
        Of the latest section taken; -1 before the first.
    sections, skipped : int
        Sections of this run that were used, and lines that were not.
    live : float or None
        Running mean of the live fraction.
    references : dict of str to Reference
        Of the logarithms of shares and rate, by name in `settings.references`.
    charts : dict of str to Chart
        By name in `settings.charts`.
    followers : tuple of Follower
        Of the prescale counter of each region.
    window : Window
    active : tuple of Alarm
    log : tuple of Alarm
        The latest that were raised, oldest first.
    raised : dict of str to int
        How often each kind was raised, over all runs.
    history : tuple of Point
        The latest sections, oldest first.
    """

    run: int = -1
    section: int = -1
    sections: int = 0
    skipped: int = 0
    live: float | None = None
    references: dict[str, Reference] = field(
        default_factory=lambda: {name: Reference() for name in references_of(PAIR.regions)}
    )
    charts: dict[str, Chart] = field(
        default_factory=lambda: {name: Chart() for name in charts(PAIR.regions)}
    )
    followers: tuple[Follower, ...] = (Follower(),) * PAIR.regions
    window: Window = field(default_factory=Window)
    active: tuple[Alarm, ...] = ()
    log: tuple[Alarm, ...] = ()
    raised: dict[str, int] = field(default_factory=dict)
    history: tuple[Point, ...] = ()


def begin(regions: int, run: int, before: MonitorState) -> MonitorState:
    """State at the begin of a run with so many regions; the log goes on."""
    return MonitorState(
        run,
        references={name: Reference() for name in references_of(regions)},
        charts={name: Chart() for name in charts(regions)},
        followers=(Follower(),) * regions,
        log=before.log,
        raised=before.raised,
    )


_FORM = pydantic.TypeAdapter(MonitorState)


def save(path: Path, state: MonitorState, settings: Settings) -> None:
    """Write the state whole, with the settings it belongs to."""
    write_json(path, {"schema": STATE_SCHEMA, "settings": _plain(settings), "state": asdict(state)})


def load(path: Path, settings: Settings) -> MonitorState:
    """Read a state that was written with the same settings.

    Raises
    ------
    ConfigError
        If the settings differ.
    RunFolderError
        If the file is unreadable or not whole.
    SchemaError
        If it has another schema.
    """
    record = read_json(path, STATE_SCHEMA)
    if record.get("settings") != _plain(settings):
        raise ConfigError(
            path,
            "must be of a monitor with the same settings",
            "of others",
            "give those settings, or another state file",
        )
    return _read(path, record)


def references(path: Path) -> dict[str, Reference]:
    """References of the shares from the state of an earlier run.

    The rate is left out: it changes with the number of bunches.

    Raises
    ------
    RunFolderError, SchemaError
        As `load`.
    """
    known = _read(path, read_json(path, STATE_SCHEMA)).references
    return {name: reference for name, reference in known.items() if name != "rate"}


def _read(path: Path, record: dict[str, Any]) -> MonitorState:
    try:
        state = _FORM.validate_python(record.get("state"))
    except pydantic.ValidationError:
        raise RunFolderError(
            path, "must hold the state of a monitor", "something else", "delete it and start again"
        ) from None
    regions = len(state.followers)
    if {*charts(regions)} != {*state.charts} or {*references_of(regions)} != {*state.references}:
        raise RunFolderError(
            path, "must hold all charts and references", "some of them", "delete it and start again"
        )
    return state


def _plain(settings: Settings) -> dict[str, Any]:
    return asdict(settings) | {"rule": settings.rule.value}
