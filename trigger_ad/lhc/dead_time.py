"""Dead time by declared rules: which accepts survive, and the live fraction that is left.

Two kinds of rules, both in whole crossings of 25 ns:

* a **window** (n, m): at most n accepts in any m consecutive crossings. (1, 3) is a simple dead
  time of two crossings after each accept. CMS has several at once.
* a **bucket** (depth, drain): a buffer of `depth` events, each taking `drain` crossings to be
  read, one after the other; an accept needs a free place. ATLAS calls it complex dead time.

An accept that a rule forbids is lost, and does not count for what follows. As text, a window is
``1/3`` and a bucket ``bucket:9/351``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.lhc.fill import FillingScheme

__all__ = ["DeadTime", "DeadTimeState", "Survivors"]

Crossings = NDArray[np.int64]

_RULE = re.compile(r"(bucket:)?(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class DeadTimeState:
    """What the rules remember.

    Parameters
    ----------
    at : int
        Crossings before this one have been seen.
    recent : tuple of int
        Crossings of the latest accepts that a window can still reach, rising.
    filled : tuple of int
        For each bucket, when it will be empty: the crossing, or earlier ones if it is.
    """

    at: int = 0
    recent: tuple[int, ...] = ()
    filled: tuple[int, ...] = ()


@dataclass(frozen=True)
class Survivors:
    """What the rules leave of a piece of a run.

    Parameters
    ----------
    accept : ndarray (n_candidates,) of bool
        Which candidates survive.
    crossings, dead : int
        Crossings of the piece, and those in which no accept was allowed; of the colliding
        ones if a filling scheme was given.
    """

    accept: NDArray[np.bool_]
    crossings: int
    dead: int

    @property
    def live_fraction(self) -> Fraction:
        """Part of the crossings in which an accept was allowed."""
        return 1 - Fraction(self.dead, self.crossings)


@dataclass(frozen=True)
class DeadTime:
    """Declared rules; all of them hold.

    Parameters
    ----------
    windows : tuple of (int, int)
        At most n accepts in m consecutive crossings, 1 <= n < m.
    buckets : tuple of (int, int)
        Depth in events and crossings to read one, both at least 1.

    Raises
    ------
    ConfigError
        If a number is out of range.

    Examples
    --------
    >>> rule = DeadTime(windows=((1, 3),))
    >>> left, _ = rule.apply(np.array([10, 12, 13, 15, 16]), DeadTimeState(), stop=20)
    >>> left.accept
    array([ True, False,  True, False,  True])
    >>> left.dead, left.live_fraction
    (6, Fraction(7, 10))
    """

    windows: tuple[tuple[int, int], ...] = ()
    buckets: tuple[tuple[int, int], ...] = ()
    reach: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for n, m in self.windows:
            if not 1 <= n < m:
                raise ConfigError(
                    "a dead-time rule",
                    "must allow n accepts in m crossings with 1 <= n < m",
                    f"{n} in {m}",
                    "give whole numbers in this order",
                )
        for depth, drain in self.buckets:
            if depth < 1 or drain < 1:
                raise ConfigError(
                    "a dead-time bucket",
                    "must have a depth and a drain of at least 1",
                    f"{depth} and {drain}",
                    "give events and crossings",
                )
        object.__setattr__(self, "reach", max((m for _, m in self.windows), default=0))

    @classmethod
    def parse(cls, text: str) -> DeadTime:
        """Read rules separated by commas or spaces, ``1/3, 4/100, bucket:9/351``.

        Raises
        ------
        ConfigError
            If a word is none, or as for the class.
        """
        windows: list[tuple[int, int]] = []
        buckets: list[tuple[int, int]] = []
        for word in re.split(r"[\s,]+", text.strip()):
            found = _RULE.fullmatch(word)
            if found is None:
                raise ConfigError(
                    "the dead time",
                    "must list rules such as 1/3 or bucket:9/351",
                    repr(word),
                    "give accepts/crossings, and for a bucket its events/crossings to read one",
                )
            (buckets if found[1] else windows).append((int(found[2]), int(found[3])))
        return cls(tuple(windows), tuple(buckets))

    @property
    def text(self) -> str:
        """The rules, read back by `parse`; empty if there are none."""
        words = [f"{n}/{m}" for n, m in self.windows]
        return ", ".join(words + [f"bucket:{depth}/{drain}" for depth, drain in self.buckets])

    def free_from(self, recent: tuple[int, ...], filled: tuple[int, ...]) -> int:
        """First crossing in which the next accept is allowed."""
        ends = [recent[-n] + m for n, m in self.windows if len(recent) >= n]
        ends += [
            empty - (depth - 1) * drain
            for (depth, drain), empty in zip(self.buckets, filled, strict=False)
        ]
        return max(ends, default=0)

    def step(
        self, crossing: int, recent: tuple[int, ...], filled: tuple[int, ...]
    ) -> tuple[bool, tuple[int, ...], tuple[int, ...]]:
        """Decide on one candidate: the rule itself.

        Returns
        -------
        bool
            Whether it survives.
        recent, filled : tuple of int
            As in `DeadTimeState`, after it.
        """
        if crossing < self.free_from(recent, filled):
            return False, recent, filled
        recent = (*(r for r in recent if r > crossing - self.reach), crossing)
        before = filled or (crossing,) * len(self.buckets)
        filled = tuple(
            max(empty, crossing) + drain
            for (_, drain), empty in zip(self.buckets, before, strict=True)
        )
        return True, recent, filled

    def apply(
        self,
        candidates: Crossings,
        state: DeadTimeState,
        stop: int,
        fill: FillingScheme | None = None,
    ) -> tuple[Survivors, DeadTimeState]:
        """Decide on the candidates of the crossings from ``state.at`` to before `stop`.

        A run in pieces, with the state carried on, gives the same as a run in one. Candidates
        fall into groups that cannot feel each other; only groups in which a candidate might be
        lost are taken one at a time.

        Parameters
        ----------
        candidates : ndarray (n_candidates,) of int64
            Crossings that the trigger accepted, rising, in that range.
        state : DeadTimeState
        stop : int
        fill : FillingScheme, optional
            Counts colliding crossings only.

        Raises
        ------
        ConfigError
            If the candidates do not rise or lie outside the range.
        """
        edges = np.concatenate([[state.at - 1], candidates, [stop]])
        if (np.diff(edges) <= 0).any():
            raise ConfigError(
                "candidates of dead time",
                f"must rise from {state.at} to below {stop}",
                "others",
                "give the crossings of one piece of the run in order",
            )
        accept = np.ones(len(candidates), dtype=np.bool_)
        recent, filled = state.recent, state.filled
        spans = [_carried(state.at, self.free_from(recent, filled), stop)]
        starts, doubtful = self._groups(candidates, state)
        for first, last in zip(starts, [*starts, len(candidates)][1:], strict=True):
            if first and not doubtful[first:last].any() and last < len(candidates):
                continue
            if first:  # nothing before it is felt any more
                recent, filled = (), ()
            for index in range(first, last):
                accept[index], recent, filled = self.step(int(candidates[index]), recent, filled)
        kept = candidates[accept]
        spans.append(self._dead(kept, state, stop))
        low, high = np.concatenate(spans, axis=1)
        if fill is not None:
            low, high = fill.colliding_before(low), fill.colliding_before(high)
        total = np.array([state.at, stop])
        total = total if fill is None else fill.colliding_before(total)
        result = Survivors(accept, int(total[1] - total[0]), int((high - low).sum()))
        recent = tuple(r for r in recent if r > stop - self.reach)
        return result, DeadTimeState(stop, recent, tuple(filled))

    def _groups(
        self, candidates: Crossings, state: DeadTimeState
    ) -> tuple[list[int], NDArray[np.bool_]]:
        """First candidate of each group, and which candidates might be lost.

        Every candidate is taken as accepted: that is never less than what was accepted, so a
        candidate that is allowed then is allowed always, and what is apart then stays apart.
        """
        recent = np.array(state.recent, dtype=np.int64)
        times = np.concatenate([recent, candidates])
        doubtful = np.zeros(len(times), dtype=np.bool_)
        apart = np.diff(times, prepend=times[:1] - self.reach) >= self.reach
        for n, m in self.windows:
            doubtful[n:] |= times[n:] < times[:-n] + m
        apart, doubtful = apart[len(recent) :], doubtful[len(recent) :]
        filled = state.filled or (state.at,) * len(self.buckets)
        for (depth, drain), empty in zip(self.buckets, filled, strict=True):
            before = _filled(candidates, drain, empty)[:-1]
            doubtful |= candidates < before - (depth - 1) * drain
            apart &= candidates >= before
        apart[:1] = True
        return np.flatnonzero(apart).tolist(), doubtful

    def _dead(self, kept: Crossings, state: DeadTimeState, stop: int) -> Crossings:
        """First crossing and end of the dead time after each accept, within the piece."""
        times = np.concatenate([np.array(state.recent, dtype=np.int64), kept])
        free = kept + 1
        for n, m in self.windows:
            ends = np.full(len(times), -1, dtype=np.int64)
            ends[n - 1 :] = times[: len(times) - n + 1] + m
            free = np.maximum(free, ends[len(state.recent) :])
        filled = state.filled or (state.at,) * len(self.buckets)
        for (depth, drain), empty in zip(self.buckets, filled, strict=True):
            free = np.maximum(free, _filled(kept, drain, empty)[1:] - (depth - 1) * drain)
        return np.stack([kept + 1, np.clip(free, kept + 1, max(stop, 0))])


def _filled(times: Crossings, drain: int, empty: int) -> Crossings:
    """When a bucket is empty, before the first of `times` and after each, if all are accepted.

    Lindley's recursion e_i = max(e_(i-1), t_i) + drain, as a running maximum.
    """
    order = np.arange(len(times) + 1, dtype=np.int64) * drain
    start = np.concatenate([[empty], times - order[:-1]])
    return np.maximum.accumulate(start) + order


def _carried(at: int, free: int, stop: int) -> Crossings:
    """What the accepts of earlier pieces leave dead in this one."""
    return np.array([[at], [min(max(free, at), stop)]], dtype=np.int64)
