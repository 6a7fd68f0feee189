"""Training histories: reconstruction, distance correlation and closure term by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.names import model_label
from trigger_ad.pages.style import grid, style
from trigger_ad.report.numbers.run import Histories, Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PANELS", "draw"]

#: Axis label, and the lines of each panel as (name in the history, legend, colour, line).
PANELS = {
    "loss": (
        ("loss", "all terms, train", "#9c9ca1", "-"),
        ("reconstruction", "reconstruction, train", "#5790fc", "-"),
        ("validate_reconstruction", "reconstruction, validate", "#e42536", "--"),
    ),
    "distance correlation term": (
        ("disco", "train", "#5790fc", "-"),
        ("validate_disco", "validate", "#e42536", "--"),
    ),
    "closure term": (
        ("closure", "train", "#5790fc", "-"),
        ("validate_closure", "validate", "#e42536", "--"),
    ),
}


def draw(numbers: Histories) -> Figure:
    """One row for each training, one column for each kind of quantity."""
    with style():
        figure, axes = grid(len(PANELS) * len(numbers.panels), len(PANELS), 2.7)
        cells = [(history, label) for history in numbers.panels for label in PANELS]
        for axis, (history, label) in zip(axes, cells, strict=True):
            for name, legend, color, line in PANELS[label]:
                values = history.values[name]
                axis.plot(range(1, len(values) + 1), values, line, color=color, label=legend)
            axis.axvline(history.best + 1, color="black", linewidth=0.8, linestyle=":")
            axis.set(
                xlabel="epoch",
                ylabel=label,
                title=model_label(history.model),
                yscale=_scale([history.values[name] for name, *_ in PANELS[label]]),
            )
            axis.legend()
    return figure


def _scale(curves: list[Values]) -> str:
    """Logarithmic where positive values span more than a factor of ten."""
    values = np.concatenate(curves)
    lowest, highest = np.nanmin(values), np.nanmax(values)
    return "log" if 0 < lowest < highest / 10 else "linear"
