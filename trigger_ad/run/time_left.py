"""How long a run still takes, from what its stages took before and how fast this machine is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

__all__ = ["TimeLeft"]


class TimeLeft:
    """Follows a run through its stages.

    Parameters
    ----------
    expected : mapping of str to float
        Seconds of every stage, in order, by an earlier run or as they are to each other.
    clock : callable
        Time in s.
    """

    def __init__(
        self, expected: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._expected, self._clock = dict(expected), clock
        self._stages = tuple(expected)
        self._began: dict[str, float] = {}
        self._spent = self._planned = 0.0

    def place(self, stage: str) -> str:
        """The stage as one of all, ``3/19``."""
        return f"{self._stages.index(stage) + 1}/{len(self._stages)}"

    def after(self, stage: str, part: float) -> float | None:
        """Seconds that are left when `part` (0 to 1) of a stage is done; None before any is."""
        now = self._clock()
        ran = stage in self._began
        began = self._began.setdefault(stage, now)
        open_stages = self._stages[self._stages.index(stage) + 1 :]
        left = sum(self._expected[name] for name in open_stages)
        spent, planned = now - began, self._expected[stage] * part
        if part >= 1 and ran:
            self._spent, self._planned = self._spent + spent, self._planned + planned
            spent = planned = 0.0
        spent, planned = self._spent + spent, self._planned + planned
        if part >= 1 and not ran and self._planned:  # it was up to date
            return self._spent / self._planned * left
        if not planned or not spent:
            return None
        return spent / planned * (left + self._expected[stage] * (1 - part))
