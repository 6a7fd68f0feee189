"""Figures, one file for each family: from a record of numbers to a drawing."""

from trigger_ad.report.figures import (
    closure,
    curves,
    distributions,
    layers,
    plane,
    significance,
    training,
)

__all__ = ["closure", "curves", "distributions", "layers", "plane", "significance", "training"]
