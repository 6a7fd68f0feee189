"""Region A along the diagonal against its two thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trigger_ad.pages.names import title
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.menu import Line, Steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Thresholds of score 2 written along the upper axis.
_TICKS = 7


#: Line widths and opacity: a second line lies upon a broad first one.
_BROAD, _THIN = {"linewidth": 4.0, "alpha": 0.35}, {"linewidth": 1.4}


def draw(numbers: Steps) -> Figure:
    """Rate or efficiency against the threshold of score 1; that of score 2 is above."""
    what = "rate" if numbers.in_hz else "efficiency"
    looks = (("black", _BROAD), (COLORS[0], _THIN)) if numbers.lines[1:] else (("black", _THIN),)
    with style():
        figure, (axis,) = grid(1, 1, 4.2)
        for (color, look), line in zip(looks, numbers.lines, strict=True):
            _line(axis, numbers, line, color, look)
        if any(line.few.any() for line in numbers.lines):
            axis.plot([], [], "--", color="#5b6470", label=numbers.few)
        one, two, value = numbers.point
        label = f"working point ({one:.0f}, {two:.0f})"
        axis.plot(one, value, "D", color=COLORS[1], markersize=6, label=label, zorder=5)
        axis.set(
            yscale="log",
            xlabel=f"threshold of {title('score1')} [counts]",
            ylabel=f"{what} of region A" + (" [Hz]" if numbers.in_hz else ""),
        )
        axis.legend(loc="upper right")
        _second_threshold(axis, numbers)
    return figure


def _line(axis: Axes, numbers: Steps, line: Line, color: str, look: dict[str, Any]) -> None:
    """Full where there are events enough, dashed below; with its band."""
    x, values = numbers.threshold1, np.where(line.values > 0, line.values, np.nan)
    axis.plot(x, np.where(line.few, np.nan, values), color=color, label=line.label, **look)
    if line.few.any():
        first = max(int(np.argmax(line.few)) - 1, 0)  # joins the full line
        axis.plot(x[first:], values[first:], "--", color=color, **look)
    if np.isfinite(line.low).any():
        lowest = float(np.nanmin(values)) / 20  # 0 is not on the axis
        axis.fill_between(
            x,
            np.maximum(line.low, lowest),
            line.high,
            color=color,
            alpha=0.18,
            linewidth=0,
            label="95 % interval",
        )


def _second_threshold(axis: Axes, numbers: Steps) -> None:
    axis.tick_params(top=False, which="both")
    upper = axis.twiny()
    upper.set_xlim(axis.get_xlim())
    wanted = np.linspace(numbers.threshold1[0], numbers.threshold1[-1], _TICKS)
    places = sorted({int(np.argmin(np.abs(numbers.threshold1 - x))) for x in wanted})
    apart = (numbers.threshold1[-1] - numbers.threshold1[0]) / (2 * _TICKS)
    kept: list[int] = []
    for place in places:
        if not kept or numbers.threshold1[place] - numbers.threshold1[kept[-1]] > apart:
            kept.append(place)
    labels = [f"{numbers.threshold2[place]:.0f}" for place in kept]
    upper.set_xticks([float(numbers.threshold1[place]) for place in kept], labels)
    upper.minorticks_off()
    upper.set_xlabel(f"threshold of {title('score2')} [counts]")
