"""Closure over a grid of cuts on both scores, none of which need have equal efficiencies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.beside import ScoredSample
from trigger_ad.abcd.estimate import Estimate, estimate_in_strata
from trigger_ad.abcd.grouped import GROUPS
from trigger_ad.events.split import splitmix64
from trigger_ad.events.strata import Strata
from trigger_ad.statistics.intervals import LEAST_EFFECTIVE
from trigger_ad.storage.record import Record

__all__ = ["EFFICIENCIES", "ClosureMap", "closure_map"]

#: Of each score; the cuts of a map are as near to these as the scores allow.
EFFICIENCIES = (0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)

#: A row for each cut on score 2, a column for each on score 1; None where a region is empty.
Cells = tuple[tuple[float | None, ...], ...]

Integers = NDArray[np.int64]


class ClosureMap(Record):
    """Predicted over observed events of region A, without kappa.

    Parameters
    ----------
    thresholds1, thresholds2 : tuple of int
        Cuts, rising.
    efficiencies1, efficiencies2 : tuple of float
        Of each alone, on the threshold split.
    ratio, ratio_error, effective_events : Cells
    """

    thresholds1: tuple[int, ...]
    thresholds2: tuple[int, ...]
    efficiencies1: tuple[float, ...]
    efficiencies2: tuple[float, ...]
    ratio: Cells
    ratio_error: Cells
    effective_events: Cells

    @property
    def pull(self) -> Cells:
        """(1 - ratio) in standard deviations of the logarithm, positive for an excess."""
        return tuple(
            tuple(
                None if ratio is None or error is None else (1 - ratio) * ratio / error
                for ratio, error in zip(ratios, errors, strict=True)
            )
            for ratios, errors in zip(self.ratio, self.ratio_error, strict=True)
        )

    @property
    def known(self) -> tuple[tuple[bool, ...], ...]:
        """Whether a cell has 100 effective events."""
        return tuple(
            tuple(events is not None and events >= LEAST_EFFECTIVE for events in row)
            for row in self.effective_events
        )


def closure_map(threshold: ScoredSample, test: ScoredSample) -> ClosureMap:
    """Closure at every pair of cuts: thresholds from one sample, counts from another.

    Errors are those of groups of clusters within strata, as in a scan of rates.
    """
    first, part1 = _cuts(threshold.score1, threshold)
    second, part2 = _cuts(threshold.score2, threshold)
    above = _above(test, first, second)
    strata = Strata(
        tuple(map(str, range(len(test.drawn.probabilities)))),
        test.drawn.probabilities,
        errors=test.drawn.errors,
    )
    rows = [
        [_estimate(above, column + 1, row + 1, strata) for column in range(len(first))]
        for row in range(len(second))
    ]
    return ClosureMap(
        thresholds1=tuple(first.tolist()),
        thresholds2=tuple(second.tolist()),
        efficiencies1=tuple(part1.tolist()),
        efficiencies2=tuple(part2.tolist()),
        ratio=_cells(rows, "ratio"),
        ratio_error=_cells(rows, "ratio_error"),
        effective_events=_cells(rows, "effective"),
    )


def _cuts(scores: NDArray[Any], sample: ScoredSample) -> tuple[Integers, NDArray[np.float64]]:
    """Rising values whose efficiencies are nearest to the wanted ones, and these."""
    values, place = np.unique(scores, return_inverse=True)
    passing = sample.drawn.at_or_above(place, len(values)) / len(scores)
    distance = np.abs(np.log(passing[:, None] / np.array(EFFICIENCIES)))
    chosen = np.unique(distance[1:].argmin(axis=0) + 1) if len(values) > 1 else np.array([0])
    return values[chosen].astype(np.int64), passing[chosen]


def _above(sample: ScoredSample, first: Integers, second: Integers) -> Integers:
    """(strata, groups, n1 + 1, n2 + 1): events at or above each pair of cuts; 0 is no cut."""
    drawn = sample.drawn
    shape = (len(drawn.probabilities), GROUPS, len(first) + 1, len(second) + 1)
    group = (splitmix64(drawn.clusters.astype(np.uint64)) % np.uint64(GROUPS)).astype(np.int64)
    one, two = (
        np.searchsorted(cuts, score, side="right")
        for cuts, score in ((first, sample.score1), (second, sample.score2))
    )
    flat = np.ravel_multi_index((drawn.places, group, one, two), shape)
    bins = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
    return np.asarray(bins[..., ::-1, ::-1].cumsum(axis=2).cumsum(axis=3)[..., ::-1, ::-1])


def _estimate(above: Integers, first: int, second: int, strata: Strata) -> Estimate | None:
    """At one pair of cuts; None where a region is empty."""
    a = above[..., first, second]
    b, c = above[..., first, 0] - a, above[..., 0, second] - a
    tables = np.stack([a, b, c, above[..., 0, 0] - a - b - c], axis=-1)
    if not tables.any(axis=(0, 1)).all():
        return None
    return estimate_in_strata(list(tables), strata)


def _cells(rows: list[list[Estimate | None]], name: str) -> Cells:
    return tuple(
        tuple(None if one is None else float(getattr(one, name)) for one in row) for row in rows
    )
