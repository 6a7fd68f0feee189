"""The figures of a report: which numbers, which drawing, which caption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trigger_ad.pages.save import Saved, save
from trigger_ad.report import figures as draw
from trigger_ad.report.numbers import curves, invariance, menu
from trigger_ad.report.numbers import run as numbers
from trigger_ad.report.numbers.closure_map import closure_cells
from trigger_ad.report.numbers.load import Run
from trigger_ad.statistics.sic import MINIMUM_BACKGROUND

__all__ = ["PLOTS", "Plot", "Shown", "caption_of", "plot_all"]


@dataclass(frozen=True)
class Plot:
    """One kind of figure.

    Parameters
    ----------
    name : str
        Of its files in ``plots/``.
    pick, draw : callable
        From a run, or another record, to the numbers, which are None where it has none; and from
        the numbers to the figure.
    kind : str
        ``svg``, or ``png`` for figures of many cells.
    caption : str
    """

    name: str
    pick: Callable[[Any], Any]
    draw: Callable[[Any], Any]
    kind: str
    caption: str


@dataclass(frozen=True)
class Shown:
    """A saved figure with its caption."""

    saved: Saved
    caption: str


#: How region A is cut out, in captions.
_DIAGONAL = "the diagonal cut on both scores"
_HELD = "the cut on score 1 with that on score 2 held"

#: Every figure of a report.
PLOTS = (
    Plot(
        "score_distributions",
        numbers.distributions,
        draw.distributions.draw,
        "svg",
        "Scores of Standard Model and signal events, float (left) and firmware (right). The last "
        "bin also holds what lies above it; the dashed line is the threshold in the registers.",
    ),
    Plot(
        "roc",
        curves.rocs,
        draw.curves.draw_roc,
        "svg",
        "Signal efficiency against SM efficiency: {cut} in float and "
        "firmware, and the single autoencoder in firmware. The dotted line is chance.",
    ),
    Plot(
        "sic_individual",
        curves.sic_individual,
        draw.curves.draw_sic,
        "svg",
        "Significance improvement of each decorrelated score alone and of both together, "
        "{cut}, firmware (as Fig. 1, top, of the paper). Bands are one standard "
        f"deviation for independent events; curves end where {MINIMUM_BACKGROUND} SM events are "
        "left; dots mark the working point.",
    ),
    Plot(
        "sic_combined",
        curves.sic_combined,
        draw.curves.draw_sic,
        "svg",
        "Significance improvement of {cut} in float and firmware, "
        "compared with a single autoencoder trained without decorrelation (as Fig. 1, bottom, "
        "of the paper).",
    ),
    Plot(
        "two_scores",
        numbers.planes,
        draw.plane.draw,
        "png",
        "Firmware scores in the plane that the ABCD estimate uses, with the thresholds of the "
        "working point and the share of each region. Outer cells also hold what lies beyond.",
    ),
    Plot(
        "closure",
        numbers.closure,
        draw.closure.draw,
        "svg",
        "ABCD prediction over observation on Standard Model events against the efficiency of the "
        "signal region, {cut}, for every step from float to firmware (as Fig. 2 of the "
        "paper). Bars are 95 % intervals; models are set apart sideways for clarity.",
    ),
    Plot("invariance", invariance.invariance, draw.invariance.draw, "svg", draw.invariance.CAPTION),
    Plot(
        "closure_map",
        closure_cells,
        draw.closure_map.draw,
        "svg",
        "ABCD prediction over observation, without kappa, for cuts on both scores; firmware. "
        "Numbers are the excess of the observation in standard deviations. Hatched cells have "
        "fewer than 100 effective events in region A: their colour is an extrapolation. Grey "
        "cells have an empty region; the diamond is the working point. Cells share their events.",
    ),
    Plot(
        "significance",
        numbers.significance,
        draw.significance.draw,
        "svg",
        "Significance of an injected signal against SM efficiency, firmware: the ABCD prediction "
        "with the signal that lies in the other regions, the same without it, and with the "
        "background known both scores and the single autoencoder (as Fig. 3 of the paper). The "
        "grey area is what the SM sample alone gives by the ABCD prediction: it comes from "
        "non-closure, and a signal adds only what lies above it. Where the prediction is too "
        "large it is 0 and hides signals; with the background known it is 0 everywhere. With kappa "
        "and errors, the prediction is multiplied by kappa, and the excess is in units of the "
        "errors of the counts, of the regions and of kappa.",
    ),
    Plot(
        "menu_staircase",
        menu.staircase,
        draw.staircase.draw,
        "svg",
        "Region A on the threshold split by {cut}, against its threshold on score 1 "
        "(below) and score 2 (above): all of it and what no other seed takes after prescale. "
        "Dashed lines have fewer than 100 events; the diamond is the working point.",
    ),
    Plot("menu_overlap", menu.menu_overlaps, draw.overlap.draw, "svg", draw.overlap.CAPTION),
    Plot(
        "menu_gain",
        menu.gains,
        draw.gain.draw,
        "svg",
        "Efficiency among the events of each signal that no conventional seed takes, for the "
        "anomaly seed (line and band) and for other seeds of nearly the same pure rate. Bars are "
        "95 % intervals, arrows 95 % upper limits where there are fewer than 100 effective events.",
    ),
    Plot(
        "float_vs_firmware",
        numbers.float_firmware,
        draw.plane.draw_agreement,
        "png",
        "Float score against firmware score on SM test events; the full line is equality, the "
        "dashed line the threshold in the registers.",
    ),
    Plot(
        "layer_errors",
        numbers.layers,
        draw.layers.draw,
        "svg",
        "Difference from the float network layer by layer, and the fraction of values at the end "
        "of their range.",
    ),
    Plot(
        "training",
        numbers.histories,
        draw.training.draw,
        "svg",
        "Terms of the loss by epoch, before their weights. The dotted line is the epoch whose "
        "weights were kept.",
    ),
)


def plot_all(run: Run, folder: Path) -> dict[str, Shown]:
    """Draw and save every figure; a training without history leaves its figure out.

    Parameters
    ----------
    run : Run
    folder : Path
        Where the images and their numbers go.

    Returns
    -------
    dict of str to Shown
        By name.
    """
    shown = {}
    for plot in PLOTS:
        picked = plot.pick(run)
        if picked is not None:
            saved = save(plot.draw(picked), picked, folder, plot.name, plot.kind)
            shown[plot.name] = Shown(saved, caption_of(plot, run))
    return shown


def caption_of(plot: Plot, run: Run) -> str:
    """Caption of a figure of this run."""
    held = run.rates.working_point.score2_efficiency is not None
    return plot.caption.format(cut=_HELD if held else _DIAGONAL)
