"""Error of the quantised network layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.style import COLORS, grid, style
from trigger_ad.report.numbers.run import LayerErrors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(numbers: LayerErrors) -> Figure:
    """Mean and largest error in LSB on the left, saturated fraction on the right."""
    rows = np.arange(len(numbers.layer))
    with style():
        figure, (errors, saturated) = grid(2, 2, 0.9 + 0.24 * len(rows), sharey=True)
        errors.barh(rows, numbers.mean, color=COLORS[1], height=0.6, label="mean")
        errors.plot(numbers.largest, rows, "|", color="black", markersize=9, label="largest")
        errors.set(xlabel="|quantised − float| [LSB]", xscale="symlog", xlim=(0, None))
        errors.xaxis.set_major_formatter("{x:g}")
        errors.set_yticks(rows, numbers.layer)
        errors.minorticks_off()
        errors.invert_yaxis()
        errors.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.1)
        saturated.barh(rows, 100 * numbers.saturated, color=COLORS[3], height=0.6)
        saturated.set(xlabel="saturated values [%]")
    return figure
