"""Consecutive crossings of a fill, and what dead time leaves of the accepts in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Self

import numpy as np
from numpy.typing import NDArray

from trigger_ad.lhc.dead_time import DeadTime, DeadTimeState
from trigger_ad.lhc.fill import FillingScheme
from trigger_ad.trigger.decide import Decision
from trigger_ad.trigger.regions import region_names
from trigger_ad.trigger.registers import REGIONS

__all__ = ["UNEQUAL", "LiveCounts", "LiveDecision", "LiveTime"]

#: Confidence with which the survivors of a region must differ from the live fraction to be named.
UNEQUAL = 0.99


@dataclass(frozen=True)
class LiveCounts:
    """Crossings and accepts of consecutive events; pieces add up.

    Parameters
    ----------
    colliding, dead : int
        Crossings with collisions, and those of them in which no accept was allowed.
    accepts, live_accepts : tuple of int
        By region, before and after dead time.
    """

    colliding: int = 0
    dead: int = 0
    accepts: tuple[int, ...] = (0,) * len(REGIONS)
    live_accepts: tuple[int, ...] = (0,) * len(REGIONS)

    def __add__(self, other: Self) -> LiveCounts:
        accepts, live = (
            np.add(getattr(self, name), getattr(other, name)).tolist()
            for name in ("accepts", "live_accepts")
        )
        return LiveCounts(
            self.colliding + other.colliding, self.dead + other.dead, tuple(accepts), tuple(live)
        )

    @property
    def live_fraction(self) -> Fraction:
        """Part of the crossings with collisions in which an accept was allowed; 1 for none."""
        return 1 - Fraction(self.dead, max(self.colliding, 1))

    @property
    def unequal(self) -> tuple[str, ...]:
        """Regions whose accepts survive more or less often than the live fraction says.

        The binomial interval of `UNEQUAL` confidence of the survivors excludes it. Then the rate
        of the region after dead time is not its rate before times the live fraction.
        """
        if not self.dead:
            return ()
        from hist.intervals import clopper_pearson_interval

        found = []
        for region, before, after in zip(
            region_names(len(self.accepts)), self.accepts, self.live_accepts, strict=True
        ):
            if before:
                passed, trials = np.array([float(after)]), np.array([float(before)])
                low, high = clopper_pearson_interval(passed, trials, UNEQUAL)[:, 0]
                if not low <= self.live_fraction <= high:
                    found.append(region)
        return tuple(found)


@dataclass(frozen=True)
class LiveDecision:
    """Place in the run of each event, and what is left of its accept.

    Parameters
    ----------
    crossing : ndarray (n_events,) of int64
        Of the run, as `lhc.orbit.Crossing.index`: orbit times 3564 plus the place in it.
    accept : ndarray (n_events,) of bool
        After dead time.
    counts : LiveCounts
    """

    crossing: NDArray[np.int64]
    accept: NDArray[np.bool_]
    counts: LiveCounts


@dataclass(frozen=True)
class LiveTime:
    """Where in a fill a stream of events is, and what dead time remembers there.

    Parameters
    ----------
    fill : FillingScheme
        The events are its crossings with collisions, one after the other from orbit 0 on.
    rules : DeadTime
    events : int
        Events before the next one.
    state : DeadTimeState
    """

    fill: FillingScheme
    rules: DeadTime = field(default_factory=DeadTime)
    events: int = 0
    state: DeadTimeState = field(default_factory=DeadTimeState)

    def decide(self, decision: Decision) -> tuple[LiveDecision, LiveTime]:
        """Apply dead time to the next events; pieces give the same as all events at once.

        Parameters
        ----------
        decision : trigger.decide.Decision
            With the accepts before dead time.

        Returns
        -------
        LiveDecision
        LiveTime
            After the last of these events.
        """
        last = self.events + len(decision.accept)
        crossing = self.fill.crossing(np.arange(self.events, last))
        stop = int(crossing[-1]) + 1 if len(crossing) else self.state.at
        left, state = self.rules.apply(crossing[decision.accept], self.state, stop, self.fill)
        accept = decision.accept.copy()
        accept[accept] = left.accept
        before, after = (
            tuple(np.bincount(decision.region[kept], minlength=decision.regions).tolist())
            for kept in (decision.accept, accept)
        )
        counts = LiveCounts(left.crossings, left.dead, before, after)
        return LiveDecision(crossing, accept, counts), LiveTime(self.fill, self.rules, last, state)
