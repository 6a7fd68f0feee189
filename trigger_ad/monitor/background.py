"""Prediction and observation in region A, of one section and of a sliding window."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trigger_ad.abcd.estimate import estimate
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.monitor.counts import Counts
from trigger_ad.trigger.regions import PAIR

__all__ = ["Background", "Window", "background"]


@dataclass(frozen=True)
class Background:
    """Region A of one section.

    Parameters
    ----------
    observed : int
    predicted : float
        kappa N_B N_C / N_D.
    spread : float
        One standard deviation of observed - predicted: Poisson of A, and of B, C and D.
    kappa_spread : float
        One standard deviation of `predicted` from kappa, the same in every section.
    """

    observed: int
    predicted: float
    spread: float
    kappa_spread: float

    @property
    def pull(self) -> float:
        """(observed - predicted) / spread; without the error of kappa, which does not scatter."""
        return (self.observed - self.predicted) / self.spread

    @property
    def error(self) -> float:
        """One standard deviation of `predicted`, kappa included."""
        return math.sqrt(max(self.spread**2 - self.predicted, 0.0) + self.kappa_spread**2)


def background(counts: Counts, kappa: Kappa, minimum: int) -> Background | None:
    """Predict region A from counters before prescale, all of one live time.

    The variance of A is that of a Poisson number with the predicted mean.

    Parameters
    ----------
    counts : Counts
    kappa : Kappa
    minimum : int
        Events that B, C and D each must have.

    Returns
    -------
    Background or None
        None where a region has too few events, or other than two scores span the regions.

    Raises
    ------
    ConfigError
        If kappa is not above 0 at this pile-up.
    """
    if len(counts.regions) != PAIR.regions:
        return None
    a, b, c, d = counts.before.values
    if min(b, c, d) < minimum:
        return None
    # The prediction does not depend on A, which may be empty.
    plain = estimate(np.array([max(a, 1), b, c, d]))
    value, error = kappa.at(counts.pileup)
    predicted = value * plain.predicted
    spread = math.hypot(math.sqrt(predicted), value * plain.predicted_error)
    return Background(a, predicted, spread, error * plain.predicted)


@dataclass(frozen=True)
class Window:
    """Sums over sections, each section weighing less the longer ago it was.

    Sections are predicted one by one and then added: the sum of N_B N_C / N_D is not that of
    the summed counts where pile-up changes.

    Parameters
    ----------
    observed, predicted, variance, kappa_spread : float
        Weighted sums; that of kappa is linear, since its error is common to all sections.
    """

    observed: float = 0.0
    predicted: float = 0.0
    variance: float = 0.0
    kappa_spread: float = 0.0

    def add(self, now: Background, length: float) -> Window:
        """Window after one more section; `length` in sections is that of a fall to 1/e."""
        fade = math.exp(-1 / length)
        return Window(
            fade * self.observed + now.observed,
            fade * self.predicted + now.predicted,
            fade**2 * self.variance + now.spread**2,
            fade * self.kappa_spread + now.kappa_spread,
        )

    @property
    def ratio(self) -> tuple[float, float] | None:
        """Observed / predicted with one standard deviation, kappa included; None at first."""
        if self.predicted <= 0:
            return None
        total = math.sqrt(self.variance + self.kappa_spread**2)
        return self.observed / self.predicted, total / self.predicted
