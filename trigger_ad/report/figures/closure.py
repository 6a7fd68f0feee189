"""Closure of the ABCD estimate, as in Fig. 2 of Mikuni, Nachman and Shih."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigger_ad.abcd.closure import BAND
from trigger_ad.pages.names import model_label
from trigger_ad.pages.style import MARKERS, MODEL_COLORS, grid, style
from trigger_ad.report.numbers.run import ClosurePoints

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

#: Relative step between the models at one efficiency, so that their errors do not overlap.
_STEP = 1.05


def draw(numbers: tuple[ClosurePoints, ...]) -> Figure:
    """Predicted over observed against SM efficiency; bars are 95 % intervals."""
    with style():
        figure, (axis,) = grid(1, 1, 4.2)
        axis.axhspan(1 - BAND, 1 + BAND, color="#e8efe2", zorder=0, label="±10 %")
        axis.axhline(1, color="black", linewidth=0.8)
        for index, points in enumerate(numbers):
            shift = _STEP ** (index - (len(numbers) - 1) / 2)
            below, above = points.ratio - points.low, points.high - points.ratio
            axis.errorbar(
                100 * points.sm_efficiency * shift,
                points.ratio,
                yerr=(below, above),
                fmt=MARKERS[points.model],
                color=MODEL_COLORS[points.model],
                label=model_label(points.model),
                capsize=2.5,
                elinewidth=1.2,
                markerfacecolor="white" if points.model == "ptq" else None,
            )
        axis.set(
            xscale="log",
            xlabel="SM efficiency of the signal region [%]",
            ylabel="predicted / observed",
            title="Standard Model, test split",
        )
        ticks = sorted({100 * float(e) for points in numbers for e in points.sm_efficiency})
        axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.minorticks_off()
        axis.legend(ncols=5, loc="upper center")
        low, high = axis.get_ylim()
        axis.set_ylim(low, high + 0.12 * (high - low))
    return figure
