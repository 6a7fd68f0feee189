"""Prescales of the support regions that predict region A well enough for the least read-out."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from trigger_ad.abcd.working_point import require_events
from trigger_ad.abcd.yields import step_variance
from trigger_ad.errors import WorkingPointError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, HUNDREDTHS, REGIONS
from trigger_ad.trigger.rule import RANDOM_RANGE, Rule, realised_prescale

__all__ = [
    "PrescaleChoice",
    "at_prescales",
    "counters_only",
    "equal_read_out",
    "for_bandwidth",
    "for_budget",
    "for_precision",
]


@dataclass(frozen=True)
class PrescaleChoice:
    """Prescales with what they cost and give.

    Parameters
    ----------
    prescale : tuple of 4 int
        Of A, B, C, D in hundredths; A is not prescaled, 0 is not read out.
    read : tuple of 4 float
        Expected events read out of each region.
    total : float
        Events read out for each one in region A.
    precision : float
        Error of the prediction in units of the square root of the events in A: from the events
        that are read out, or from the counters before prescale where that was asked for.
    """

    prescale: tuple[int, int, int, int]
    read: tuple[float, float, float, float]
    total: float
    precision: float

    def to_json(self) -> dict[str, object]:
        """Plain numbers by name."""
        return asdict(self)


def equal_read_out(precision: float) -> float:
    """Events read out for each one in A: 1 + 9 / f^2, with random prescaling and large regions.

    Three relative variances 1 / n add up to f^2 / N_A if n = 3 N_A / f^2. So f = 1 costs 10,
    and the 4 of paper 001, section IV, is f = sqrt(3).
    """
    return 1 + 9 / precision**2


def for_precision(
    counts: Sequence[float], precision: float, rule: Rule = Rule.ATLAS_RANDOM
) -> PrescaleChoice:
    """Least read-out with an error of the prediction of at most `precision` x sqrt(N_A).

    Each event read out of B, C or D costs the same, and its region's share of the relative
    variance depends on n_r = N_r / PS_r in the same way. So the derivative with respect to
    each n_r is the same where all n_r are equal; a region with fewer events than that
    is read out whole, and the others take the rest.

    Parameters
    ----------
    counts : sequence of 4 float
        Expected events of A, B, C, D in the time of a prediction, before prescale.
    precision : float
        f, largest error of the prediction / sqrt(N_A).
    rule : Rule
        A random prescaler makes 1 / n_r. A counter makes 1 / N_r + 1 / (6 n_r^2), if
        its first value is not known, and only if all that it accepts is used: after a
        further selection accepted events are nearly random, so the default is the safe one.

    Returns
    -------
    PrescaleChoice
        Prescales are rounded to the precise side.

    Raises
    ------
    WorkingPointError
        If not even all events suffice.
    """
    a, *support = _checked(counts)
    allowed = precision**2 / a
    if sum(1 / count for count in support) > allowed:
        raise WorkingPointError(
            f"the precision {precision:g} of the prediction",
            f"must be at least {counters_only(counts).precision:.3g}, that of all events",
            precision,
            "choose a larger one or regions with more events",
        )
    free = list(support)
    while free:
        level = _level(support, free, allowed, rule)
        if min(free) > level:
            break
        free.remove(min(free))
    prescale = [_safe(n / level if free and n > level else 1.0, rule) for n in support]
    return _choice(counts, prescale, rule)


def for_budget(
    counts: Sequence[float],
    total: float,
    rule: Rule = Rule.ATLAS_RANDOM,
    readout: Collection[str] = REGIONS,
    counters: bool = False,
) -> PrescaleChoice:
    """Best precision with at most `total` events read out for each one in A.

    From counters before prescale the precision is the same whatever is read out; of each region
    that is read out then come as many events, as far as it has them.

    Parameters
    ----------
    counts : sequence of 4 float
        As for `for_precision`.
    total : float
        Above 1: region A is always read out.
    rule : Rule
    readout : collection of str
        Regions that are read out; the others are off.
    counters : bool
        Whether yields of B, C and D are those of the counters before prescale.

    Returns
    -------
    PrescaleChoice
        Prescales are rounded to the cheap side, as far as the rule has such large ones.

    Raises
    ------
    WorkingPointError
        If nothing is left for the support regions, or one of them has no yield.
    """
    a, *support = _checked(counts)
    on = [region in readout for region in REGIONS[1:]]
    _require_yields(on, counters)
    if not any(on):
        return counters_only(counts)
    left = (total - 1) * a
    if not left > 0:
        raise WorkingPointError(
            "the budget of the read-out",
            "must be above 1 event for each in region A",
            total,
            "allow more or predict from the counters",
        )
    level = _share(sorted(count for count, read in zip(support, on, strict=True) if read), left)
    prescale = [
        _cheap(n / level if n > level else 1.0, rule) if read else 0
        for n, read in zip(support, on, strict=True)
    ]
    return _choice(counts, prescale, rule, counters)


def for_bandwidth(
    counts: Sequence[float],
    hz: float,
    bandwidth_hz: float,
    rule: Rule,
    readout: Collection[str] = REGIONS,
    counters: bool = False,
) -> PrescaleChoice:
    """Best precision with all regions together read out at no more than `bandwidth_hz`.

    Parameters
    ----------
    counts : sequence of 4 float
        As for `for_precision`.
    hz : float
        Rate that one of these events stands for.
    bandwidth_hz : float
        Above the rate of region A, which is always read out.
    rule : Rule
        That of the trigger: its prescales are rounded to the cheap side.
    readout, counters
        As for `for_budget`.

    Raises
    ------
    WorkingPointError
        If region A alone takes it, or a region is empty or has no yield.
    """
    region_a = _checked(counts)[0] * hz
    if not bandwidth_hz > region_a:
        raise WorkingPointError(
            "the bandwidth of the regions",
            f"must be above the rate of region A, {region_a:.4g} Hz",
            f"{bandwidth_hz:g} Hz",
            "allow more, or take a tighter working point",
        )
    return for_budget(counts, bandwidth_hz / region_a, rule, readout, counters)


def at_prescales(
    counts: Sequence[float], prescale: Sequence[int], rule: Rule, counters: bool = False
) -> PrescaleChoice:
    """What prescales that somebody chose cost and give.

    Parameters
    ----------
    counts : sequence of 4 float
        As for `for_precision`.
    prescale : sequence of 3 int
        Of B, C, D in hundredths; 0 is off.
    rule : Rule
        As for `for_precision`.
    counters : bool
        As for `for_budget`.

    Raises
    ------
    WorkingPointError
        If a region is empty or has no yield.
    """
    _require_yields([value > 0 for value in prescale], counters)
    return _choice(_checked(counts), prescale, rule, counters)


def counters_only(counts: Sequence[float]) -> PrescaleChoice:
    """No read-out of the support regions: the prediction is made of counters before prescale."""
    a, *support = _checked(counts)
    precision = math.sqrt(a * sum(1 / count for count in support))
    return PrescaleChoice((HUNDREDTHS, 0, 0, 0), (float(a), 0.0, 0.0, 0.0), 1.0, precision)


def _level(support: Sequence[float], free: Sequence[float], allowed: float, rule: Rule) -> float:
    """Events to be read out of each free region, while the others are read out whole."""
    spare = allowed - sum(1 / count for count in support)
    if not rule.counts:
        spare += sum(1 / count for count in free)
        return len(free) / spare
    # (PS^2 - g^2) / (6 N^2) of each, where g is at least a hundredth.
    spare = 6 * spare + sum(1 / (HUNDREDTHS * count) ** 2 for count in free)
    return math.sqrt(len(free) / spare) if spare > 0 else math.inf


def _safe(prescale: float, rule: Rule) -> int:
    """Largest prescale in hundredths that is realised as no more than this."""
    if not rule.counts:
        taken = math.ceil((RANDOM_RANGE - 1) / prescale)
        prescale = (RANDOM_RANGE - 1) / taken
    return min(max(math.floor(prescale * HUNDREDTHS), HUNDREDTHS), COUNTER_MAXIMUM)


def _cheap(prescale: float, rule: Rule) -> int:
    """Smallest prescale in hundredths that is realised as no less than this."""
    if not rule.counts:
        taken = max(math.floor((RANDOM_RANGE - 1) / prescale), 1)
        prescale = (RANDOM_RANGE - 1) / taken
    return min(max(math.ceil(prescale * HUNDREDTHS), HUNDREDTHS), COUNTER_MAXIMUM)


def _share(rising: Sequence[float], left: float) -> float:
    """Events read out of each region that has more than that, of `left` of all together."""
    level = 0.0
    for place, count in enumerate(rising):
        level = left / (len(rising) - place)
        if count > level:
            break
        left -= count
    return level


def _require_yields(on: Sequence[bool], counters: bool) -> None:
    """Refuse a region that is neither read out nor counted."""
    off = [region for region, read in zip(REGIONS[1:], on, strict=True) if not read]
    if off and not counters:
        raise WorkingPointError(
            f"the yield of region {off[0]}",
            "must be that of its counter where the region is not read out",
            "of accepted events",
            "predict from the counters, or read the region out",
        )


def _choice(
    counts: Sequence[float], prescale: Sequence[int], rule: Rule, counters: bool = False
) -> PrescaleChoice:
    a, *support = (float(count) for count in counts)
    realised = [realised_prescale(value, rule) for value in prescale]
    read = tuple(n / ps if ps else 0.0 for n, ps in zip(support, realised, strict=True))
    precision = (
        counters_only(counts).precision
        if counters
        else math.sqrt(a * _variance(support, prescale, rule))
    )
    b, c, d = read
    pb, pc, pd = prescale
    return PrescaleChoice((HUNDREDTHS, pb, pc, pd), (a, b, c, d), (a + b + c + d) / a, precision)


def _variance(support: Sequence[float], prescale: Sequence[int], rule: Rule) -> float:
    """Relative variance of the prediction from events that are read out."""
    realised = [realised_prescale(value, rule) for value in prescale]
    variance = 0.0
    for count, ps, value in zip(support, realised, prescale, strict=True):
        steps = step_variance(value, phase_known=False) / count**2
        variance += 1 / count + steps if rule.counts else ps / count
    return variance


def _checked(counts: Sequence[float]) -> list[float]:
    require_events(np.asarray(counts), "the counts that prescales are chosen for")
    return [float(count) for count in counts]
