"""How many events a region had, with limits, from its counter or from its read-out."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trigger_ad.errors import CountsError
from trigger_ad.trigger.registers import HUNDREDTHS
from trigger_ad.trigger.rule import Rule, realised_prescale

__all__ = ["LEVEL", "Yield", "counted", "read_out", "step_variance"]

#: Coverage of one standard deviation.
LEVEL = 0.6826894921370859

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Yield:
    """Expected events of a region before prescale; arrays hold one region of many samples.

    Parameters
    ----------
    value : ndarray of float64
        Estimate.
    least, most : ndarray of float64
        Between these lies the count; equal to `value` where nothing but chance is unknown.
    low, high : ndarray of float64
        Lower 68 % limit for a count of `least`, upper one for a count of `most`.
    variance : ndarray of float64
        Of the estimate.
    step : ndarray of float64
        Distance between two possible estimates of a counting prescaler; 0 where there is none,
        or where `least` and `most` say what is possible.
    """

    value: Numbers
    least: Numbers
    most: Numbers
    low: Numbers
    high: Numbers
    variance: Numbers
    step: Numbers

    def scaled(self, factor: float) -> Yield:
        """Return the same yield in another unit; `factor` is positive."""
        return Yield(
            self.value * factor,
            self.least * factor,
            self.most * factor,
            self.low * factor,
            self.high * factor,
            self.variance * factor**2,
            self.step * factor,
        )


def counted(events: ArrayLike) -> Yield:
    """Yield from a counter before prescale: a Poisson count.

    The limits are those of Garwood (Biometrika 28, 437 (1936)), which never under-cover.

    Parameters
    ----------
    events : array_like
        Counts.
    """
    count = np.asarray(events, dtype=np.float64)
    none = np.zeros_like(count)
    return Yield(count, count, count, _lower(count), _upper(count), count, none)


def read_out(
    accepted: ArrayLike, prescale: int, rule: Rule, phase: int | None = None, region: str = ""
) -> Yield:
    """Yield from the accepted events of a prescaler.

    *Pseudo-random*: accepted events are a Poisson count of their own, to be multiplied with
    the realised prescale.

    *Counter*: 100 x fires + phase = p x accepts + counter, p = 100 PS, and the last counter
    is not known. It takes p / g values, g = gcd(100, p). Where the Poisson spread of the
    fires is at least a prescale, all of them are as likely, and the limits are those of
    the fires with `step_variance` added in quadrature. Where the spread is less, every number
    of fires that is possible is allowed for, which over-covers.

    Parameters
    ----------
    accepted : array_like
        Accepted events.
    prescale : int
        In hundredths.
    rule : Rule
    phase : int, optional
        Counter before the first fire, in hundredths, of a counting prescaler. Without it any
        is as likely, as for one luminosity section among many.
    region : str
        Named in errors.

    Raises
    ------
    CountsError
        If the region was off.
    """
    realised = realised_prescale(prescale, rule)
    if realised == 0:
        raise CountsError(
            f"the prescale of region {region}".rstrip(),
            "must not be off in a read-out",
            prescale,
            "take the counters before prescale",
        )
    if not rule.counts:
        return counted(accepted).scaled(realised)
    accepts = np.asarray(accepted, dtype=np.int64)
    middle, fewest, most = _fires(accepts, prescale, phase)
    common = gcd(HUNDREDTHS, prescale)
    if prescale == common:
        return counted(middle)
    variance = step_variance(prescale, phase is not None)
    smooth = middle >= realised**2
    below = middle - np.hypot(middle - _lower(middle), variance**0.5)
    above = middle + np.hypot(_upper(middle) - middle, variance**0.5)
    return Yield(
        middle,
        np.where(smooth, middle, fewest),
        np.where(smooth, middle, most),
        np.where(smooth, np.maximum(below, 0), _lower(fewest)),
        np.where(smooth, above, _upper(most)),
        middle + variance,
        np.where(smooth, realised, 0.0),
    )


def _fires(
    accepts: NDArray[np.int64], prescale: int, phase: int | None
) -> tuple[Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """Mean, smallest and largest number of fires that a counter's accepts allow."""
    common = gcd(HUNDREDTHS, prescale)
    if phase is None:  # first and last counter differ by a multiple of `common` below `prescale`
        fewest = -(((1 - accepts) * prescale - common) // HUNDREDTHS)
        most = ((accepts + 1) * prescale - common) // HUNDREDTHS
        return accepts * prescale / HUNDREDTHS, np.maximum(fewest, 0), most
    counter = phase % common + (prescale - common) / 2
    middle = np.maximum((accepts * prescale + counter - phase) / HUNDREDTHS, 0.0)
    fewest = -((phase - accepts * prescale) // HUNDREDTHS)
    most = ((accepts + 1) * prescale - phase - 1) // HUNDREDTHS
    return middle, np.maximum(fewest, 0), most


def step_variance(prescale: int, phase_known: bool) -> float:
    """Variance that a counting prescaler adds to the estimate of its fires, in fires squared.

    The counter after the last fire is one of p / g equally likely ones: a variance of
    (p^2 - g^2) / 12 hundredths squared, p = 100 PS, g = gcd(100, p), so (PS^2 - 1) / 12
    for an integer prescale. A counter that is not known before the first fire adds as much
    again.

    Parameters
    ----------
    prescale : int
        In hundredths.
    phase_known : bool
        Whether the counter before the first fire is known.
    """
    common = gcd(HUNDREDTHS, prescale)
    return (prescale**2 - common**2) / (12 if phase_known else 6) / HUNDREDTHS**2


def _lower(count: NDArray[Any]) -> Numbers:
    """Lower limit of Garwood, 0 for no count, for any real count."""
    from scipy.special import gammaincinv

    positive = np.maximum(count, np.finfo(float).tiny)
    return np.where(count > 0, gammaincinv(positive, (1 - LEVEL) / 2), 0.0)


def _upper(count: NDArray[Any]) -> Numbers:
    """Upper limit of Garwood, for any real count."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(count + 1, (1 + LEVEL) / 2))
