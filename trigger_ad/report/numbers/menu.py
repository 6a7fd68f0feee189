"""The menu of a run in numbers: its staircase, its overlaps, what the anomaly seed gains."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trigger_ad.menu.record import GainRecord, MenuRatesRecord, SeedGainRow
from trigger_ad.menu.rivals import RIVALS, leg_thresholds
from trigger_ad.pages.format import percent
from trigger_ad.pages.names import listed, sample_label, title
from trigger_ad.rates.figure import EffectiveFigure, SeedFigure
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
    pure : SeedFigure
        Rate of background that only this seed takes.
    value, low, high, limit : ndarray of float64, shape (n_signals,)
        Efficiency with its 95 % interval, NaN where only an upper limit is quoted.
    difference, difference_low, difference_high : ndarray of float64, shape (n_signals,)
        Efficiency of the anomaly seed minus this one on the same events, with its 95 % interval;
        NaN of itself, and where it is not known.
    """

    label: str
    pure: SeedFigure
    value: Values
    low: Values
    high: Values
    limit: Values
    difference: Values
    difference_low: Values
    difference_high: Values


@dataclass(frozen=True)
class Gains:
    """The anomaly seed first, then its rivals of the same pure rate."""

    signals: tuple[str, ...]
    seeds: tuple[SeedGain, ...]


def staircase(run: Run) -> Steps | None:
    """Region A on the threshold split, all of it and what no other seed takes."""
    if run.menu is None:
        return None
    steps, hz = run.menu.staircase, run.menu.input_rate_hz
    order = np.lexsort((-np.array(steps.total), np.array(steps.threshold1)))
    scale = (hz or 1.0) / steps.events
    lines = []
    for label, found, effective in (
        ("all events", steps.total, steps.effective),
        ("taken by no other seed", steps.pure, steps.effective_pure),
    ):
        counts = np.array(found, dtype=np.float64)[order]
        worth = counts if effective is None else np.array(effective, dtype=np.float64)[order]
        unknown = np.full(len(counts), np.nan)
        lines.append(Line(label, counts * scale, unknown, unknown, worth < LEAST_EFFECTIVE))
    one, two = (np.array(of, dtype=np.float64) for of in (steps.threshold1, steps.threshold2))
    chosen = steps.chosen
    point = float(one[chosen]), float(two[chosen]), float(steps.total[chosen] * scale)
    few = "fewer than 100 events" if steps.effective is None else "fewer than 100 effective events"
    return Steps(one[order], two[order], tuple(lines), point, hz is not None, few)


def overlaps(rates: MenuRatesRecord, input_hz: float | None, live: float = 1.0) -> Overlaps:
    """Overlaps of the seeds of a menu.

    Parameters
    ----------
    rates : MenuRatesRecord
    input_hz : float or None
    live : float
        Declared live fraction, which rates in Hz after prescale are multiplied with.
    """
    panels = (
        Overlap(
            f"{when} prescale",
            np.array([[_number(cell.value) for cell in row] for row in cells]) * scale,
            np.array([[_number(cell.upper_limit) for cell in row] for row in cells]) * scale,
        )
        for when, cells, scale in (
            ("before", rates.overlap_before, input_hz or 1.0),
            ("after", rates.overlap_after, (input_hz or 1.0) * live),
        )
    )
    seeds = rates.overlap_seeds or tuple(seed.name for seed in rates.seeds)
    return Overlaps(seeds, tuple(panels), input_hz is not None)


def menu_overlaps(run: Run) -> Overlaps | None:
    """Overlaps of the seeds of a run's menu."""
    return None if run.menu is None else overlaps(run.menu.rates, run.menu.input_rate_hz)


def gains(run: Run) -> Gains | None:
    """Gain of the anomaly seed and of its rivals, signal by signal."""
    if run.menu is None or run.menu.gain is None:
        return None
    rows, hz = run.menu.gain.gain, run.menu.input_rate_hz
    signals = tuple(rows[0].signal)
    seeds = []
    for row in rows:
        figures = [row.signal[signal] for signal in signals]
        seeds.append(
            SeedGain(
                seed_label(row),
                _both(row.pure, hz),
                value=np.array([_number(figure.value) for figure in figures]),
                low=np.array([_number(figure.low) for figure in figures]),
                high=np.array([_number(figure.high) for figure in figures]),
                limit=np.array([_number(figure.upper_limit) for figure in figures]),
                difference=_beside(row, signals, "value"),
                difference_low=_beside(row, signals, "low"),
                difference_high=_beside(row, signals, "high"),
            )
        )
    return Gains(signals, tuple(seeds))


def _beside(row: SeedGainRow, signals: tuple[str, ...], end: str) -> Values:
    """One of the ends of the differences, NaN where there is none."""
    if row.difference is None:
        return np.full(len(signals), np.nan)
    return np.array([getattr(row.difference[signal], end) for signal in signals])


def seed_label(row: SeedGainRow) -> str:
    """Name of a seed; a rival by its cuts."""
    if row.threshold is None:
        return row.name
    cut = f"{row.threshold}"
    if row.name in RIVALS:
        legs = leg_thresholds(row.name, row.threshold)
        cut = f"{', '.join(f'{leg * _COUNT_GEV:g}' for leg in legs)} GeV"
    part = "" if row.part is None else f", {percent(row.part)} of those at it"
    return f"{title(row.name)} ≥ {cut}{part}"


def shortfalls(gain: GainRecord | None) -> Iterator[str]:
    """Sentences on the signals of which a rival takes more than the anomaly seed.

    Only where the 95 % interval of the difference on the same events leaves 0 out; of earlier
    records, which do not have it, where the 95 % intervals of both do not touch.
    """
    if gain is None:
        return
    seed, *rivals = gain.gain
    for signal, own in seed.signal.items():
        better = [title(rival.name) for rival in rivals if _takes_more(rival, signal, own)]
        if better:
            yield (
                f"Of the {sample_label(signal)} events that no conventional seed takes, more are "
                f"taken by {listed(better)} than by {seed.name} at the same pure rate."
            )


def _takes_more(rival: SeedGainRow, signal: str, own: EffectiveFigure) -> bool:
    if rival.difference is None:
        return rival.signal[signal].lowest > own.highest
    return rival.difference[signal].verdict == "below"


def _number(value: float | None) -> float:
    """Number of a record; null is NaN and is not drawn."""
    return math.nan if value is None else value


def _both(figure: EffectiveFigure, hz: float | None) -> SeedFigure:
    """Efficiency and, where there is a normalisation, the same in Hz."""
    return SeedFigure(efficiency=figure, hz=None if hz is None else figure.scaled(hz))
