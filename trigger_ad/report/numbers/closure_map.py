"""Closure over cuts on both scores, as the figure shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.closure_map import Cells
from trigger_ad.report.numbers.load import Run
from trigger_ad.report.numbers.run import Values

__all__ = ["ClosureCells", "closure_cells"]


@dataclass(frozen=True)
class ClosureCells:
    """Closure of the firmware at every pair of cuts; rows are cuts on score 2, rising.

    Parameters
    ----------
    efficiency1, efficiency2 : ndarray of float64
        Of each cut alone, falling.
    ratio, pull : ndarray (n2, n1) of float64
        Predicted over observed; NaN where a region is empty.
    few : ndarray (n2, n1) of bool
        Whether fewer than 100 effective events stand behind a cell.
    point : tuple of 2 float or None
        Column and row of the working point; None outside of the map.
    """

    efficiency1: Values
    efficiency2: Values
    ratio: Values
    pull: Values
    few: NDArray[np.bool_]
    point: tuple[float, float] | None


def closure_cells(run: Run) -> ClosureCells | None:
    """Cells of the record; None of runs of earlier versions."""
    found = run.closure.map
    if found is None:
        return None
    thresholds = run.rates.registers.pair
    places = [
        _place(cuts, cut)
        for cuts, cut in zip((found.thresholds1, found.thresholds2), thresholds, strict=True)
    ]
    column, row = places
    return ClosureCells(
        efficiency1=np.array(found.efficiencies1),
        efficiency2=np.array(found.efficiencies2),
        ratio=_array(found.ratio),
        pull=_array(found.pull),
        few=~np.array(found.known),
        point=None if column is None or row is None else (column, row),
    )


def _place(cuts: tuple[int, ...], cut: int) -> float | None:
    """Place of a cut among others, between two of them in proportion."""
    if not cuts[0] <= cut <= cuts[-1]:
        return None
    return float(np.interp(cut, cuts, np.arange(len(cuts))))


def _array(cells: Cells) -> Values:
    return np.array([[np.nan if one is None else one for one in row] for row in cells])
