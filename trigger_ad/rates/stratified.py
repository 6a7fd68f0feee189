"""Any counts by stratum, and quoted rates from them: what was not made for strata has them, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import Strata
from trigger_ad.rates.counters import Counter, Counts
from trigger_ad.rates.normalisation import InputRate, RegionRates
from trigger_ad.rates.quoted import Quoted
from trigger_ad.statistics.fractions import fractions
from trigger_ad.statistics.intervals import Interval, is_few
from trigger_ad.statistics.moments import Moments
from trigger_ad.trigger.registers import REGIONS
from trigger_ad.trigger.rule import PrescaleRule

__all__ = ["StratifiedCounter", "StratifiedCounts", "quoted_fractions", "region_rates_in_strata"]


@dataclass(frozen=True)
class StratifiedCounts:
    """Counts of one kind for each stratum; adding is that of the kind.

    Parameters
    ----------
    parts : dict of str to Counts
        By name of the stratum.
    """

    parts: dict[str, Any]

    def __add__(self, other: StratifiedCounts) -> StratifiedCounts:
        if self.parts.keys() != other.parts.keys():
            raise ConfigError(
                "counts that are added",
                "must be of the strata " + ", ".join(self.parts),
                ", ".join(other.parts),
                "count samples of the same strata",
            )
        return replace(self, parts={n: part + other.parts[n] for n, part in self.parts.items()})

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, read back by `StratifiedCounter.read`."""
        return {"strata": {name: part.to_json() for name, part in self.parts.items()}}


@dataclass(frozen=True)
class StratifiedCounter:
    """Counts events apart for each stratum.

    Parameters
    ----------
    counter : Counter
        Of any kind.
    strata : Strata
    """

    counter: Counter
    strata: Strata

    def key(self) -> dict[str, Any]:
        """Those of the counter, and the names of the strata."""
        return {**self.counter.key(), "names": list(self.strata.names)}

    def zero(self) -> StratifiedCounts:
        """No events."""
        return StratifiedCounts({name: self.counter.zero() for name in self.strata.names})

    def count(
        self,
        words: NDArray[np.int32],
        scores: Mapping[str, NDArray[np.int64]],
        clusters: NDArray[np.int64],
        pileup: NDArray[np.int32] | None,
        *,
        bits: Mapping[str, NDArray[np.bool_]] | None = None,
        stratum: NDArray[Any],
    ) -> StratifiedCounts:
        """Count events; see `counters.Counter`, and `stratum` is the place of each in `strata`."""
        places, parts = self.strata.checked(stratum), {}
        for place, name in enumerate(self.strata.names):
            mine = places == place
            parts[name] = self.counter.count(
                words[mine],
                {key: values[mine] for key, values in scores.items()},
                clusters[mine],
                None if pileup is None else pileup[mine],
                bits={key: values[mine] for key, values in (bits or {}).items()},
            )
        return StratifiedCounts(parts)

    def read(self, record: Mapping[str, Any]) -> StratifiedCounts:
        """Undo `StratifiedCounts.to_json`."""
        parts = record["strata"]
        return StratifiedCounts({name: self._read(parts[name]) for name in self.strata.names})

    def _read(self, record: Mapping[str, Any]) -> Counts:
        return self.counter.read(record)


def quoted_fractions(
    groups: NDArray[np.int64], weights: NDArray[np.float64], strata: Strata
) -> list[Quoted]:
    """Weighted sums of the regions as fractions of all events.

    Parameters
    ----------
    groups : ndarray (strata, n_groups, regions) of int64
        Events.
    weights : ndarray (regions, figures)
        From 0 to 1: 1 and 0 for the events of a region, its part that is accepted after prescale.
    strata : Strata

    Returns
    -------
    list of Quoted
        One for each figure; intervals as of `statistics.fractions.fractions`.

    Raises
    ------
    ConfigError
        If a stratum has no events.
    """
    strata.require(groups.sum(axis=(1, 2)), "the counts of the regions")
    largest, parts = weights.max(axis=0), strata.probabilities
    found = fractions(Moments.of(weights, groups), largest, parts, errors=strata.errors)
    rows = zip(found.value, found.low, found.high, found.effective, found.limit, strict=True)
    return [
        Quoted(Interval(float(value), float(low), float(high)), float(effective), float(limit))
        for value, low, high, effective, limit in rows
    ]


def region_rates_in_strata(
    groups: NDArray[np.int64], rule: PrescaleRule, strata: Strata, source: InputRate | None
) -> RegionRates:
    """Rates expected for a prescale rule, as `normalisation.region_rates`.

    Parameters
    ----------
    groups : ndarray (strata, n_groups, 4) of int64
        Events of the test split in A, B, C, D by stratum and group of clusters.
    rule : PrescaleRule
    strata : Strata
    source : InputRate or None
        Without it only efficiencies result.

    Raises
    ------
    ConfigError
        If a stratum has no events.
    """
    parts = [1 / ps if ps else 0.0 for ps in (rule.realised[region] for region in REGIONS)]
    weights = np.column_stack([np.eye(len(REGIONS)), parts])
    *each, total = quoted_fractions(groups, weights, strata)
    regions = list(zip(REGIONS, each, parts, strict=True))
    after = {region: quoted.interval.scaled(part) for region, quoted, part in regions}
    limits = {region: quoted.limit * part for region, quoted, part in regions}
    limits["total"] = total.limit
    effective = {region: quoted.effective for region, quoted, _ in regions}
    effective["total"] = total.effective
    return RegionRates(
        {region: quoted.interval for region, quoted, _ in regions},
        after | {"total": total.interval},
        source,
        effective,
        {name: limits[name] for name, n in effective.items() if is_few(n)},
    )
