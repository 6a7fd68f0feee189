"""Significance with and without the ABCD estimate, as in Fig. 3 of Mikuni, Nachman and Shih."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.names import axis_label
from trigger_ad.pages.style import color_of, grid, style
from trigger_ad.report.numbers.run import Significances

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Of what the SM sample gives without any signal; no signal has this colour.
_NOTHING = "#717581"


def draw(numbers: Significances) -> Figure:
    """One panel for each signal, all with the same legend above them."""
    signals = tuple(panel.signal for panel in numbers.panels)
    with style():
        figure, axes = grid(len(numbers.panels), 2, 2.9, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            percent, color = 100 * panel.sm_efficiency, color_of(panel.signal, signals)
            lines = [
                (panel.alone, _NOTHING, "o-", "ABCD, SM sample alone"),
                (panel.uncorrected, color, "-", "ABCD, signal in the sidebands"),
                (panel.corrected, color, "--", "ABCD, sidebands corrected"),
                (panel.known, "black", "-", "two scores, background known"),
                (panel.single, "black", ":", "single, background known"),
            ]
            if np.isfinite(panel.alone_with_kappa).any():
                lines += [
                    (
                        panel.alone_with_kappa,
                        _NOTHING,
                        "s:",
                        "SM sample alone, with kappa and errors",
                    ),
                    (panel.with_kappa, color, "-.", "ABCD, with kappa and errors"),
                ]
            axis.fill_between(percent, panel.alone, color=_NOTHING, alpha=0.35, linewidth=0)
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
        _legend(figure, axes)
    return figure


def _legend(figure: Figure, axes: Sequence[Axes]) -> None:
    """Name each line once, in all colours that it has."""
    from matplotlib.legend_handler import HandlerTuple

    names = [str(line.get_label()) for line in axes[0].lines]
    lines = zip(*(axis.lines for axis in axes), strict=True)
    shown = [tuple({line.get_color(): line for line in same}.values()) for same in lines]
    figure.legend(
        handles=shown,
        labels=names,
        loc="outside upper center",
        ncols=3,
        handlelength=4,
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.2)},
    )
