"""What the anomaly seed adds to a menu, beside conventional seeds of the same pure rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.format import quoted
from trigger_ad.pages.names import axis_label
from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.menu import Gains

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_MARKERS = ("D", "o", "s", "^", "v")

#: Distance of the seeds at one signal, so that their bars do not overlap.
_STEP = 0.16


def draw(numbers: Gains) -> Figure:
    """Efficiency among the events of each signal that no conventional seed takes."""
    with style():
        figure, (axis,) = grid(1, 1, 4.2)
        for place, seed in enumerate(numbers.seeds):
            x = np.arange(len(numbers.signals)) + _STEP * (place - (len(numbers.seeds) - 1) / 2)
            color = COLORS[place % len(COLORS)]
            bars = 100 * (seed.value - seed.low), 100 * (seed.high - seed.value)
            axis.errorbar(
                x,
                100 * seed.value,
                yerr=bars,
                fmt=_MARKERS[place % len(_MARKERS)],
                color=color,
                capsize=2.5,
                elinewidth=1.2,
                label=f"{seed.label}, pure {quoted(seed.pure)}".replace("$", r"\$"),
            )
            axis.plot(
                x,
                100 * seed.limit,
                linestyle="none",
                marker=r"$\downarrow$",
                color=color,
                markersize=9,
            )
        labels = [axis_label(signal) for signal in numbers.signals]
        axis.set_xticks(range(len(labels)), labels)
        axis.minorticks_off()
        axis.set(ylabel="efficiency among untaken events [%]", xlim=(-0.6, len(labels) - 0.4))
        _, high = axis.get_ylim()
        axis.set_ylim(0, 1.3 * high)
        axis.legend(loc="upper right")
    return figure
