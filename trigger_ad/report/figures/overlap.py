"""Overlap of the seeds of a menu, before and after prescale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigger_ad.pages.style import WIDTH, style
from trigger_ad.report.numbers.menu import Overlap, Overlaps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CAPTION", "draw"]

CAPTION = (
    "Events that the seed of the row and that of the column both take; on the diagonal the seed "
    "itself. After prescale both accept, by independent prescalers. Cells without colour have "
    "fewer than 100 effective events: what they give is a 95 % upper limit, or 0 if a seed is off."
)

#: With more seeds the cells are too small for numbers.
_WRITTEN = 16

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def draw(numbers: Overlaps) -> Figure:
    """One matrix below the other; cells without colour have an upper limit only."""
    from matplotlib.figure import Figure

    seeds = len(numbers.seeds)
    known = np.concatenate([panel.value[panel.value > 0] for panel in numbers.panels])
    height = min(max(0.33 * seeds, 1.2), 8.0)
    with style():
        figure = Figure(figsize=(WIDTH, 2 * height + 2.6))
        axes = figure.subplots(2, 1, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            _matrix(figure, axis, panel, numbers, known)
        axes[1].set_xticks(
            range(seeds),
            [_plain(name) for name in numbers.seeds],
            rotation=40,
            ha="right",
            rotation_mode="anchor",
            fontsize=_size(seeds),
        )
    return figure


def _matrix(
    figure: Figure, axis: Axes, panel: Overlap, numbers: Overlaps, known: np.ndarray
) -> None:
    from matplotlib.colors import LogNorm
    from matplotlib.ticker import NullFormatter

    seeds = len(numbers.seeds)
    ends = (float(known.min()), float(known.max())) if known.size else (0.1, 1.0)
    norm = LogNorm(ends[0], max(ends[1], 10 * ends[0]))
    shown = np.ma.masked_invalid(np.where(panel.value > 0, panel.value, np.nan))
    edges = np.arange(seeds + 1) - 0.5
    mesh = axis.pcolormesh(
        edges, edges, shown, norm=norm, cmap="viridis_r", edgecolors="#d9dde3", linewidth=0.4
    )
    bar = figure.colorbar(mesh, ax=axis, pad=0.015, aspect=25)
    bar.ax.yaxis.set_minor_formatter(NullFormatter())
    bar.set_label("rate [Hz]" if numbers.in_hz else "efficiency")
    axis.set_yticks(range(seeds), [_plain(name) for name in numbers.seeds], fontsize=_size(seeds))
    axis.set(title=panel.name, ylim=(seeds - 0.5, -0.5))
    axis.tick_params(which="both", length=0)
    axis.minorticks_off()
    if seeds <= _WRITTEN:
        for row in range(seeds):
            for column in range(seeds):
                text, dark = _cell(panel, row, column, norm)
                axis.text(
                    column,
                    row,
                    text,
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else "#5b6470" if text.startswith("<") else "black",
                )


def _cell(panel: Overlap, row: int, column: int, norm: object) -> tuple[str, bool]:
    """Figure or limit of a cell, and whether its colour is a dark one."""
    value, limit = panel.value[row, column], panel.limit[row, column]
    if np.isfinite(limit):
        return f"<{_short(limit)}", False
    return _short(value), bool(value > 0 and norm(value) > 0.55)  # type: ignore[operator]


def _short(value: float) -> str:
    """Write a number with two or three digits and a prefix."""
    if value == 0:
        return "0"
    for size, prefix in _PREFIXES:
        if value >= size:
            return f"{value / size:.{3 if value / size >= 100 else 2}g}{prefix}"
    return f"{value:.2g}"


def _size(seeds: int) -> float:
    return 8.5 if seeds <= _WRITTEN else max(3.0, 8.5 * _WRITTEN / seeds)


def _plain(name: str) -> str:
    return name.replace("$", r"\$")
