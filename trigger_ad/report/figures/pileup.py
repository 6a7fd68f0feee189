"""Rates against pile-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.pileup import AgainstPileup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_MARKERS = ("o", "s", "D", "^", "v")

#: Distance of the regions in a bin, in collisions, so that their bars do not overlap.
_STEP = 0.5


def draw(numbers: AgainstPileup) -> Figure:
    """Regions before prescale, and their sum after it; arrows are upper limits."""
    unit = "rate [Hz]" if numbers.in_hz else "efficiency"
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.9, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            inks = ("black", *COLORS[:3]) if len(panel.points) > 1 else ("black",)
            for place, (points, color) in enumerate(zip(panel.points, inks, strict=True)):
                x = points.x + _STEP * (place - (len(panel.points) - 1) / 2)
                axis.errorbar(
                    x,
                    points.value,
                    yerr=(points.value - points.low, points.high - points.value),
                    fmt=_MARKERS[place],
                    color=color,
                    label=points.label,
                    capsize=2,
                    elinewidth=1.1,
                    markersize=4,
                )
                axis.plot(x, points.limit, linestyle="none", marker=r"$\downarrow$", color=color)
            axis.set(yscale="log", title=panel.name, xlabel="pile-up", ylabel=unit)
            low, high = axis.get_ylim()
            axis.set_ylim(low, high * (high / low) ** 0.12)
            axis.legend(loc="upper center", ncols=4)
    return figure
