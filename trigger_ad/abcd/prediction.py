"""Background in region A from yields of B, C and D, with limits that cover at any count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trigger_ad.abcd.yields import Yield, counted, read_out
from trigger_ad.errors import CountsError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS, REGIONS
from trigger_ad.trigger.rule import PrescaleRule

__all__ = ["Prediction", "elapsed", "from_counters", "from_read_out", "predicted"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """Background in region A; arrays hold many samples.

    Parameters
    ----------
    value : ndarray of float64
        kappa N_B N_C / N_D; NaN or infinite where D has no event.
    low, high : ndarray of float64, in the shape of `value`
        68 % limits; `high` is infinite where D has no event.
    error : ndarray of float64, in the shape of `value`
        One standard deviation to first order, for where counts are large.
    """

    value: Numbers
    low: Numbers
    high: Numbers
    error: Numbers

    def to_json(self) -> dict[str, float | None]:
        """Plain numbers of one sample by name; null where there is no finite one."""
        names = ("value", "low", "high", "error")
        found = {name: float(getattr(self, name)) for name in names}
        return {name: value if np.isfinite(value) else None for name, value in found.items()}


def predicted(
    b: Yield, c: Yield, d: Yield, kappa: float = 1.0, kappa_error: float = 0.0
) -> Prediction:
    """Combine three independent yields, kappa N_B N_C / N_D.

    Distances to the limits are added in quadrature in the logarithm, lower ones of B and C
    with upper ones of D and the other way round (the method of variance estimates recovery,
    Zou and Donner, Statist. Med. 27, 1693 (2008)). As the limits of each yield do not
    under-cover at small counts, nor do these. What a counter leaves open, and the limit of a
    region without events, count in full, since they need not be independent.

    Estimates from counting prescalers lie on a lattice, on which limits at a fixed distance cover
    unequally: 63 to 69 % as a mean goes from 500 to 501 accepts at a prescale of 100. So both
    limits are shifted by the same part of a step, between -1/2 and 1/2, that the counts decide
    (randomised limits, W. L. Stevens, Biometrika 37, 117 (1950)); its variance of 1/12 is added.
    Where a step is not small against the standard deviation, few counts share a prediction and
    the shift is not quite even, so limits are further out by step^2 / 12, in units of it.

    Parameters
    ----------
    b, c, d : Yield
    kappa, kappa_error : float
        Non-closure factor, N_A N_D / (N_B N_C) of the background, with one standard
        deviation.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = kappa * b.value * c.value / d.value
        parts = b.variance / b.value**2 + c.variance / c.value**2 + d.variance / d.value**2
        error = value * np.sqrt(parts + (kappa_error / kappa) ** 2)
    relative = min(kappa_error / kappa, 0.99)
    step = np.max([_over(y.step, y.value) for y in (b, c, d)], axis=0)
    shift = step * _dither(b, d)
    margin = step**2 / (12 * np.sqrt(np.where(step > 0, parts, 1.0)))
    # A count of 0 has no distance to its limit in the logarithm: the limit takes its place.
    top = kappa * _or(b.most, b.high) * _or(c.most, c.high)
    more, less = (np.hypot(ratio, step / 12**0.5) for ratio in np.log1p([relative, -relative]))
    up = _widen([(b.most, b.high), (c.most, c.high), (d.low, d.least)], more)
    down = _widen([(b.low, b.least), (c.low, c.least), (d.most, d.high)], less)
    with np.errstate(divide="ignore"):
        high = np.where(d.least > 0, top * up / _or(d.least, d.high), np.inf)
    bottom = kappa * b.least * c.least / _or(d.most, d.high)
    low, high = bottom / down * np.exp(shift - margin), high * np.exp(shift + margin)
    return Prediction(value, low, high, error)


