"""The figure of the monitor page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.monitor.settings import charts
from trigger_ad.monitor.state import Point
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.trigger.regions import region_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


#: Of a legend, at most.
_COLUMNS = 5


def draw(history: Sequence[Point]) -> Figure:
    """Pull, prediction and observation, charts and rates against section.

    Parameters
    ----------
    history : sequence of Point
        Oldest first; not empty.
    """
    with style("monitor"):
        figure, axes = grid(4, 2, 2.75, sharex=True)
        sections = np.array([point.section for point in history])
        _prediction(axes[0], sections, history)
        _pulls(axes[1], sections, history)
        _charts(axes[2], sections, history)
        _rates(axes[3], sections, history)
        for axis in axes[2:]:
            axis.set_xlabel("luminosity section")
    return figure


def _column(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _prediction(axis: Axes, sections: np.ndarray, history: Sequence[Point]) -> None:
    predicted = _column([point.predicted for point in history])
    error = _column([point.error for point in history])
    observed = _column([point.observed for point in history])
    axis.plot(sections, observed, "o", color="black", markersize=2.2, label="observed")
    axis.plot(sections, predicted, color=COLORS[0], label="predicted, one standard deviation")
    axis.fill_between(
        sections, predicted - error, predicted + error, color=COLORS[0], alpha=0.25, linewidth=0
    )
    axis.set(ylabel="events in A", title="Prediction and observation")
    _legend(axis, 2)


def _pulls(axis: Axes, sections: np.ndarray, history: Sequence[Point]) -> None:
    pulls = np.clip(_column([point.pull for point in history]), -6, 6)
    axis.axhspan(-2, 2, color="#f1f3f5")
    axis.axhspan(-1, 1, color="#dfe4ea")
    axis.axhline(0, color="black", linewidth=0.8)
    axis.plot(sections, pulls, "o", color=COLORS[1], markersize=2.8)
    axis.set(
        ylabel="pull of A", ylim=(-6.5, 6.5), title="Pull (bands: 1 and 2 standard deviations)"
    )


def _charts(axis: Axes, sections: np.ndarray, history: Sequence[Point]) -> None:
    names = charts(len(history[-1].rates))
    for place, (name, line) in enumerate(zip(names, cycle(_LINES), strict=False)):
        levels = _column([point.levels[place] for point in history])
        color = "black" if place == 0 else COLORS[place % len(COLORS)]
        axis.plot(sections, levels, linestyle=line, color=color, label=name)
    for limit in (-1, 1):
        axis.axhline(limit, color=COLORS[0], linewidth=0.9)
    axis.set(ylabel="CUSUM / threshold", ylim=(-1.5, 1.9), title="CUSUM (alarm beyond ±1)")
    _legend(axis, min(len(names), _COLUMNS))


def _rates(axis: Axes, sections: np.ndarray, history: Sequence[Point]) -> None:
    names = region_names(len(history[-1].rates))
    rates = np.array([point.rates for point in history]).reshape(-1, len(names))
    rates = np.where(rates > 0, rates, np.nan)
    for place, (name, line) in enumerate(zip(names, cycle(_LINES), strict=False)):
        color = "black" if place == 0 else COLORS[place % len(COLORS)]
        axis.plot(sections, rates[:, place], linestyle=line, color=color, label=name)
    axis.set(ylabel="rate of live time [Hz]", title="Rates before prescale")
    if np.isfinite(rates).any():
        axis.set_yscale("log")
        low, high = np.nanmin(rates), np.nanmax(rates)
        axis.set_ylim(low / 2, high * (high / low) ** 0.25 * 2)
    _legend(axis, min(len(names), _COLUMNS))


def _legend(axis: Axes, columns: int) -> None:
    axis.legend(loc="upper left", ncols=columns, columnspacing=1.0, handlelength=1.8)
    low, high = axis.get_ylim()
    if axis.get_yscale() == "linear" and columns == 2:
        axis.set_ylim(low, high + 0.25 * (high - low))
