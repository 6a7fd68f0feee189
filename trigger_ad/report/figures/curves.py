"""ROC curves and significance improvement, one panel for each signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trigger_ad.pages.names import axis_label, model_label, title
from trigger_ad.pages.style import MODEL_COLORS, grid, style
from trigger_ad.report.numbers.curves import Curve, Curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_roc", "draw_sic"]

_SCORE_COLORS = {"score1": "#5790fc", "score2": "#f89c20"}


def draw_roc(numbers: Curves) -> Figure:
    """Signal efficiency against SM efficiency, both logarithmic."""
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.2, sharex=True)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            for curve in panel.curves:
                color, line = _look(curve)
                label = f"{_name(curve)}, AUC {curve.auc:.3f}"
                axis.plot(curve.fpr, curve.tpr, color=color, label=label, **line)
            chance = panel.curves[0].fpr
            axis.plot(chance, chance, color="black", linestyle=":", linewidth=0.9)
            axis.axvline(numbers.sm_efficiency, color="#9c9ca1", linewidth=0.8, linestyle="--")
            axis.set(
                xscale="log",
                yscale="log",
                xlim=(chance[0], 1),
                ylim=(None, 1.5),
                xlabel="SM efficiency",
                ylabel="signal efficiency",
                title=axis_label(panel.signal),
            )
            axis.legend(loc="lower right")
    return figure


def draw_sic(numbers: Curves) -> Figure:
    """Significance improvement against signal efficiency; a dot marks the working point."""
    with style():
        figure, axes = grid(len(numbers.panels), 2, 3.2)
        for axis, panel in zip(axes, numbers.panels, strict=True):
            for curve in panel.curves:
                color, line = _look(curve)
                axis.plot(curve.tpr, curve.sic, color=color, label=_name(curve), **line)
                axis.fill_between(
                    curve.tpr,
                    curve.sic - curve.sic_error,
                    curve.sic + curve.sic_error,
                    color=color,
                    alpha=0.13,
                    linewidth=0,
                )
                at = (numbers.sm_efficiency,)
                axis.plot(
                    np.interp(at, curve.fpr, curve.tpr),
                    np.interp(at, curve.fpr, curve.sic),
                    "o",
                    color=color,
                    markersize=4,
                )
            axis.axhline(1, color="black", linewidth=0.8, linestyle=":")
            axis.set(
                xlim=(0, 1),
                ylim=(0, None),
                xlabel="signal efficiency",
                ylabel=r"$\epsilon_S/\sqrt{\epsilon_B}$",
                title=axis_label(panel.signal),
            )
            axis.legend(loc="lower right")
    return figure


def _look(curve: Curve) -> tuple[str, dict[str, Any]]:
    """Colour and line of a curve: firmware is thin and full, what it must follow is broad."""
    line: dict[str, Any] = {"linewidth": 1.4}
    if curve.model == "float":
        line = {"linewidth": 4, "alpha": 0.35}
    elif curve.model == "published":
        line = {"linewidth": 1.4, "linestyle": "--"}
    if curve.score == "single":
        return MODEL_COLORS["single"], line
    return _SCORE_COLORS.get(curve.score, MODEL_COLORS[curve.model]), line


def _name(curve: Curve) -> str:
    if curve.score in _SCORE_COLORS:
        return f"{title(curve.score)} alone"
    who = "single" if curve.score == "single" else "both scores"
    return f"{who}, {model_label(curve.model)}"
