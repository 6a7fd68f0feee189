"""Rates in bins of what must not explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.names import title
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.invariance import Binned, Invariance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CAPTION", "draw"]

CAPTION = (
    "Rate in each bin over the mean of the bins: each score above the cut that a tenth of all "
    "events passes, and region A; by octant of the azimuth of the leading object of each kind, by "
    "flavour of leptons and by pile-up. Bars are 95 % intervals, arrows 95 % upper limits where "
    "there are fewer than 100 effective events. The band is as wide as may be between largest and "
    "smallest."
)

_MARKERS = ("o", "s", "D")

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)

#: Distance of the rates in a bin, so that their bars do not overlap.
_STEP = 0.2


def draw(numbers: Invariance) -> Figure:
    """A panel for each quantity."""
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.2)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            _panel(axis, panel)
        axes[0].legend(loc="upper center", ncols=3)
    return figure


def _panel(axis: Axes, panel: Binned) -> None:
    if panel.allowed is not None:
        half = panel.allowed**0.5
        axis.axhspan(1 / half, half, color="#e8efe2", zorder=0)
    axis.axhline(1, color="black", linewidth=0.8)
    for place, (rates, color) in enumerate(zip(panel.series, ("black", *COLORS), strict=False)):
        x = np.arange(len(panel.bins)) + _STEP * (place - (len(panel.series) - 1) / 2)
        axis.errorbar(
            x,
            rates.value,
            yerr=(rates.value - rates.low, rates.high - rates.value),
            fmt=_MARKERS[place % len(_MARKERS)],
            color=color,
            label="region A" if rates.what == "A" else title(rates.what),
            capsize=2,
            elinewidth=1.1,
            markersize=4,
        )
        axis.plot(x, rates.limit, linestyle="none", marker=r"$\downarrow$", color=color)
    labels = [name.removesuffix(" degrees").replace(" to ", "–") for name in panel.bins]
    axis.set_xticks(range(len(labels)), labels, rotation=30 if len(labels) > 5 else 0)
    axis.minorticks_off()
    axis.set(yscale="log", title=title(panel.by), ylabel="rate / mean")
    low, high = axis.get_ylim()
    low, high = min(low, 0.45), 1.3 * max(high, 1.7)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.yaxis.set_minor_formatter("")
    axis.set_ylim(low, high)
