"""Two-sided CUSUM of standard normal numbers, at two scales (E. S. Page, Biometrika 41 (1954))."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["ALLOWANCES", "Chart", "threshold"]

#: Taken off each pull before it is added up, in standard deviations. A chart is quickest for a
#: shift of twice its allowance: 0.4, which takes patience, and 1.2, which does not.
ALLOWANCES = (0.2, 0.6)

#: Mean overshoot of a normal walk over both of its ends (Siegmund, Sequential Analysis (1985)).
_OVERSHOOT = 1.166

#: A sum stops at so many thresholds, so that an alarm ends soon after its cause.
_CAP = 1.25

#: Part of the threshold below which an alarm ends.
_END = 0.75

Two = tuple[float, float]


def threshold(allowance: float, sections: float) -> float:
    """Height that one side reaches by chance once in so many sections.

    From Siegmund's approximation of the mean time between false alarms,
    (exp(2 k b) - 2 k b - 1) / (2 k^2) with b = h + 1.166.

    Parameters
    ----------
    allowance : float
        k, above 0.
    sections : float
        Mean number of sections from one false alarm to the next; at least 2.

    Examples
    --------
    Tables give 930 sections for k = 0.5, h = 5.

    >>> round(threshold(0.5, 930.0), 1)
    5.0
    """
    upper = 0.0
    for _ in range(200):  # converges from below
        upper = math.log1p(2 * allowance * upper + 2 * allowance**2 * sections) / (2 * allowance)
    return max(upper - _OVERSHOOT, 0.0)


@dataclass(frozen=True)
class Chart:
    """Sums of pulls at both scales, in units of their threshold.

    Parameters
    ----------
    up, down : tuple of 2 float
        For the two `ALLOWANCES`; 1 and above is an alarm.
    raised : int
        1 while the alarm of an excess lasts, -1 for a lack, 0 otherwise. It begins at 1 and
        ends below 3/4.
    """

    up: Two = (0.0, 0.0)
    down: Two = (0.0, 0.0)
    raised: int = 0

    def add(self, pull: float, band: float, heights: Two) -> Chart:
        """Chart after one more section.

        Parameters
        ----------
        pull : float
            Standard normal if nothing has changed.
        band : float
            A shift of the mean that is of no interest, in the unit of `pull`; at least 0.
        heights : tuple of 2 float
            Of `threshold`, for the two allowances.
        """
        up = _walk(self.up, pull - band, heights)
        down = _walk(self.down, -pull - band, heights)
        high, low = max(up), max(down)
        raised = self.raised
        if high >= 1 or low >= 1:
            raised = 1 if high >= low else -1
        elif (high if raised > 0 else low) < _END:
            raised = 0
        return Chart(up, down, raised)

    @property
    def level(self) -> float:
        """The larger side, in thresholds: positive for an excess, negative for a lack."""
        high, low = max(self.up), max(self.down)
        return high if high >= low else -low


def _walk(sums: Two, pull: float, heights: Two) -> Two:
    slow, fast = (
        min(max(total + (pull - allowance) / height, 0.0), _CAP)
        for total, allowance, height in zip(sums, ALLOWANCES, heights, strict=True)
    )
    return slow, fast
