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

__all__ = [
    "POI",
    "Fit",
    "FourRegions",
    "fit_regions",
    "fit_signal",
    "four_regions",
    "specification",
]

#: Parameter of interest.
POI = "strength"

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
    regions = four_regions(counts, signal, prescale, rule, kappa, kappa_error)
    return fit_regions(regions, 1 / realised_prescale(prescale[0], rule))


@dataclass(frozen=True)
class FourRegions:
    """What a likelihood is made of, in accepted events of A, B, C, D.

    Parameters
    ----------
    counts : tuple of 4 int
    signal : tuple of 4 float
        At strength 1.
    background : tuple of 4 float
        Where every free factor is 1: what the counts of B, C and D say.
    kappa_error : float
        Relative, a Gaussian constraint on a factor of A.
    """

    counts: tuple[int, ...]
    signal: tuple[float, ...]
    background: tuple[float, ...]
    kappa_error: float


def four_regions(
    counts: Sequence[int],
    signal: Sequence[float],
    prescale: Sequence[int] = (HUNDREDTHS,) * 4,
    rule: Rule = Rule.ATLAS_RANDOM,
    kappa: float = 1.0,
    kappa_error: float = 0.0,
) -> FourRegions:
    """Regions of a likelihood; parameters and errors as of `fit_signal`."""
    _check(counts, prescale, rule)
    scale = [1 / realised_prescale(value, rule) for value in prescale]
    b, c, d = (count / factor for count, factor in zip(counts[1:], scale[1:], strict=True))
    expected = (b * c / d * kappa, b, c, d)
    return FourRegions(
        tuple(int(count) for count in counts),
        tuple(float(s) * factor for s, factor in zip(signal, scale, strict=True)),
        tuple(n * factor for n, factor in zip(expected, scale, strict=True)),
        (1 + kappa_error / kappa) - 1,  # as it is read back from a workspace
    )


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


def fit_regions(regions: FourRegions, scale: float = 1.0) -> Fit:
    """Fit signal and background.

    Parameters
    ----------
    regions : FourRegions
    scale : float
        Part of the events of A that was accepted.

    Raises
    ------
    MissingDependencyError
        If there is no pyhf.
    """
    require("the likelihood of four regions", "stats", pyhf="pyhf")
    import pyhf
    from scipy.optimize import brentq

    model = pyhf.Model(specification(regions), poi_name=POI, validate=True)
    data = [*map(float, regions.counts), *model.config.auxdata]
    best, lowest = pyhf.infer.mle.fit(data, model, return_fitted_val=True)
    poi = model.config.poi_index

    def above(strength: float) -> float:
        value = pyhf.infer.mle.fixed_poi_fit(
            strength, data, model, init_pars=list(best), return_fitted_val=True
        )[1]
        return float(value) - float(lowest)

    strength = float(best[poi])
    step = max(math.sqrt(regions.counts[0]), scale) / max(regions.signal[0], 1e-9 * scale)
    top = _beyond(above, strength, step)
    none = above(0.0)
    low = brentq(lambda s: above(s) - 1, 0.0, strength, rtol=1e-3) if none > 1 else 0.0
    high = brentq(lambda s: above(s) - 1, strength, top, rtol=1e-3)
    names = dict(zip(model.config.par_names, map(float, best), strict=True))
    background = regions.background[0] / scale * math.prod(names[f"factor_{f}"] for f in "dbc")
    background *= 1 + names.get("kappa", 0.0) * regions.kappa_error
    return Fit(strength, float(low), float(high), background, math.sqrt(max(none, 0.0)))


def _beyond(above: Any, strength: float, step: float) -> float:
    """Find a strength that is too large."""
    while above(strength + step) < 1:
        step *= 2
    return strength + step


def specification(regions: FourRegions) -> dict[str, Any]:
    """Channels of one bin and parameters, for pyhf; free factors are 1 at the observed counts."""
    channels = []
    rows = zip(REGIONS, regions.signal, regions.background, strict=True)
    for region, signal, background in rows:
        modifiers: list[dict[str, Any]] = [
            {"name": f"factor_{name}", "type": "normfactor", "data": None}
            for name in _FACTORS[region]
        ]
        if region == "A" and regions.kappa_error:
            limits = {"hi": 1 + regions.kappa_error, "lo": 1 - regions.kappa_error}
            modifiers.append({"name": "kappa", "type": "normsys", "data": limits})
        strength = {"name": POI, "type": "normfactor", "data": None}
        samples = [
            {"name": "signal", "data": [signal], "modifiers": [strength]},
            {"name": "background", "data": [background], "modifiers": modifiers},
        ]
        channels.append({"name": region, "samples": samples})
    bounds = [{"name": f"factor_{name}", "inits": [1.0], "bounds": [[1e-3, 1e3]]} for name in "dbc"]
    largest = 10 * math.sqrt(max(regions.counts)) * max(regions.background)
    most = largest / max(*regions.signal, 1e-9)
    poi = {"name": POI, "inits": [0.1], "bounds": [[0.0, most]]}
    return {"channels": channels, "parameters": [*bounds, poi]}
