"""The plane of the two scores with its regions, and float against firmware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.pages.names import axis_label, title
from trigger_ad.pages.style import grid, style
from trigger_ad.report.numbers.run import Plane, Planes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw", "draw_agreement"]


def draw(numbers: Planes) -> Figure:
    """Firmware scores of every sample; dashed lines are the thresholds of the regions."""
    with style():
        figure, axes = grid(len(numbers.panels), 3, 3.0, sharex=True, sharey=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            _cells(figure, axis, panel)
            one, two = numbers.thresholds
            axis.axvline(one, color="black", linestyle="--", linewidth=1)
            axis.axhline(two, color="black", linestyle="--", linewidth=1)
            for region, share in panel.shares.items():
                right, top = region in "AB", region in "AC"
                axis.text(
                    0.97 if right else 0.04,
                    0.96 if top else 0.04,
                    f"{region}  {100 * share:.3g} %",
                    transform=axis.transAxes,
                    fontsize=9,
                    ha="right" if right else "left",
                    va="top" if top else "bottom",
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
                )
            axis.set(title=axis_label(panel.name), xlabel=title("score1"), ylabel=title("score2"))
    return figure


def draw_agreement(numbers: Planes) -> Figure:
    """Float score against firmware score; the line is equality."""
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.9)
        for axis, panel, cut in zip(axes, numbers.panels, numbers.thresholds, strict=True):
            _cells(figure, axis, panel)
            ends = (panel.x[0], panel.x[-1])
            axis.plot(ends, ends, color="black", linewidth=0.9)
            axis.axhline(cut, color="black", linestyle="--", linewidth=0.9)
            axis.set(
                title=title(panel.name),
                xlabel="float score",
                ylabel="firmware score",
                xlim=ends,
                ylim=ends,
            )
    return figure


def _cells(figure: Figure, axis: Axes, panel: Plane) -> None:
    import numpy as np
    from matplotlib.colors import LogNorm

    shown = np.ma.masked_equal(panel.counts.T, 0)
    norm = LogNorm(1, max(float(panel.counts.max()), 10.0))
    mesh = axis.pcolormesh(panel.x, panel.y, shown, norm=norm, cmap="viridis_r", rasterized=True)
    bar = figure.colorbar(mesh, ax=axis, pad=0.02, aspect=30)
    bar.ax.tick_params(labelsize=8)
