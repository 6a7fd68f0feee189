"""The record of a scan of rates with its counts, and figures with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.abcd.estimate import Estimate, estimate, estimate_in_strata, from_counts
from trigger_ad.abcd.plane import PlaneCounter
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu.scan import ScanRecord
from trigger_ad.rates.quoted import Quoted, design_effect, quoted_efficiency
from trigger_ad.rates.quoted_counts import quoted_counts
from trigger_ad.rates.record import strata_of
from trigger_ad.report.numbers.run import Values

__all__ = ["Plane", "Points", "Scan"]


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
class Plane:
    """Events of each stratum in region A.

    Parameters
    ----------
    edges1, edges2 : tuple of int
        Thresholds of the scores.
    above : ndarray (strata, n_edges1 + 1, n_edges2 + 1) of int64
        See `abcd.plane.PlaneCounts.above`.
    """

    edges1: tuple[int, ...]
    edges2: tuple[int, ...]
    above: NDArray[np.int64]


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

    @property
    def held(self) -> bool:
        """Whether thresholds are those along score 1 with the cut of score 2 held."""
        return self.record.score2_efficiency is not None

    @cached_property
    def strata(self) -> Strata:
        """What the events were drawn in."""
        if self.record.strata is None:
            return ONE
        return strata_of(self.record.strata)

    def _by_stratum(self, counter: str) -> list[Mapping[str, Any]]:
        counts = self.record.counts[counter]
        return [counts] if self.plain else [counts["strata"][name] for name in self.strata.names]

    @cached_property
    def plane(self) -> Plane:
        """Region A at every pair of edges."""
        keys = (self.record.counts["plane"][key] for key in ("edges1", "edges2"))
        counter = PlaneCounter(*map(tuple, keys))
        parts = [counter.read(part).above() for part in self._by_stratum("plane")]
        return Plane(counter.edges1, counter.edges2, np.stack(parts))

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """(strata, 256, 4) of int64: events in the regions by group of clusters."""
        return np.array([part["groups"] for part in self._by_stratum("regions")], np.int64)

    @cached_property
    def drawn(self) -> NDArray[np.int64]:
        """(strata,) of int64: events of each."""
        return np.asarray(self.groups.sum(axis=(1, 2)))

    def alike(self, counts: NDArray[np.int64]) -> NDArray[Any]:
        """Counts by stratum, (strata, ...), as they are among as many events drawn alike, (...)."""
        if self.plain:
            return np.asarray(counts[0])
        each = np.array(self.strata.probabilities) * self.drawn.sum() / self.drawn
        return np.asarray(np.tensordot(each, counts, axes=1))

    @cached_property
    def regions(self) -> NDArray[Any]:
        """(4,): events in A, B, C, D before prescale, see `alike`."""
        return self.alike(self.groups.sum(axis=1))

    @cached_property
    def pileup_bins(self) -> NDArray[np.int64]:
        """(n_bins, strata, 4) of int64: the same by pile-up, in the bins of the record."""
        every = np.array([part["pileup"] for part in self._by_stratum("regions")], np.int64)
        return every.swapaxes(0, 1)[every.any(axis=(0, 2))]

    @property
    def pileup_unknown(self) -> int:
        """Events of unknown pile-up, which are in no bin."""
        return int(self.drawn.sum() - self.pileup_bins.sum())

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
    def predicts(self) -> bool:
        """Whether A is not prescaled, and each other region is read out or its counter taken."""
        realised = self.record.rule.realised
        counted = self.record.yields == "counters"
        return realised["A"] == 1 and (counted or min(realised.values()) > 0)

    def worth(self, events: NDArray[np.int64]) -> float:
        """Independent events drawn alike with the precision of some, (strata,), of any weights."""
        each = np.array(self.strata.probabilities) / self.drawn
        if self.plain:
            return float(events[0] / self.effect)
        return float((each @ events) ** 2 / (each**2 @ events) / self.effect)

    @cached_property
    def effects(self) -> NDArray[np.float64]:
        """(strata,): design effects of region A at the working point."""
        return np.array([design_effect(part[:, 0], part.sum(axis=1)) for part in self.groups])

    @cached_property
    def effect(self) -> float:
        """The same of all events: variance of region A, relative to that of independent events."""
        a, n = self.groups[..., 0].sum(axis=1), self.drawn
        spread = (np.array(self.strata.probabilities) / n) ** 2 * (a - a**2 / n)
        if self.plain or not spread.any():
            return float(self.effects[0] if self.plain else self.effects.max())
        return float(spread @ self.effects / spread.sum())

    @cached_property
    def closure_effect(self) -> float:
        """Variance of log(predicted / observed) relative to that of independent events.

        At the working point, where the groups of clusters show it; at least 1.
        """
        if self.regions.min() == 0:
            return self.effect
        groups, events = self._clustered(), self._independent(self.groups.sum(axis=1))
        return max(1.0, (groups.ratio_error / events.ratio_error) ** 2)

    def _clustered(self) -> Estimate:
        """Prediction at the working point with groups of clusters for clusters."""
        if self.plain:
            return estimate(self.regions, self.groups[0])
        return estimate_in_strata(list(self.groups), self.strata)

    def _independent(self, counts: NDArray[np.int64]) -> Estimate:
        """Prediction from counts by stratum, (strata, 4), as of independent events."""
        return estimate(counts[0]) if self.plain else from_counts(counts, self.drawn, self.strata)

    def region_a(self, counts: NDArray[np.int64]) -> list[Quoted]:
        """Region A from its events by stratum, (strata, n), at each of n pairs of thresholds.

        With the design effects of the working point.
        """
        if self.plain:
            return [quoted_efficiency(int(n), int(self.drawn[0]), self.effect) for n in counts[0]]
        return quoted_counts(counts, self.drawn, self.drawn, self.effects[:, None], self.strata)

    def predict(self, counts: NDArray[np.int64]) -> Estimate:
        """Predict region A, with the errors of independent events times the design effect.

        Parameters
        ----------
        counts : ndarray (strata, 4) of int64
            Events in A, B, C, D, each region with some.
        """
        found, stretch = self._independent(counts), math.sqrt(self.closure_effect)
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
        if self.regions.min() == 0:
            return None
        return self.predict(self.groups.sum(axis=1)) if self.plain else self._clustered()
