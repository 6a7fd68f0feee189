"""What a logarithm of a rate should be at each pile-up, learned while the run goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Reference"]

#: Weak knowledge before the first section, as one standard deviation: of the logarithm, and of
#: its change for one more collision in a crossing. It keeps constant pile-up solvable.
_WIDTH = 10.0
_SLOPE_WIDTH = 0.05


@dataclass(frozen=True)
class Reference:
    """Weighted straight line in pile-up, updated one section at a time.

    Parameters
    ----------
    pileup : float
        Origin of the line: that of the first section.
    center : float
        Taken off every value before sums are made, so that they keep their precision.
    learned : int
        Sections in it.
    w, wx, wxx, wy, wxy : float
        Sums of weight, and of weight times x = pile-up - origin, x^2, y, x y.
    """

    pileup: float = 0.0
    center: float = 0.0
    learned: int = 0
    w: float = 0.0
    wx: float = 0.0
    wxx: float = 0.0
    wy: float = 0.0
    wxy: float = 0.0

    def predict(self, pileup: float) -> tuple[float, float]:
        """Value expected at a pile-up, and its variance."""
        a, b, c = self.w + _WIDTH**-2, self.wx, self.wxx + _SLOPE_WIDTH**-2
        determinant = a * c - b * b
        x = pileup - self.pileup
        offset = (c * self.wy - b * self.wxy) / determinant
        slope = (a * self.wxy - b * self.wy) / determinant
        variance = (c - 2 * b * x + a * x * x) / determinant
        return self.center + offset + slope * x, variance

    def pull(self, value: float, variance: float, pileup: float) -> float:
        """Recursive residual: how far a new value lies from the line through the earlier ones.

        If nothing has changed, the residuals of all sections are independent and standard
        normal, however little the line is known (Brown, Durbin and Evans, J. R. Stat. Soc. B
        37, 149 (1975)).
        """
        expected, spread = self.predict(pileup)
        return (value - expected) / math.sqrt(variance + spread)

    def learn(self, value: float, variance: float, pileup: float) -> Reference:
        """Line with one more section; `variance` of the value is above 0."""
        start = self if self.learned else Reference(pileup=pileup, center=value)
        weight, x, y = 1 / variance, pileup - start.pileup, value - start.center
        return Reference(
            start.pileup,
            start.center,
            start.learned + 1,
            start.w + weight,
            start.wx + weight * x,
            start.wxx + weight * x * x,
            start.wy + weight * y,
            start.wxy + weight * x * y,
        )
