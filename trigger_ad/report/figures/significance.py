"""Significance with and without the ABCD estimate, as in Fig. 3 of Mikuni, Nachman and Shih."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.pages.names import axis_label
from trigger_ad.pages.style import color_of, grid, style
from trigger_ad.report.numbers.run import Significances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Of what the SM sample gives without any signal; no signal has this colour.
_NOTHING = "#717581"


def draw(numbers: Significances) -> Figure:
    """One panel for each signal."""
    signals = tuple(panel.signal for panel in numbers.panels)
    with style():
        figure, axes = grid(len(numbers.panels), 2, 2.9, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            percent, color = 100 * panel.sm_efficiency, color_of(panel.signal, signals)
            lines = (
                (panel.uncorrected, color, "-", "ABCD, signal in the sidebands"),
                (panel.corrected, color, "--", "ABCD, sidebands corrected"),
                (panel.known, "black", "-", "two scores, background known"),
                (panel.single, "black", ":", "single, background known"),
            )
            axis.fill_between(percent, panel.alone, color=_NOTHING, alpha=0.35, linewidth=0)
            axis.plot(percent, panel.alone, "o-", color=_NOTHING, label="ABCD, SM sample alone")
            for values, ink, line, label in lines:
                axis.plot(percent, values, line, color=ink, label=label)
            axis.set(
                xscale="log",
                xlabel="SM efficiency [%]",
                ylabel="significance",
                title=axis_label(panel.signal),
                ylim=(0, None),
            )
            axis.set_xticks(percent, [f"{value:g}" for value in percent])
            axis.minorticks_off()
            axis.legend()
    return figure
