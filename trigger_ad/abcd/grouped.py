"""Events in the regions by groups of clusters: errors in constant memory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.split import splitmix64
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.trigger.decide import region_of

__all__ = ["GROUPS", "PILEUP_BINS", "PILEUP_STEP", "GroupedCounter", "GroupedCounts", "by_group"]

#: Events of one cluster fall into one of so many groups, by the hash of its identity. The error
#: of an error is then 1 / sqrt(2 * 256), 4 %.
GROUPS = 256

#: Width and number of the bins of pile-up; the last has no end.
PILEUP_STEP, PILEUP_BINS = 5, 41

Integers = NDArray[np.int64]


def by_group(
    region: NDArray[Any], clusters: Integers, stratum: NDArray[Any], strata: Strata
) -> Integers:
    """Events by stratum, group of clusters and region, (strata, 256, 4) of int64.

    Parameters
    ----------
    region : ndarray (n_events,) of integers
    clusters : ndarray (n_events,) of int64
        Equal for events that are not independent.
    stratum : ndarray (n_events,) of integers
        Place in `strata` of each event.
    strata : Strata
    """
    group = (splitmix64(clusters.view(np.uint64)) % np.uint64(GROUPS)).astype(np.int64)
    shape = (len(strata.names), GROUPS, 4)
    flat = (strata.checked(stratum) * GROUPS + group) * 4 + region
    return np.bincount(flat, minlength=math.prod(shape)).reshape(shape).astype(np.int64)


@dataclass(frozen=True, eq=False)
class GroupedCounts:
    """Events in A, B, C, D before prescale.

    Parameters
    ----------
    groups : ndarray (256, 4) of int64
        By group of clusters.
    pileup : ndarray (41, 4) of int64
        By pile-up, for the events whose pile-up is known.
    """

    groups: Integers
    pileup: Integers

    def __add__(self, other: Self) -> Self:
        return type(self)(self.groups + other.groups, self.pileup + other.pileup)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GroupedCounts):
            return NotImplemented
        return np.array_equal(self.groups, other.groups) and np.array_equal(
            self.pileup, other.pileup
        )

    __hash__ = None  # type: ignore[assignment]

    def to_json(self) -> dict[str, Any]:
        """Plain lists, read back by `GroupedCounter.read`."""
        return {"groups": self.groups.tolist(), "pileup": self.pileup.tolist()}


@dataclass(frozen=True)
class GroupedCounter:
    """Counts events in the regions of two thresholds.

    Parameters
    ----------
    threshold1, threshold2 : int
        In LSB of the two scores.
    """

    threshold1: int
    threshold2: int

    def key(self) -> dict[str, Any]:
        """Thresholds, and how events are grouped."""
        bins = [GROUPS, PILEUP_STEP, PILEUP_BINS]
        return {"thresholds": [self.threshold1, self.threshold2], "bins": bins}

    def zero(self) -> GroupedCounts:
        """No events."""
        return GroupedCounts(np.zeros((GROUPS, 4), np.int64), np.zeros((PILEUP_BINS, 4), np.int64))

    def count(
        self,
        words: NDArray[np.int32],  # noqa: ARG002
        scores: Mapping[str, Integers],
        clusters: Integers,
        pileup: NDArray[np.int32] | None,
        *,
        bits: Mapping[str, NDArray[np.bool_]] | None = None,  # noqa: ARG002
    ) -> GroupedCounts:
        """Count events; see `counters.Counter`."""
        score1, score2 = scores.values()
        region = region_of(score1, score2, self.threshold1, self.threshold2).astype(np.int64)
        groups = by_group(region, clusters, np.zeros(len(region), np.int64), ONE)[0]
        by_pileup = self.zero().pileup
        if pileup is not None:
            known = pileup >= 0
            index = np.minimum(pileup[known] // PILEUP_STEP, PILEUP_BINS - 1).astype(np.int64)
            flat = np.bincount(4 * index + region[known], minlength=4 * PILEUP_BINS)
            by_pileup = flat.reshape(PILEUP_BINS, 4)
        return GroupedCounts(groups, by_pileup.astype(np.int64))

    def read(self, record: Mapping[str, Any]) -> GroupedCounts:
        """Undo `GroupedCounts.to_json`."""
        return GroupedCounts(
            np.array(record["groups"], np.int64), np.array(record["pileup"], np.int64)
        )
