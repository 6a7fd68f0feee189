"""Rates in the bins of what must not explain them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from trigger_ad.invariance.groups import Group
from trigger_ad.invariance.record import BinRates, GroupRates, Ratio
from trigger_ad.rates.figure import EffectiveFigure
from trigger_ad.statistics.contrasts import largest_over_smallest, one_over_other
from trigger_ad.statistics.fractions import Fractions
from trigger_ad.statistics.intervals import is_few
from trigger_ad.statistics.strata import Stratified

__all__ = ["figures", "rates_by"]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def rates_by(group: Group, passing: Mapping[str, Mask], drawn: Stratified) -> GroupRates:
    """Rates in each bin of a quantity, and how far they are apart.

    Parameters
    ----------
    group : Group
    passing : mapping of str to ndarray (n_events,) of bool
        What rates are of.
    drawn : Stratified
    """
    table = np.stack([*passing.values()], axis=1).astype(np.float64)
    bins, masks = [], []
    for name, inside in group.inside():
        row = dict(zip(passing, figures(drawn.inside(table, inside)), strict=True))
        bins.append(BinRates(name=name, events=int(inside.sum()), rates=row))
        masks.append(inside)
    ratios = {}
    if len(bins) > 1:
        for what, mask in passing.items():
            rates = [found.rates[what] for found in bins]
            ratios[what] = _ratio(rates, mask, masks, drawn, group.ordered)
    return GroupRates(by=group.by, bins=tuple(bins), ratios=ratios)


def figures(found: Fractions, worth: float | None = None) -> list[EffectiveFigure]:
    """Fractions as a record has them: with few events behind one, its limit alone.

    Parameters
    ----------
    found : Fractions
    worth : float, optional
        Independent events of the bin, where these are what the fractions rest on, and not those
        that pass.
    """
    effective = found.effective if worth is None else np.full(len(found.value), worth)
    rows = zip(found.value, found.low, found.high, found.limit, effective, strict=True)
    return [_figure(*map(float, row)) for row in rows]


def _figure(
    value: float, low: float, high: float, limit: float, effective: float
) -> EffectiveFigure:
    few = is_few(effective)
    return EffectiveFigure(
        value=None if few else value,
        low=None if few else low,
        high=None if few else high,
        upper_limit=limit if few else None,
        effective_events=effective,
    )


def _ratio(
    rates: list[EffectiveFigure], passing: Mask, masks: list[Mask], drawn: Stratified, ordered: bool
) -> Ratio:
    if any(rate.value is None for rate in rates):
        return _bounds(rates, ordered)
    values = np.array([rate.value for rate in rates], np.float64)
    covariance = drawn.covariance(_shares(passing, masks, drawn.weights))
    found = (one_over_other if ordered else largest_over_smallest)(values, covariance)
    return Ratio(value=found.value, low=found.low, high=found.high)


def _shares(passing: Mask, masks: list[Mask], weights: Floats) -> Floats:
    """What each event adds to the logarithm of the rate of each bin, to first order."""
    found = np.zeros((len(passing), len(masks)))
    for column, inside in zip(found.T, masks, strict=True):
        own = weights * inside
        passed = float(own @ passing)
        column[:] = own * (passing - passed / own.sum()) / passed
    return found


def _bounds(rates: list[EffectiveFigure], ordered: bool) -> Ratio:
    """What intervals and limits leave of a ratio."""
    lowest, highest = [rate.lowest for rate in rates], [rate.highest for rate in rates]
    if not ordered:
        return Ratio(value=None, low=max(1.0, max(lowest) / min(highest)), high=None)
    high = highest[-1] / lowest[0] if lowest[0] > 0 else None
    return Ratio(value=None, low=lowest[-1] / highest[0], high=high)
