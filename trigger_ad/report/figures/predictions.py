"""Closure of a scan: against the efficiency of region A, and against pile-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.abcd.closure import BAND
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.diagonal import Closures
from trigger_ad.report.numbers.scan import Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: The axis shows at most this, or its inverse.
_MOST = 2.5


def draw(numbers: Closures) -> Figure:
    """Predicted over observed; hollow where fewer than 100 effective events are in A."""
    panels = [numbers.efficiency] + ([numbers.pileup] if numbers.pileup else [])
    with style():
        figure, axes = grid(len(panels), 2, 3.9, sharey=True)
        for axis, points in zip(axes, panels, strict=True):
            axis.axhspan(1 - BAND, 1 + BAND, color="#e8efe2", zorder=0)
            axis.axhline(1, color="black", linewidth=0.8)
            _points(axis, points)
            axis.set(ylim=_limits(panels), ylabel="predicted / observed")
        axes[0].set(xscale="log", xlabel="efficiency of region A", title=numbers.along)
        axes[0].axvline(
            numbers.working_point,
            color=COLORS[0],
            linestyle=":",
            linewidth=1.2,
            label="working point",
        )
        axes[0].legend(loc="upper right", frameon=True, framealpha=0.9, edgecolor="none")
        if numbers.pileup:
            axes[1].set(xlabel="pile-up", title="at the working point")
    return figure


def _points(axis: Axes, points: Points) -> None:
    looks = (
        (~points.few, COLORS[1], None, "100 effective events or more"),
        (points.few, COLORS[4], "white", "extrapolation"),
    )
    for chosen, color, face, label in looks:
        if chosen.any():
            value = points.value[chosen]
            bars = value - points.low[chosen], points.high[chosen] - value
            axis.errorbar(
                points.x[chosen],
                value,
                yerr=bars,
                fmt="o",
                color=color,
                markerfacecolor=face,
                label=label,
                capsize=2,
                elinewidth=1.1,
                markersize=4,
            )


def _limits(panels: list[Points]) -> tuple[float, float]:
    """Range of all intervals, as far as it can be read."""
    low, high = (np.concatenate([getattr(p, end) for p in panels]) for end in ("low", "high"))
    return max(float(low.min()) - 0.05, 0.0), min(1.15 * float(high.max()), _MOST)
