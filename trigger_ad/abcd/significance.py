"""Significance of an injected signal, background predicted or known (paper 001, Fig. 3)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import NDArray

from trigger_ad.abcd.estimate import predict
from trigger_ad.abcd.prediction import Prediction
from trigger_ad.abcd.working_point import require_events

__all__ = ["Excess", "Significance", "excess", "injected", "significance"]


@dataclass(frozen=True)
class Significance:
    """What an excess in region A is worth.

    Parameters
    ----------
    observed : float
        Expected events in A, signal included.
    uncorrected : float
        Background predicted from B, C and D as they are, with their signal.
    corrected : float
        Background predicted from B, C and D without their signal.
    known : float
        Background in A known.
    with_kappa : float or None
        Background predicted from B, C and D as they are, times kappa, with the errors of kappa and
        of these counts: (N - B) / sqrt(N + s^2). None without a kappa.
    """

    observed: float
    uncorrected: float
    corrected: float
    known: float
    with_kappa: float | None = None

    def to_json(self) -> dict[str, float | None]:
        """Plain numbers by name."""
        return asdict(self)


def significance(observed: float, background: float) -> float:
    """(N - B) / sqrt(N) for an excess, otherwise 0."""
    return (observed - background) / math.sqrt(observed) if observed > background else 0.0


@dataclass(frozen=True)
class Excess:
    """What observed events are worth above an estimated background.

    Parameters
    ----------
    value : float
        (N - B) / sqrt(N), or 0 without an excess, as in paper 001.
    low, high : float
        The same with the background at its upper and lower 68 % limit.
    with_error : float
        (N - B) / sqrt(N + s^2), s the distance to the background's upper limit.
    """

    value: float
    low: float
    high: float
    with_error: float

    def to_json(self) -> dict[str, float]:
        """Plain numbers by name."""
        return asdict(self)


def excess(observed: float, background: Prediction) -> Excess:
    """Significance of observed events above a background with its limits.

    Parameters
    ----------
    observed : float
        Events in A.
    background : Prediction
        From B, C and D as they are (uncorrected), or after their signal was
        subtracted (corrected). Without events in D nothing is significant.
    """
    if not math.isfinite(float(background.high)):
        return Excess(0.0, 0.0, significance(observed, float(background.low)), 0.0)
    value, low, high = (float(n) for n in (background.value, background.low, background.high))
    spread = math.sqrt(observed + (high - value) ** 2)
    return Excess(
        significance(observed, value),
        significance(observed, high),
        significance(observed, low),
        (observed - value) / spread if observed > value else 0.0,
    )


def injected(
    background: NDArray[Any],
    signal: NDArray[Any],
    signal_fraction: float,
    kappa: tuple[float, float] | None = None,
) -> Significance:
    """Significance of a signal that makes up a given fraction of the whole sample.

    Counts are expectations: the signal's share of each region is scaled, not drawn.

    Parameters
    ----------
    background : ndarray (4,)
        Standard Model test events in A, B, C, D.
    signal : ndarray (4,)
        Signal events in A, B, C, D, of any number.
    signal_fraction : float
        Signal events / all events; 0.001 in the paper.
    kappa : tuple of 2 float, optional
        Non-closure factor with one standard deviation.

    Raises
    ------
    WorkingPointError
        If a region has no background.
    """
    require_events(background, "the thresholds")
    events = background.sum() * signal_fraction / (1 - signal_fraction)
    total = background + signal * (events / signal.sum())
    observed = float(total[0])
    return Significance(
        observed=observed,
        uncorrected=significance(observed, predict(total)),
        corrected=significance(observed, predict(background)),
        known=significance(observed, float(background[0])),
        with_kappa=None if kappa is None else _with_kappa(total, *kappa),
    )


def _with_kappa(counts: NDArray[Any], kappa: float, error: float) -> float:
    observed, background = float(counts[0]), kappa * predict(counts)
    relative = math.hypot(error / kappa, math.sqrt(float((1 / counts[1:]).sum())))
    excess = max(observed - background, 0.0)
    return excess / math.hypot(math.sqrt(observed), relative * background)