def from_counters(
    counts: ArrayLike, live_seconds: Sequence[float], kappa: float = 1.0, kappa_error: float = 0.0
) -> Prediction:
    """Predict from counters before prescale, which need no read-out.

    Parameters
    ----------
    counts : array_like (..., 4)
        Events in A, B, C, D; that of A is not used.
    live_seconds : sequence of 4 float
        Time in which each was counted.
    kappa, kappa_error : float

    Raises
    ------
    CountsError
        If the live times differ.
    """
    if len(set(live_seconds)) != 1:
        raise CountsError(
            "the live time of the four regions",
            "must be the same",
            ", ".join(f"{r} {t:g} s" for r, t in zip(REGIONS, live_seconds, strict=True)),
            "count all regions in the same time",
        )
    array = np.asarray(counts)
    b, c, d = (counted(array[..., code]) for code in (1, 2, 3))
    return predicted(b, c, d, kappa, kappa_error)


def from_read_out(
    accepted: ArrayLike,
    rule: PrescaleRule,
    from_start: bool = False,
    kappa: float = 1.0,
    kappa_error: float = 0.0,
) -> Prediction:
    """Predict from accepted events after prescale, in units of events before prescale.

    Parameters
    ----------
    accepted : array_like (..., 4)
        Events read out of A, B, C, D; that of A is not used.
    rule : PrescaleRule
        With which they were prescaled, the same in all of the time.
    from_start : bool
        Whether the events are all of a run, so that counters began at the phase of the rule.
        Without it they may have begun anywhere, as in one luminosity section.
    kappa, kappa_error : float

    Raises
    ------
    CountsError
        If a region was off.
    """
    array = np.asarray(accepted)
    phase = rule.phase if from_start else None
    yields = []
    for code, region in enumerate(REGIONS[1:], 1):
        realised, events = rule.realised[region], array[..., code]
        if rule.rule.counts or realised == 0:
            prescale = round(realised * HUNDREDTHS)
            yields.append(read_out(events, prescale, rule.rule, phase, region))
        else:
            yields.append(counted(events).scaled(realised))
    b, c, d = yields
    return predicted(b, c, d, kappa, kappa_error)


def elapsed(first: Sequence[int], last: Sequence[int], name: str) -> NDArray[np.int64]:
    """Events between two readings of the counters of the four regions.

    Parameters
    ----------
    first, last : sequence of 4 int
        Earlier and later reading of counters that stop at 2**32 - 1.
    name : str
        What was read, for errors.

    Raises
    ------
    CountsError
        If a counter fell, as one that wrapped or was reset, or stands at its end.
    """
    for region, before, after in zip(REGIONS, first, last, strict=True):
        if after < before:
            raise CountsError(
                f"counter {region} of {name}",
                f"must not fall below {before}",
                after,
                "split the time where it wrapped or was reset",
            )
        if after >= COUNTER_MAXIMUM:
            raise CountsError(
                f"counter {region} of {name}",
                f"must be below its end, {COUNTER_MAXIMUM}",
                after,
                "read it more often",
            )
    return np.asarray(last, dtype=np.int64) - np.asarray(first, dtype=np.int64)


def _or(value: Numbers, limit: Numbers) -> Numbers:
    """Value, or its upper limit where it is 0."""
    return np.where(value > 0, value, limit)


def _over(step: Numbers, value: Numbers) -> Numbers:
    """Step relative to a value; 0 where there is no step."""
    return np.where(step > 0, step, 0.0) / np.where(step > 0, value, 1.0)


def _dither(b: Yield, d: Yield) -> Numbers:
    """Number from -1/2 to 1/2 that is spread evenly over the counts that give one prediction.

    The counts of two regions are free where the prediction is fixed, and multiples of two
    irrational numbers fill the interval evenly.
    """
    one, two = (
        np.where(y.step > 0, y.value / np.where(y.step > 0, y.step, 1), y.value) for y in (b, d)
    )
    return np.asarray((2**0.5 * one + 3**0.5 * two) % 1 - 0.5)


def _widen(pairs: list[tuple[Any, Any]], other: Numbers) -> Numbers:
    """Exponential of the distances of each pair (lower, upper) in quadrature; 0 adds nothing."""
    total = other**2
    for low, high in pairs:
        usable = (low > 0) & (high > 0)
        ratio = np.where(usable, high, 1.0) / np.where(usable, low, 1.0)
        total = total + np.log(ratio) ** 2
    return np.asarray(np.exp(np.sqrt(total)))
