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
from trigger_ad.monitor.settings import CHARTS, Settings
from trigger_ad.storage.files import read_json, write_json

__all__ = ["HISTORY", "LOG", "STATE_SCHEMA", "MonitorState", "Point", "load", "references", "save"]

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
    rates : tuple of 4 float
        Of A, B, C, D before prescale, in Hz of live time.
    levels : tuple of 5 float
        Of the charts of `CHARTS`, in thresholds.
    observed : int
    predicted, error, pull : float or None
        None where there was no prediction.
    """

    section: int
    pileup: float
    live: float
    rates: tuple[float, float, float, float]
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
        Of the logarithms of shares and rate, by name in `CHARTS`; A has none.
    charts : dict of str to Chart
        By name in `CHARTS`.
    followers : tuple of 4 Follower
        Of the prescale counters.
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
        default_factory=lambda: {name: Reference() for name in CHARTS[1:]}
    )
    charts: dict[str, Chart] = field(default_factory=lambda: {name: Chart() for name in CHARTS})
    followers: tuple[Follower, ...] = (Follower(),) * 4
    window: Window = field(default_factory=Window)
    active: tuple[Alarm, ...] = ()
    log: tuple[Alarm, ...] = ()
    raised: dict[str, int] = field(default_factory=dict)
    history: tuple[Point, ...] = ()


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
    """References of the shares B, C and D from the state of an earlier run.

    The rate is left out: it changes with the number of bunches.

    Raises
    ------
    RunFolderError, SchemaError
        As `load`.
    """
    known = _read(path, read_json(path, STATE_SCHEMA)).references
    return {name: known[name] for name in ("B", "C", "D")}


def _read(path: Path, record: dict[str, Any]) -> MonitorState:
    try:
        state = _FORM.validate_python(record.get("state"))
    except pydantic.ValidationError:
        raise RunFolderError(
            path, "must hold the state of a monitor", "something else", "delete it and start again"
        ) from None
    if not {*CHARTS} == {*state.charts} == {"A", *state.references} or len(state.followers) != 4:
        raise RunFolderError(
            path, "must hold all charts and references", "some of them", "delete it and start again"
        )
    return state


def _plain(settings: Settings) -> dict[str, Any]:
    return asdict(settings) | {"rule": settings.rule.value}
