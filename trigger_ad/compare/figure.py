"""Total improvement of every score: the smallest, the median and the largest over the signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.compare.tables import Improvements
from trigger_ad.pages.style import COLORS, grid, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

_SHOWN = (("minimum", "smallest", "v"), ("median", "median", "o"), ("maximum", "largest", "^"))


def draw(numbers: Improvements) -> Figure:
    """One line for each score; bars are the spread over seeds."""
    places = np.arange(len(numbers.labels))
    with style():
        figure, (axis,) = grid(1, 1, 1.3 + 0.27 * len(places))
        lows, highs = (np.array(ends, float) for ends in (numbers.minimum, numbers.maximum))
        axis.hlines(places, lows, highs, color="#d9dde3", linewidth=3)
        for (name, label, marker), color in zip(_SHOWN, COLORS, strict=False):
            spread = [value or 0.0 for value in getattr(numbers, f"{name}_spread")]
            axis.errorbar(
                np.array(getattr(numbers, name), float),
                places,
                xerr=spread,
                fmt=marker,
                color=color,
                label=label,
                capsize=2.5,
                elinewidth=1.2,
            )
        axis.axvline(1, color="black", linewidth=0.8, linestyle=":")
        axis.set_yticks(places, [name.replace("$", r"\$") for name in numbers.labels])
        axis.set(xlabel="significance improvement over all signals", xlim=(0, None))
        axis.set_ylim(len(places) - 0.5, -0.5)
        axis.tick_params(axis="y", which="both", length=0)
        axis.yaxis.minorticks_off()
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return figure
