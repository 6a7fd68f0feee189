"""Events that were drawn in strata, each of a known probability: weights, sums, resampling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.bootstrap import cluster_index, times_drawn
from trigger_ad.statistics.fractions import Fractions, fractions
from trigger_ad.statistics.intervals import Interval
from trigger_ad.statistics.moments import Moments

__all__ = ["Stratified", "mean", "weighted"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stratified:
    """How the events of a sample were drawn. Events of a plain sample have none of it.

    A fraction of all events is the sum over strata of their probability times the fraction within
    them. So an event of stratum s counts ``p_s N / N_s``, with the N_s events of the stratum among
    all N of this sample. Clusters are those within a stratum.

    Parameters
    ----------
    places : ndarray (n_events,) of int64
        Stratum of each event, from 0; every stratum has events.
    clusters : ndarray (n_events,) of int64
        Number of the cluster of each event among those of its stratum, from 0 without gaps.
    probabilities : tuple of float
        Of each stratum.
    errors : tuple of float
        Relative standard deviations of these, where they were measured themselves.
    """

    places: Integers
    clusters: Integers
    probabilities: tuple[float, ...]
    errors: tuple[float, ...] = ()

    @classmethod
    def of(
        cls,
        places: NDArray[Any],
        probabilities: Sequence[float],
        clusters: NDArray[Any] | None = None,
        errors: Sequence[float] = (),
    ) -> Stratified:
        """Number the clusters of each stratum; without them every event is a cluster."""
        index = np.empty(len(places), np.int64)
        for place in range(len(probabilities)):
            mine = places == place
            own = None if clusters is None else clusters[mine]
            index[mine] = cluster_index(own, int(mine.sum()))
        return cls(places.astype(np.int64), index, tuple(probabilities), tuple(errors))

    def __len__(self) -> int:
        return len(self.places)

    def taken(self, rows: Any) -> Stratified:
        """Some of the events, by their numbers; every stratum must have some."""
        return self.of(self.places[rows], self.probabilities, self.clusters[rows], self.errors)

    def first(self, events: int) -> Integers:
        """Numbers of about so many events, the first of every stratum in its part of them."""
        share = min(events / len(self), 1.0)
        kept = [
            np.flatnonzero(self.places == place)[: max(int(share * count), 1)]
            for place, count in enumerate(self.events)
        ]
        return np.sort(np.concatenate(kept))

    @cached_property
    def events(self) -> Integers:
        """(strata,) of int64: events of each."""
        return np.bincount(self.places, minlength=len(self.probabilities))

    @cached_property
    def each(self) -> Floats:
        """(strata,): how much an event of each counts; the mean over the events is 1."""
        return np.array(self.probabilities) * len(self.places) / self.events

    @cached_property
    def weights(self) -> Floats:
        """(n_events,): how much each event counts."""
        return np.asarray(self.each[self.places])

    def plain(self) -> Integers:
        """Numbers of as many events as if they had been drawn alike.

        For what knows no weights. Each event is repeated as often as it counts, rounded up or down
        so that there are as many as before, of every stratum its part but for one event: most
        events of a stratum that was drawn more often are left out.
        """
        order = np.argsort(self.places, kind="stable")
        below = np.cumsum(self.weights[order])
        places = (np.arange(len(self)) + 0.5) * (below[-1] / len(self))
        return np.sort(order[np.searchsorted(below, places, side="right")])

    def counts(self, bins: Integers, size: int, times: Integers | None = None) -> Integers:
        """Events of each stratum in each bin, (strata, size) of int64.

        Parameters
        ----------
        bins : ndarray (n_events,) of int64
        size : int
            Number of bins.
        times : ndarray (n_events,) of int64, optional
            How often each event is there.
        """
        strata = len(self.probabilities)
        found = np.bincount(self.places * size + bins, times, strata * size)
        return found.astype(np.int64).reshape(strata, size)

    def at_or_below(self, bins: Integers, size: int) -> Floats:
        """Events in each bin or one before it, as many as of a plain sample; (size,)."""
        return weighted(self.each, self.counts(bins, size).cumsum(axis=1))

    def at_or_above(self, bins: Integers, size: int) -> Floats:
        """Events in each bin or one behind it; (size,)."""
        return self.at_or_below(size - 1 - bins, size)[::-1]

    def moments(self, weights: Floats, inside: NDArray[np.bool_] | None = None) -> Moments:
        """Sums of the weights (n_events, figures) that figures give to events, by cluster.

        Parameters
        ----------
        weights : ndarray (n_events, figures)
        inside : ndarray (n_events,) of bool, optional
            The events of a bin, which alone are summed; all if not given.
        """
        strata, size = len(self.probabilities), int(self.clusters.max()) + 1
        kept = slice(None) if inside is None else inside
        places, weights = self.places[kept], weights[kept]
        index = places * size + self.clusters[kept]

        def by_cluster(values: Any = None) -> NDArray[Any]:
            return np.bincount(index, values, strata * size).reshape(strata, size)

        def by_stratum(values: Floats) -> NDArray[Any]:
            return np.bincount(places, values, strata)

        columns = weights.T
        return Moments(
            by_cluster(),
            by_cluster((weights > 0).any(axis=1)).astype(np.int64),
            np.stack([by_cluster(column) for column in columns], axis=2),
            np.stack([by_stratum(column) for column in columns], axis=1),
            np.stack([by_stratum(column**2) for column in columns], axis=1),
        )

    def inside(self, passing: Floats, inside: NDArray[np.bool_]) -> Fractions:
        """Parts of the events of a bin that pass cuts, with their intervals and limits.

        Parameters
        ----------
        passing : ndarray (n_events, figures)
            From 0 to 1.
        inside : ndarray (n_events,) of bool
            Of the bin; some are.
        """
        moments = self.moments(passing, inside)
        ones = np.ones(passing.shape[1])
        return fractions(moments, ones, self.probabilities, drawn=self.events, errors=self.errors)

    def covariance(self, shares: Floats) -> Floats:
        """Covariance of sums of the shares (n_events, figures) of all events, (figures, figures).

        That of the sums over the clusters of each stratum, whose number of events is fixed, and
        that which the errors of the probabilities give. A share is what an event adds to a figure,
        its weight included, to first order.
        """
        strata, size = len(self.probabilities), int(self.clusters.max()) + 1
        found = np.zeros((shares.shape[1],) * 2)
        for place in range(strata):
            mine = self.places == place
            index, own = self.clusters[mine], shares[mine]
            sums = np.stack([np.bincount(index, column, size) for column in own.T], axis=1)
            events = np.bincount(index, minlength=size)
            total = sums.sum(axis=0)
            apart = sums - np.outer(events / len(own), total)
            number = int(np.count_nonzero(events))
            found += apart.T @ apart * (number / max(number - 1, 1))
            if self.errors:
                found += np.outer(total, total) * self.errors[place] ** 2
        return found

    def efficiency(self, passing: NDArray[np.bool_]) -> Interval:
        """Fraction of all events that pass, with its interval; see `fractions.fractions`."""
        moments = self.moments(passing[:, None].astype(np.float64))
        found = fractions(moments, np.ones(1), self.probabilities, errors=self.errors)
        return Interval(float(found.value[0]), float(found.low[0]), float(found.high[0]))

    def effective(self, passing: NDArray[np.bool_]) -> float:
        """Events of a plain sample with the relative precision of those that pass, uncorrelated."""
        passed = np.bincount(self.places[passing], minlength=len(self.events))
        squares = float(self.each**2 @ passed)
        return float(self.each @ passed) ** 2 / squares if squares > 0 else 0.0

    def worth(self, inside: NDArray[np.bool_]) -> float:
        """Independent events behind those of a bin: (sum w)^2 / (sum w^2) of its clusters."""
        strata, size = len(self.probabilities), int(self.clusters.max()) + 1
        index = self.places[inside] * size + self.clusters[inside]
        events = np.bincount(index, minlength=strata * size).reshape(strata, size)
        squares = float(self.each**2 @ (events**2).sum(axis=1))
        return float(self.each @ events.sum(axis=1)) ** 2 / squares if squares > 0 else 0.0

    def mean(self, values: NDArray[Any]) -> float:
        """Mean of a quantity over all events."""
        return float(self.weights @ values / len(self.places))

    def variance(self, values: Floats) -> float:
        """Variance of that mean: of the sums over the clusters of each stratum of fixed size."""
        within = np.bincount(self.places, values) / self.events
        size = int(self.clusters.max()) + 1
        index = self.places * size + self.clusters
        sums = np.bincount(index, values - within[self.places], len(self.events) * size)
        clusters = np.bincount(index, minlength=len(sums)).reshape(len(self.events), size)
        spread = (sums.reshape(clusters.shape) ** 2).sum(axis=1)
        number = np.count_nonzero(clusters, axis=1)
        scale = (np.array(self.probabilities) / self.events) ** 2
        return float(scale @ (spread * number / np.maximum(number - 1, 1)))

    def times_drawn(self, rng: np.random.Generator) -> Integers:
        """How often each event is in a sample of as many clusters of every stratum."""
        times = np.empty(len(self.places), np.int64)
        for mine, clusters in self._members:
            times[mine] = times_drawn(rng, clusters)
        return times

    @cached_property
    def _members(self) -> tuple[tuple[Integers, Integers], ...]:
        """Events of each stratum, and their clusters: many samples are drawn of the same ones."""
        own = (np.flatnonzero(self.places == place) for place in range(len(self.probabilities)))
        return tuple((mine, self.clusters[mine]) for mine in own)

    def replica_mean(self, values: Floats, rng: np.random.Generator) -> float:
        """Mean over all events in such a sample."""
        times = self.times_drawn(rng)
        within = np.bincount(self.places, times * values) / np.bincount(self.places, times)
        return float(np.array(self.probabilities) @ within)


def weighted(each: Floats, counts: Integers) -> Floats:
    """Sum over strata of their counts, (strata, ...), each times what an event of it counts.

    Equal counts give equal sums to the last bit, wherever they stand.
    """
    return np.asarray(sum(one * of for one, of in zip(each, counts, strict=True)))


def mean(values: NDArray[Any], drawn: Stratified | None) -> float:
    """Mean over all events, also of those that were drawn in strata."""
    return float(np.mean(values)) if drawn is None else drawn.mean(values)
