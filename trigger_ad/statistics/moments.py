"""Sums over events that fractions and their errors take, whatever else is known of the events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trigger_ad.statistics.design_effects import relative_variance

__all__ = ["Moments"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of the weights that some figures give to events; adding is over kinds of events.

    Parameters
    ----------
    groups : ndarray (strata, groups) of int64
        All events.
    fired : ndarray (strata, groups) of int64
        Those to which any of the figures gives a weight.
    by_group : ndarray (strata, groups, figures)
        Sum of the weights.
    sums, squares : ndarray (strata, figures)
        Of the weights, and of their squares.
    """

    groups: Integers
    fired: Integers
    by_group: Floats
    sums: Floats
    squares: Floats

    @classmethod
    def of(cls, weights: Floats, counts: Integers) -> Moments:
        """Sums over kinds of events.

        Parameters
        ----------
        weights : ndarray (kinds, figures)
            Of an event of each kind, from 0 to 1.
        counts : ndarray (strata, groups, kinds) of int64
        """
        events = counts.sum(axis=1)
        return cls(
            counts.sum(axis=2),
            counts @ (weights > 0).any(axis=1).astype(np.int64),
            np.stack([table @ weights for table in counts]),
            np.stack([row @ weights for row in events]),
            np.stack([row @ weights**2 for row in events]),
        )

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.groups + other.groups,
            self.fired + other.fired,
            self.by_group + other.by_group,
            self.sums + other.sums,
            self.squares + other.squares,
        )

    @classmethod
    def joined(cls, first: Moments, *others: Moments) -> Moments:
        """Figures of several about the same events; `fired` is that of the first."""
        parts = (first, *others)
        return cls(
            first.groups,
            first.fired,
            np.concatenate([part.by_group for part in parts], axis=2),
            np.concatenate([part.sums for part in parts], axis=1),
            np.concatenate([part.squares for part in parts], axis=1),
        )

    @property
    def events(self) -> Integers:
        """(strata,) of int64: all events."""
        return np.asarray(self.groups.sum(axis=1))

    def effects(self, least: float = 1.0) -> Floats:
        """Design effects, (strata, figures): those of `design_effects`, none of them NaN.

        Where the weights of a figure do not vary, the effect of the events with any weight stands
        for it, and 1 where these do not vary either.

        Parameters
        ----------
        least : float
            Taken for smaller ones. The groups of independent events scatter about 1: with 1, their
            errors are a little too large on average, with 0 they are not.
        """
        return np.stack([self._effects(index, least) for index in range(len(self.groups))])

    def _effects(self, stratum: int, least: float) -> Floats:
        groups, fired = self.groups[stratum], self.fired[stratum].astype(np.float64)
        own = relative_variance(
            groups, self.by_group[stratum], self.sums[stratum], self.squares[stratum], least
        )
        total = np.array([fired.sum()])
        common = relative_variance(groups, fired[:, None], total, total, least)[0]
        return np.where(np.isnan(own), 1.0 if np.isnan(common) else common, own)
