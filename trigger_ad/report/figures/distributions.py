"""Score distributions of the Standard Model and every signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.pages.names import axis_label, model_label, title
from trigger_ad.pages.style import color_of, grid, style
from trigger_ad.report.numbers.run import Distributions
from trigger_ad.run_folder import TEST

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]


def draw(numbers: Distributions) -> Figure:
    """One panel for each score and model; fractions of events on a logarithmic axis."""
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.1)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            signals = tuple(name for name in panel.fractions if name != TEST)
            for sample, fractions in panel.fractions.items():
                known = sample == TEST
                axis.stairs(
                    fractions,
                    panel.edges,
                    label=axis_label(sample),
                    fill=known,
                    color="#d5d8dd" if known else color_of(sample, signals),
                    linewidth=0 if known else 1.4,
                    zorder=1 if known else 2,
                )
            if panel.threshold is not None:
                axis.axvline(panel.threshold, color="black", linestyle="--", linewidth=1.1)
                axis.text(
                    panel.threshold,
                    0.97,
                    " threshold",
                    transform=axis.get_xaxis_transform(),
                    va="top",
                    fontsize=9,
                )
            lowest = min(f[f > 0].min() for f in panel.fractions.values())
            axis.set(
                yscale="log",
                xlim=(panel.edges[0], panel.edges[-1]),
                ylim=(lowest / 2, None),
                xlabel=title(panel.score),
                ylabel="fraction of events",
                title=model_label(panel.model),
            )
        axes[0].legend(ncols=2, loc="upper right")
    return figure
