"""From fractions to Hz, and when not (docs: a rate in Hz needs a normalisation)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import NormalisationError
from trigger_ad.events.origin import Origin
from trigger_ad.lhc import orbit
from trigger_ad.statistics.intervals import (
    COVERAGE,
    Interval,
    efficiency,
    independent,
    is_few,
    upper_limit,
)
from trigger_ad.trigger.registers import REGIONS
from trigger_ad.trigger.rule import PrescaleRule

if TYPE_CHECKING:
    from trigger_ad.config import Normalisation

__all__ = [
    "INPUT_RATES",
    "InputRate",
    "RegionRates",
    "input_rate",
    "region_rates",
    "with_live_fraction",
]


@dataclass(frozen=True)
class InputRate:
    """Rate of the events that a sample stands for.

    Parameters
    ----------
    hz : float
        A rate is this times the fraction of the sample that passes.
    source : str
        How it was obtained, to be printed beside every rate.
    live : float
        Declared part of the crossings in which the trigger could accept.
    """

    hz: float
    source: str
    live: float = 1.0

    @property
    def accepted(self) -> InputRate:
        """What turns accepted fractions into rates: the part of `hz` that is live.

        Dead time takes accepts, not fires: rates before prescale are with `hz`, those after it
        with this.
        """
        return replace(self, hz=self.hz * self.live, live=1.0)


def with_live_fraction(rate: InputRate | None, live: float) -> InputRate:
    """Declare the part of the crossings in which the trigger could accept.

    Parameters
    ----------
    rate : InputRate or None
        Of all crossings.
    live : float

    Raises
    ------
    NormalisationError
        If there is no rate that it could multiply, or it is not above 0 and at most 1.
    """
    if not 0 < live <= 1:
        raise NormalisationError(
            "a live fraction",
            "must be above 0 and at most 1",
            live,
            "give the part of the crossings that were live",
        )
    if rate is None:
        raise NormalisationError(
            "a live fraction",
            "must have a rate in Hz to multiply",
            "efficiencies alone",
            "give the normalisation of the events too",
        )
    return replace(rate, source=f"{rate.source}, live fraction {live:g} declared", live=live)


#: Kinds of origin, with the key of the configuration that turns their fractions into rates.
INPUT_RATES = {
    "zero_bias": "colliding_bunches",
    "cross_section": "luminosity_hz_per_pb",
    "filtered": "input_rate_hz",
}


def input_rate(origin: Origin, settings: Normalisation) -> InputRate:
    """Rate that a passing fraction of 1 would have.

    Zero bias: orbit frequency times colliding pairs. Cross-section: instantaneous
    luminosity times the sum over processes of cross-section times filter efficiency, where
    the sample mixes them in these proportions. Filtered: only what the user
    gives, since the events that the filter dropped are not known.

    Raises
    ------
    NormalisationError
        If the configuration does not give what the sample's origin needs, and that alone.
    """
    if origin.kind not in INPUT_RATES:
        raise NormalisationError(
            "the origin of a sample",
            "must be one of " + ", ".join(INPUT_RATES),
            repr(origin.kind),
            "write the event file with a known origin",
        )
    key = INPUT_RATES[origin.kind]
    value = getattr(settings, key)
    if value is None:
        raise NormalisationError(
            f"a rate in Hz from a sample of origin {origin.kind}",
            f"must have trigger.rate.{key}",
            ", ".join(sorted(settings.model_dump(exclude_none=True))) or None,
            f"give trigger.rate.{key} or use the efficiencies",
        )
    others = sorted(settings.model_dump(exclude_none=True).keys() - {key})
    if others:
        raise NormalisationError(
            f"the rate in Hz of a sample of origin {origin.kind}",
            f"must come from trigger.rate.{key} alone",
            f"{' and '.join(others)} besides",
            "give the one that fits the sample",
        )
    if origin.kind == "zero_bias":
        hz = float(orbit.colliding_rate_hz(value))
        return InputRate(hz, f"zero bias, {value} colliding pairs of bunches")
    if origin.kind == "filtered":
        return InputRate(value, f"given rate of the filter, {value:g} Hz")
    if not origin.processes:
        raise NormalisationError(
            "a sample normalised by its cross-section",
            "must carry it",
            None,
            "write the event file with its cross-section",
        )
    pb = sum(p.cross_section_pb * p.passed / (p.tried * p.resampling) for p in origin.processes)
    return InputRate(pb * value, f"{pb:g} pb at {value:g} Hz/pb")


@dataclass(frozen=True)
class RegionRates:
    """Efficiencies of the regions, and rates where there is a normalisation.

    Parameters
    ----------
    before : dict of str to Interval
        Fraction of events in each region.
    after : dict of str to Interval
        The same divided by the realised prescale; ``total`` is their sum.
    input : InputRate or None
        None where no rate in Hz can be given.
    effective : dict of str to float
        Independent events behind each of `after`; prescales do not matter to those of a region.
    limits : dict of str to float
        One-sided 95 % upper limits of `after`, of those with few effective events (`is_few`):
        they are to be quoted in place of the figure.
    """

    before: dict[str, Interval]
    after: dict[str, Interval]
    input: InputRate | None
    effective: dict[str, float]
    limits: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Efficiencies always; ``hz`` is null without a normalisation."""

        def table(efficiencies: dict[str, Interval]) -> dict[str, Any]:
            return {
                name: {
                    "efficiency": value.to_json(),
                    "hz": value.scaled(self.input.hz).to_json() if self.input else None,
                }
                for name, value in efficiencies.items()
            }

        source = self.input.source if self.input else "none: rates in Hz are not given"
        return {
            "normalisation": source,
            "before": table(self.before),
            "after": table(self.after),
            "effective_events": self.effective,
            "upper_limits": {
                name: {"efficiency": limit, "hz": limit * self.input.hz if self.input else None}
                for name, limit in self.limits.items()
            },
        }


