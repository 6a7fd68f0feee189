"""The record of a scan of rates with its counts, and figures with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import Estimate, estimate, estimate_in_strata
from trigger_ad.abcd.grouped import GroupedCounts
from trigger_ad.events.strata import Strata
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.quoted import design_effect
from trigger_ad.report.numbers.run import Values

__all__ = ["Points", "Scan"]


@dataclass(frozen=True)
class Points:
    """Figures with intervals; shapes (n_points,).

    Parameters
    ----------
    label : str
    x, value, low, high : ndarray of float64
        `value` is NaN where only `limit` is quoted.
    limit : ndarray of float64
        Upper limit of 95 % confidence, NaN elsewhere.
    few : ndarray of bool
        Whether fewer than 100 effective events stand behind the figure.
    """

    label: str
    x: Values
    value: Values
    low: Values
    high: Values
    limit: Values
    few: NDArray[np.bool_]


@dataclass(frozen=True)
class Scan:
    """The record of a scan with its counts as arrays.

    Parameters
    ----------
    record : ScanRecord
    """

    record: ScanRecord

    @property
    def plain(self) -> bool:
        """Whether events were drawn alike, so that counts are those of the regions."""
        return self.record.strata is None

    @cached_property
    def grouped(self) -> GroupedCounts:
        """Events in the regions by group of clusters and by pile-up."""
        counts = self.record.counts["regions"]
        groups, pileup = (np.array(counts[key], np.int64) for key in ("groups", "pileup"))
        return GroupedCounts(groups, pileup)

    @cached_property
    def regions(self) -> NDArray[np.int64]:
        """(4,) of int64: events in A, B, C, D before prescale."""
        return np.asarray(self.grouped.groups.sum(axis=0))

    @cached_property
    def pileup_bins(self) -> NDArray[np.int64]:
        """(n_bins, 4) of int64: the same by pile-up, in the bins of the record."""
        return self.grouped.pileup[self.grouped.pileup.any(axis=1)]

    @property
    def pileup_unknown(self) -> int:
        """Events of unknown pile-up, which are in no bin."""
        return int(self.grouped.groups.sum() - self.grouped.pileup.sum())

    @cached_property
    def scale(self) -> float:
        """What turns an efficiency into the figure that is shown."""
        return self.record.input_rate_hz or 1.0

    @cached_property
    def thresholds(self) -> tuple[int, int]:
        """Of both scores, in counts."""
        return self.record.registers.pair

    @property
    def live(self) -> float:
        """Declared live fraction, of rates in Hz after prescale."""
        return self.record.live_fraction or 1.0

    @property
    def in_hz(self) -> bool:
        """Whether figures are rates in Hz."""
        return self.record.input_rate_hz is not None

    @property
    def all_read_out(self) -> bool:
        """Whether A is not prescaled and no other region is off: prescales then predict A."""
        realised = self.record.rule.realised
        return realised["A"] == 1 and min(realised.values()) > 0

    @cached_property
    def effect(self) -> float:
        """Design effect of region A at the working point."""
        return design_effect(self.grouped.groups[:, 0], self.grouped.groups.sum(axis=1))

    @cached_property
    def closure_effect(self) -> float:
        """Variance of log(predicted / observed) relative to that of independent events.

        At the working point, where the groups of clusters show it; at least 1.
        """
        if self.regions.min() == 0:
            return self.effect
        groups = estimate(self.regions, self.grouped.groups)
        return max(1.0, (groups.ratio_error / estimate(self.regions).ratio_error) ** 2)

    def predict(self, counts: NDArray[np.int64]) -> Estimate:
        """Predict region A, with the errors of independent events times the design effect.

        Parameters
        ----------
        counts : ndarray (4,) of int64
            Events in A, B, C, D, none of them 0.
        """
        found, stretch = estimate(counts), math.sqrt(self.closure_effect)
        width = (found.high / found.ratio) ** stretch
        return replace(
            found,
            predicted_error=found.predicted_error * stretch,
            ratio_error=found.ratio_error * stretch,
            low=found.ratio / width,
            high=found.ratio * width,
            effective=found.effective / self.effect,
        )

    @cached_property
    def closure(self) -> Estimate | None:
        """Prediction at the working point; None where a region is empty."""
        if not self.plain:
            return self._closure_in_strata()
        return self.predict(self.regions) if self.regions.min() > 0 else None

    def _closure_in_strata(self) -> Estimate | None:
        """The same of events of strata, whose groups of clusters stand for clusters."""
        rows, parts = self.record.strata or (), self.record.counts["regions"]["strata"]
        tables = [np.array(parts[row.name]["groups"], np.int64) for row in rows]
        if np.sum(tables, axis=(0, 1)).min() == 0:
            return None
        names, probabilities = zip(*((row.name, row.probability) for row in rows), strict=True)
        return estimate_in_strata(tables, Strata(names, probabilities))
