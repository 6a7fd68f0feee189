"""What the precision of a prediction costs in read-out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.tradeoff import TradeOff

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)

_MARKED = ((1.0, r"$f=1$"), (float(np.sqrt(3)), r"$f=\sqrt{3}$"))


def draw(numbers: TradeOff) -> Figure:
    """Events read out for each one in region A against the error over its square root."""
    with style():
        figure, (axis,) = grid(1, 1, 4.2)
        for line, color, dashes in zip(numbers.lines, COLORS[1:], ("-", "--"), strict=False):
            axis.plot(line.precision, line.total, dashes, color=color, label=line.label)
        axis.plot(
            numbers.counters,
            1,
            "s",
            color="black",
            markersize=6,
            clip_on=False,
            zorder=5,
            label="counters before prescale, no read-out",
        )
        if numbers.present:
            axis.plot(
                *numbers.present,
                "D",
                color=COLORS[0],
                markersize=6,
                zorder=5,
                label="prescales in the registers",
            )
        axis.set(
            xscale="log",
            yscale="log",
            xlabel=r"$f$: error of the prediction$\,/\sqrt{N_A}$",
            ylabel="events read out for each one in A",
        )
        axis.set_ylim(0.8, None)
        low, high = axis.get_xlim()
        axis.set_xticks(*_ticks(low, high))
        axis.set_xlim(low, high)
        for place, text in _MARKED:
            axis.axvline(place, color="#9c9ca1", linestyle=":", linewidth=1)
            axis.text(place, 0.94, f" {text}", transform=axis.get_xaxis_transform(), fontsize=9)
        if numbers.region_hz:
            hz = numbers.region_hz
            axis.tick_params(right=False, which="both")
            right = axis.secondary_yaxis(
                "right", functions=(partial(np.multiply, hz), partial(np.multiply, 1 / hz))
            )
            right.set_ylabel("all regions after prescale [Hz]")
        axis.legend(loc="upper right")
    return figure


def _ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    shown = [tick for tick in _TICKS if low <= tick <= high]
    return shown, [f"{tick:g}" for tick in shown]
