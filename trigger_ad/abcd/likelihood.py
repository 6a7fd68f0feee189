"""Likelihood of the four counts with signal in all regions, by pyhf (extra ``stats``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from trigger_ad.errors import CountsError
from trigger_ad.storage.extras import require
from trigger_ad.trigger.registers import HUNDREDTHS, REGIONS
from trigger_ad.trigger.rule import Rule, realised_prescale

__all__ = ["Fit", "fit_signal"]

#: Factors of the background in each region: N_A N_D = N_B N_C holds for any values of them.
_FACTORS = {"A": "dbc", "B": "db", "C": "dc", "D": "d"}


@dataclass(frozen=True)
class Fit:
    """Signal strength and background that the four counts prefer.

    Parameters
    ----------
    strength : float
        Best signal strength, not below 0.
    low, high : float
        Where twice the logarithm of the profile likelihood ratio is 1: about 68 % where
        counts are large.
    background : float
        In region A, before prescale, at the best strength.
    significance : float
        Square root of twice the logarithm of the ratio against no signal.
    """

    strength: float
    low: float
    high: float
    background: float
    significance: float

    def to_json(self) -> dict[str, float]:
        """Plain numbers by name."""
        return asdict(self)


def fit_signal(
    counts: Sequence[int],
    signal: Sequence[float],
    prescale: Sequence[int] = (HUNDREDTHS,) * 4,
    rule: Rule = Rule.ATLAS_RANDOM,
    kappa: float = 1.0,
    kappa_error: float = 0.0,
) -> Fit:
    """Fit signal and background to the counts of the four regions.

    Expected are (strength x signal_r + b_r) / PS_r events, b_A = kappa b_B b_C / b_D, each
    count Poisson; kappa is free within its error, as a factor with a Gaussian constraint.

    Parameters
    ----------
    counts : sequence of 4 int
        Events in A, B, C, D: before prescale, or accepted by pseudo-random prescalers.
    signal : sequence of 4 float
        Signal events in A, B, C, D before prescale, at strength 1.
    prescale : sequence of 4 int
        Of the counts, in hundredths; 100 for counts before prescale.
    rule : Rule
        Of the prescalers.
    kappa, kappa_error : float
        Non-closure factor with one standard deviation.

    Raises
    ------
    MissingDependencyError
        If there is no pyhf.
    CountsError
        If a count is not Poisson, or a support region is off or empty.
    """
    require("the likelihood of four regions", "stats", pyhf="pyhf")
    _check(counts, prescale, rule)
    scale = [1 / realised_prescale(value, rule) for value in prescale]
    return _fit(list(map(float, counts)), list(signal), scale, kappa, kappa_error)


def _check(counts: Sequence[int], prescale: Sequence[int], rule: Rule) -> None:
    for region, count, value in zip(REGIONS, counts, prescale, strict=True):
        if value == 0 or (rule.counts and value != HUNDREDTHS):
            raise CountsError(
                f"the count of region {region} in a likelihood",
                "must be Poisson",
                "that of a region that is off" if value == 0 else "that of a counting prescaler",
                "take the counter before prescale",
            )
        if count == 0 and region != "A":
            raise CountsError(
                f"the count of region {region} in a likelihood",
                "must be above 0",
                count,
                "use more events or abcd.prediction",
            )


def _fit(
    counts: list[float], signal: list[float], scale: list[float], kappa: float, error: float
) -> Fit:
    import pyhf
    from scipy.optimize import brentq

    estimates = [count / factor for count, factor in zip(counts, scale, strict=True)]
    nominal = [estimates[1] * estimates[2] / estimates[3] * kappa, *estimates[1:]]
    model = _model(signal, nominal, scale, error / kappa, 10 * math.sqrt(max(counts)))
    data = [*counts, *model.config.auxdata]
    best, lowest = pyhf.infer.mle.fit(data, model, return_fitted_val=True)
    poi = model.config.poi_index

    def above(strength: float) -> float:
        value = pyhf.infer.mle.fixed_poi_fit(
            strength, data, model, init_pars=list(best), return_fitted_val=True
        )[1]
        return float(value) - float(lowest)

    strength = float(best[poi])
    top = _beyond(above, strength, max(math.sqrt(counts[0]) / scale[0], 1.0) / max(signal[0], 1e-9))
    none = above(0.0)
    low = brentq(lambda s: above(s) - 1, 0.0, strength, rtol=1e-3) if none > 1 else 0.0
    high = brentq(lambda s: above(s) - 1, strength, top, rtol=1e-3)
    names = dict(zip(model.config.par_names, map(float, best), strict=True))
    background = nominal[0] * math.prod(names[f"factor_{name}"] for name in "dbc")
    background *= 1 + names.get("kappa", 0.0) * error / kappa
    return Fit(strength, float(low), float(high), background, math.sqrt(max(none, 0.0)))


def _beyond(above: Any, strength: float, step: float) -> float:
    """Find a strength that is too large."""
    while above(strength + step) < 1:
        step *= 2
    return strength + step


def _model(
    signal: list[float], nominal: list[float], scale: list[float], spread: float, most: float
) -> Any:
    """Model of four channels with one bin each; every free factor is 1 at the observed counts."""
    import pyhf

    channels = []
    for region, s, b, factor in zip(REGIONS, signal, nominal, scale, strict=True):
        modifiers: list[dict[str, Any]] = [
            {"name": f"factor_{name}", "type": "normfactor", "data": None}
            for name in _FACTORS[region]
        ]
        if region == "A" and spread:
            limits = {"hi": 1 + spread, "lo": 1 - spread}
            modifiers.append({"name": "kappa", "type": "normsys", "data": limits})
        strength = {"name": "strength", "type": "normfactor", "data": None}
        samples = [
            {"name": "signal", "data": [s * factor], "modifiers": [strength]},
            {"name": "background", "data": [b * factor], "modifiers": modifiers},
        ]
        channels.append({"name": region, "samples": samples})
    bounds = [{"name": f"factor_{name}", "inits": [1.0], "bounds": [[1e-3, 1e3]]} for name in "dbc"]
    largest = most * max(nominal) / max(*signal, 1e-9)
    poi = {"name": "strength", "inits": [0.1], "bounds": [[0.0, largest]]}
    return pyhf.Model(
        {"channels": channels, "parameters": [*bounds, poi]}, poi_name="strength", validate=True
    )
