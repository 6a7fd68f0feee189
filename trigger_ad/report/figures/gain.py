"""What the anomaly seed adds to a menu, beside other seeds of the same pure rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.names import axis_label
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.menu import Gains

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Panels in a row, and height of a line of one in inches.
_COLUMNS, _LINE = 3, 0.27


def draw(numbers: Gains) -> Figure:
    """Efficiency among the events of each signal that no conventional seed takes, seed by seed."""
    labels = [seed.label.replace("$", r"\$") for seed in numbers.seeds]
    with style():
        height = 1.3 + _LINE * len(labels)
        figure, axes = grid(len(numbers.signals), _COLUMNS, height, sharey=True)
        for place, axis in enumerate(axes):
            _panel(axis, numbers, place)
        axes[0].set_yticks(range(len(labels)), labels)
        axes[0].set_ylim(len(labels) - 0.5, -0.5)
    return figure


def _panel(axis: Axes, numbers: Gains, signal: int) -> None:
    """One signal; the anomaly seed is a line with a band."""
    own = numbers.seeds[0]
    if np.isfinite(own.value[signal]):
        axis.axvline(100 * own.value[signal], color=COLORS[0], linewidth=0.8)
        ends = 100 * own.low[signal], 100 * own.high[signal]
        axis.axvspan(*ends, color=COLORS[0], alpha=0.15, linewidth=0)
    for line, seed in enumerate(numbers.seeds):
        color = COLORS[0] if seed is own else "black"
        value = seed.value[signal]
        bars = [[100 * (value - seed.low[signal])], [100 * (seed.high[signal] - value)]]
        axis.errorbar(
            [100 * value], [line], xerr=bars, fmt="o", color=color, capsize=2.5, elinewidth=1.2
        )
        limit = [100 * seed.limit[signal]]
        axis.plot(
            limit, [line], color=color, marker=r"$\leftarrow$", markersize=9, linestyle="none"
        )
    axis.set(title=axis_label(numbers.signals[signal]), xlabel="efficiency [%]", xlim=(0, None))
    axis.tick_params(axis="y", which="both", length=0)
    axis.yaxis.minorticks_off()
