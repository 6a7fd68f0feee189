"""Region A and its closure along the diagonal cut, or along score 1 with score 2 held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.report.numbers.menu import Line, Steps
from trigger_ad.report.numbers.pileup import middles
from trigger_ad.report.numbers.run import Values
from trigger_ad.report.numbers.scan import Points, Scan
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE, is_few

__all__ = ["Closures", "closures", "diagonal"]


@dataclass(frozen=True)
class Closures:
    """Predicted over observed events of region A.

    Parameters
    ----------
    efficiency : Points
        Along the curve of the working point, against the efficiency of region A; each number of
        events in A once.
    pileup : Points or None
        At the working point, in bins of pile-up.
    working_point : float
        Efficiency of region A with the thresholds in the registers.
    along : str
        Name of that curve.
    """

    efficiency: Points
    pileup: Points | None
    working_point: float
    along: str = "along the diagonal"


def diagonal(scan: Scan) -> Steps | None:
    """Region A against its thresholds at equal efficiencies of the two scores.

    With each edge of score 1 goes the edge of score 2 that most nearly as many of the counted
    events reach, or the threshold of score 2 where the trigger was cut with that held. None where
    no event reaches any of them.
    """
    found = [row for row in _regions_along(scan) if row[2][:, 0].any()]
    if not found:
        return None
    events = int(scan.drawn.sum())
    quoted = scan.region_a(np.stack([counts[:, 0] for _, _, counts in found], axis=1))
    value, low, high = (
        np.array([getattr(q.interval, end) for q in quoted]) for end in ("value", "low", "high")
    )
    line = Line(
        "region A",
        value * scan.scale,
        low * scan.scale,
        high * scan.scale,
        np.array([q.effective for q in quoted]) < LEAST_EFFECTIVE,
    )
    one, two = (np.array([row[i] for row in found], np.float64) for i in (0, 1))
    first, second = scan.record.registers.pair
    rate = float(scan.regions[0] / events * scan.scale)
    point = float(first), float(second), rate
    return Steps(one, two, (line,), point, scan.in_hz, "fewer than 100 effective events")


def closures(scan: Scan) -> Closures | None:
    """Closure along the diagonal and against pile-up; None where nothing can be predicted."""
    events = int(scan.drawn.sum())
    whole = [four for _, _, four in _regions_along(scan) if four.sum(axis=0).min() > 0]
    along = list({tuple(four[:, 0].tolist()): four for four in reversed(whole)}.values())
    if not along:
        return None
    efficiency = np.array([scan.alike(four)[0] / events for four in along])
    pileup = None
    if scan.record.pileup:
        filled = (scan.pileup_bins.sum(axis=1) > 0).all(axis=1)
        if filled.any():
            x = middles(scan.record.pileup)[filled]
            pileup = _ratios(scan, "pile-up", x, list(scan.pileup_bins[filled]))
    return Closures(
        _ratios(scan, "efficiency", efficiency, along),
        pileup,
        float(scan.regions[0] / events),
        "along score 1" if scan.held else "along the diagonal",
    )


def _regions_along(scan: Scan) -> list[tuple[int, int, NDArray[np.int64]]]:
    """Both thresholds and the events in A, B, C, D by stratum, by rising threshold of score 1."""
    above = scan.plane.above
    first, second = above[:, 1:, 0], above[:, 0, 1:]
    reached, others = scan.alike(first), scan.alike(second)
    rows, held = [], _held(scan)
    for place, number in enumerate(reached):
        equal = int(np.argmin(np.abs(np.log((others + 0.5) / (number + 0.5)))))
        other = equal if held is None else held
        a = above[:, place + 1, other + 1]
        b, c = first[:, place] - a, second[:, other] - a
        counts = np.stack([a, b, c, above[:, 0, 0] - a - b - c], axis=1)
        rows.append((scan.plane.edges1[place], scan.plane.edges2[other], counts))
    return rows


def _held(scan: Scan) -> int | None:
    """Place of the threshold of score 2 among the edges; None of a diagonal cut."""
    if not scan.held:
        return None
    return int(np.argmin(np.abs(np.array(scan.plane.edges2) - scan.record.registers.pair[1])))


def _ratios(scan: Scan, label: str, x: Values, counts: Sequence[NDArray[np.int64]]) -> Points:
    """Predicted over observed, with the design effect of the working point."""
    found = [scan.predict(four) for four in counts]
    value, low, high = (np.array([getattr(e, k) for e in found]) for k in ("ratio", "low", "high"))
    few = np.array([is_few(e.effective) for e in found])
    return Points(label, x, value, low, high, np.full(len(value), np.nan), few)
