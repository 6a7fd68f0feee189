"""The menu of a run in numbers: its staircase, its overlaps, what the anomaly seed gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trigger_ad.pages.names import sample_label
from trigger_ad.report.numbers.load import Run
from trigger_ad.report.numbers.run import Values
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE

__all__ = [
    "Gains",
    "Line",
    "Overlap",
    "Overlaps",
    "SeedGain",
    "Steps",
    "gains",
    "menu_overlaps",
    "overlaps",
    "seed_label",
    "shortfalls",
    "staircase",
]

#: Momentum of one count, in GeV.
_COUNT_GEV = 0.5

_RIVALS = {"ht": "HT", "met": "MET"}


@dataclass(frozen=True)
class Line:
    """A rate or an efficiency at every threshold; shapes (n_steps,).

    Parameters
    ----------
    label : str
    values, low, high : ndarray of float64
        Figure and 95 % interval, which is NaN where it is not known.
    few : ndarray of bool
        Whether fewer than 100 events stand behind it.
    """

    label: str
    values: Values
    low: Values
    high: Values
    few: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Steps:
    """Region A along the diagonal.

    Parameters
    ----------
    threshold1, threshold2 : ndarray of float64, shape (n_steps,)
        In LSB of the scores, rising.
    lines : tuple of Line
    point : tuple of float
        Both thresholds and the figure of the first line at the working point.
    in_hz : bool
        Whether figures are rates in Hz; efficiencies otherwise.
    few : str
        What the dashed parts of the lines have.
    """

    threshold1: Values
    threshold2: Values
    lines: tuple[Line, ...]
    point: tuple[float, float, float]
    in_hz: bool
    few: str


@dataclass(frozen=True)
class Overlap:
    """Events that two seeds share.

    Parameters
    ----------
    name : str
    value, limit : ndarray of float64, shape (n_seeds, n_seeds)
        Figure, NaN where only an upper limit is quoted, which is NaN elsewhere.
    """

    name: str
    value: Values
    limit: Values


@dataclass(frozen=True)
class Overlaps:
    """Overlaps of all pairs of seeds, before and after prescale."""

    seeds: tuple[str, ...]
    panels: tuple[Overlap, ...]
    in_hz: bool


@dataclass(frozen=True)
class SeedGain:
    """What a seed takes of the signal events that no conventional seed takes.

    Parameters
    ----------
    label : str
    pure : dict
        Rate of background that only this seed takes: `efficiency` and `hz`, as in a record.
    value, low, high, limit : ndarray of float64, shape (n_signals,)
        Efficiency with its 95 % interval, NaN where only an upper limit is quoted.
    """

    label: str
    pure: dict[str, Any]
    value: Values
    low: Values
    high: Values
    limit: Values


@dataclass(frozen=True)
class Gains:
    """The anomaly seed first, then its rivals of the same pure rate."""

    signals: tuple[str, ...]
    seeds: tuple[SeedGain, ...]


def staircase(run: Run) -> Steps | None:
    """Region A on the threshold split, all of it and what no other seed takes."""
    if run.menu is None:
        return None
    steps, hz = run.menu["staircase"], run.menu["input_rate_hz"]
    order = np.lexsort((-np.array(steps["total"]), steps["threshold1"]))
    scale = (hz or 1.0) / steps["events"]
    lines = []
    for label, key in (("all events", "total"), ("taken by no other seed", "pure")):
        counts = np.array(steps[key], dtype=np.float64)[order]
        unknown = np.full(len(counts), np.nan)
        lines.append(Line(label, counts * scale, unknown, unknown, counts < LEAST_EFFECTIVE))
    one, two = (np.array(steps[f"threshold{n}"], dtype=np.float64) for n in (1, 2))
    chosen = steps["chosen"]
    point = float(one[chosen]), float(two[chosen]), float(steps["total"][chosen] * scale)
    return Steps(
        one[order], two[order], tuple(lines), point, hz is not None, "fewer than 100 events"
    )


def overlaps(rates: Mapping[str, Any], input_hz: float | None, live: float = 1.0) -> Overlaps:
    """Overlaps of a record ``menu_rates/3``, or 2, which has those of all seeds.

    Parameters
    ----------
    rates : mapping
    input_hz : float or None
    live : float
        Declared live fraction, which rates in Hz after prescale are multiplied with.
    """
    panels = (
        Overlap(
            f"{when} prescale",
            _matrix(rates[f"overlap_{when}"], "value", scale),
            _matrix(rates[f"overlap_{when}"], "upper_limit", scale),
        )
        for when, scale in (("before", input_hz or 1.0), ("after", (input_hz or 1.0) * live))
    )
    seeds = rates.get("overlap_seeds") or [seed["name"] for seed in rates["seeds"]]
    return Overlaps(tuple(seeds), tuple(panels), input_hz is not None)


def menu_overlaps(run: Run) -> Overlaps | None:
    """Overlaps of the seeds of a run's menu."""
    return None if run.menu is None else overlaps(run.menu["rates"], run.menu["input_rate_hz"])


def gains(run: Run) -> Gains | None:
    """Gain of the anomaly seed and of its rivals, signal by signal."""
    if run.menu is None or run.menu["gain"] is None:
        return None
    rows, hz = run.menu["gain"]["gain"], run.menu["input_rate_hz"]
    signals = tuple(rows[0]["signal"])
    keys = ("value", "low", "high", "upper_limit")
    seeds = []
    for row in rows:
        figures = [[row["signal"][signal][key] for signal in signals] for key in keys]
        columns = (np.array(values, dtype=np.float64) for values in figures)
        seeds.append(SeedGain(seed_label(row), _both(row["pure"], hz), *columns))
    return Gains(signals, tuple(seeds))


def seed_label(row: Mapping[str, Any]) -> str:
    """Name of a seed of a record ``menu_gain/1``; a rival by its cut."""
    if row["threshold"] is None:
        return str(row["name"])
    return f"{_RIVALS.get(row['name'], row['name'])} ≥ {row['threshold'] * _COUNT_GEV:g} GeV"


def shortfalls(menu: Mapping[str, Any] | None) -> Iterator[str]:
    """Sentences on the signals of which a rival takes more than the anomaly seed.

    Only where the 95 % intervals do not touch.
    """
    if menu is None or menu["gain"] is None:
        return
    seed, *rivals = menu["gain"]["gain"]
    for signal, own in seed["signal"].items():
        most = own["upper_limit"] if own["value"] is None else own["high"]
        better = [r for r in rivals if (r["signal"][signal]["low"] or 0.0) > most]
        if better:
            yield (
                f"Of the {sample_label(signal)} events that no conventional seed takes, "
                f"{' and '.join(map(seed_label, better))} at the same pure rate "
                f"{'takes' if len(better) == 1 else 'take'} more than {seed['name']}."
            )


def _matrix(rows: Sequence[Sequence[Mapping[str, Any]]], key: str, scale: float) -> Values:
    cells = [[cell[key] for cell in row] for row in rows]
    return np.array(cells, dtype=np.float64) * scale


def _both(figure: Mapping[str, Any], hz: float | None) -> dict[str, Any]:
    """Efficiency and, where there is a normalisation, the same in Hz."""
    scaled = None
    if hz is not None:
        keys = ("value", "low", "high", "upper_limit")
        scaled = {k: None if figure[k] is None else figure[k] * hz for k in keys}
    return {"efficiency": dict(figure), "hz": scaled}
