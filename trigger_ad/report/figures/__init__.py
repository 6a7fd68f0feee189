"""Figures, one file for each family: from a record of numbers to a drawing."""

from trigger_ad.report.figures import (
    closure,
    closure_map,
    curves,
    distributions,
    gain,
    invariance,
    layers,
    overlap,
    pileup,
    plane,
    predictions,
    significance,
    staircase,
    tradeoff,
    training,
)

__all__ = [
    "closure",
    "closure_map",
    "curves",
    "distributions",
    "gain",
    "invariance",
    "layers",
    "overlap",
    "pileup",
    "plane",
    "predictions",
    "significance",
    "staircase",
    "tradeoff",
    "training",
]
