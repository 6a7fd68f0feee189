"""Significance with and without the ABCD estimate, as in Fig. 3 of Mikuni, Nachman and Shih."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.report.figures.style import color_of, grid, style
from trigger_ad.report.names import axis_label
from trigger_ad.report.numbers import Significances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(numbers: Significances) -> Figure:
    """One panel for each signal."""
    signals = tuple(panel.signal for panel in numbers.panels)
    with style():
        figure, axes = grid(len(numbers.panels), 2, 2.9, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            percent, color = 100 * panel.sm_efficiency, color_of(panel.signal, signals)
            axis.plot(percent, panel.uncorrected, color=color, label="ABCD, signal in the sidebands")
            axis.plot(percent, panel.corrected, color=color, linestyle="--", label="ABCD, sidebands corrected")
            axis.plot(percent, panel.single, color="black", linestyle=":",
                      label="single, background known")  # fmt: skip
            axis.set(
                xscale="log", xlabel="SM efficiency [%]", ylabel="significance",
                title=axis_label(panel.signal), ylim=(0, None),
            )  # fmt: skip
            axis.xaxis.set_major_formatter("{x:g}")
            axis.legend()
    return figure