def wanted_input_rate(origin: Origin, settings: Normalisation) -> InputRate | None:
    """As `input_rate`, but None where no normalisation is given."""
    given = bool(settings.model_dump(exclude_none=True))
    return input_rate(origin, settings) if given else None


def region_rates(
    by_cluster: NDArray[np.int64], rule: PrescaleRule, origin: Origin, settings: Normalisation
) -> RegionRates:
    """Rates expected for a prescale rule, from the counts before prescale.

    The interval of the total is the Poisson interval of the same mean and variance.

    Parameters
    ----------
    by_cluster : ndarray (n_clusters, 4) of int64
        Events of the test split in A, B, C, D, from `abcd.estimate.cluster_counts`.
    rule : PrescaleRule
    origin : Origin
        Of the events.
    settings : config.Normalisation
        With nothing given, only efficiencies result.

    Raises
    ------
    NormalisationError
        If something is given that does not fit the origin.
    """
    from hist.intervals import poisson_interval

    source = wanted_input_rate(origin, settings)
    events = by_cluster.sum(axis=1)
    columns = dict(zip(REGIONS, by_cluster.T, strict=True))
    before = {region: efficiency(column, events) for region, column in columns.items()}
    kept = {region: 1 / ps if ps else 0.0 for region, ps in rule.realised.items()}
    after = {region: before[region].scaled(kept[region]) for region in REGIONS}
    effective = {r: float(n.sum()) * independent(n, events) for r, n in columns.items()}
    limits = {r: upper_limit(n, events) * kept[r] for r, n in columns.items()}
    accepted = by_cluster @ np.array([kept[region] for region in REGIONS])
    total, variance = accepted.sum(), (accepted**2).sum()
    mean = np.array([total]), np.array([variance])
    low, high = poisson_interval(*mean, COVERAGE)[:, 0]
    after["total"] = Interval(total, float(low), float(high)).scaled(1 / events.sum())
    effective["total"] = float(total**2 / variance) if variance else 0.0
    limits["total"] = float(poisson_interval(*mean, 2 * COVERAGE - 1)[1, 0] / events.sum())
    few = {name: limits[name] for name, n in effective.items() if is_few(n)}
    return RegionRates(before, after, source, effective, few)
