"""Closure over cuts on both scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.names import title
from trigger_ad.pages.style import grid, style
from trigger_ad.report.numbers.closure_map import ClosureCells

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Predicted over observed at the ends of the colours.
_LOW, _HIGH = 0.7, 1.3

#: Deviation from 1 whose colour is too dark for black numbers.
_DARK = 0.2


def draw(numbers: ClosureCells) -> Figure:
    """Colours are predicted over observed, numbers the pull; hatched cells have few events."""
    with style():
        figure, (axis,) = grid(1, 1, 5.2)
        shown = np.ma.masked_invalid(numbers.ratio)
        mesh = axis.pcolormesh(shown, cmap="RdBu_r", vmin=_LOW, vmax=_HIGH, edgecolors="white")
        rows, columns = numbers.ratio.shape
        for row, column in np.ndindex(rows, columns):
            if np.isnan(numbers.ratio[row, column]):
                continue
            few = bool(numbers.few[row, column])
            if few:
                axis.fill_between(
                    [column, column + 1], row, row + 1, facecolor="none", hatch="////", alpha=0.4
                )
            else:
                pull = f"{numbers.pull[row, column]:+.1f}"
                dark = abs(numbers.ratio[row, column] - 1) > _DARK
                ink = "white" if dark else "black"
                place = column + 0.5, row + 0.5
                axis.text(*place, pull, ha="center", va="center", fontsize=7, color=ink)
        if numbers.point is not None:
            column, row = numbers.point
            axis.plot(column + 0.5, row + 0.5, marker="D", color="black", markerfacecolor="none")
        axis.set_facecolor("#dddddd")
        axis.set_xticks(np.arange(columns) + 0.5, _labels(numbers.efficiency1), rotation=45)
        axis.set_yticks(np.arange(rows) + 0.5, _labels(numbers.efficiency2))
        axis.minorticks_off()
        axis.set(
            xlabel=f"SM efficiency of the cut on {title('score1')} [%]",
            ylabel=f"of the cut on {title('score2')} [%]",
            title="Standard Model, test split",
        )
        bar = figure.colorbar(mesh, ax=axis, pad=0.02, aspect=30, extend="both")
        bar.set_label("predicted / observed")
    return figure


def _labels(efficiencies: np.typing.NDArray[np.float64]) -> list[str]:
    return [f"{100 * one:.3g}" for one in efficiencies]
