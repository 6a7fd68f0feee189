"""Rates of a menu from its counts alone: for any prescales, without going back to events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu import prescale
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.figures import OFF, Rate, estimates, figure
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.pileup import PileupRates, bins, inside, pileup_rates
from trigger_ad.menu.sums import MenuSums, overlaps
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.moments import Moments

__all__ = ["SCHEMA", "MenuRates", "SeedRates", "against_pileup", "menu_rates"]

SCHEMA = "menu_rates/3"

#: Most seeds whose overlaps are given: pairs of more than a figure can show.
OVERLAPS = 64

Matrix = tuple[tuple[Rate, ...], ...]


@dataclass(frozen=True)
class SeedRates:
    """Fractions of events of one seed.

    Parameters
    ----------
    name : str
    prescale : int
        In hundredths.
    before, after : Rate
        Fires, and accepted fires.
    pure : Rate
        Accepted by this seed and by no other, all after prescale.
    proportional : Rate
        Accepted, each event divided among the seeds that accepted it.
    region : str or None
        That the seed is, of the two scores of the trigger.
    """

    name: str
    prescale: int
    before: Rate
    after: Rate
    pure: Rate
    proportional: Rate
    region: str | None = None


@dataclass(frozen=True)
class MenuRates:
    """Fractions of events of a menu, and rates where there is a normalisation.

    Parameters
    ----------
    menu : str
    seeds : tuple of SeedRates
        In the order of the menu.
    total_before, total : Rate
        At least one seed, before and after prescale.
    overlap_seeds : tuple of str
        All seeds, or of more than `OVERLAPS` the anomaly seeds and those that fire most.
    overlap_before, overlap_after : tuple of tuple of Rate
        Both of these seeds, by row and column; the diagonal is the rate of the seed.
    events : int
    input : InputRate or None
        None where no rate in Hz can be given.
    pileup : tuple of PileupRates
        Of the bins of pile-up that have events; empty where none is known.
    not_simulated : mapping of str to int
        Prescales in hundredths of the seeds that no sample stands for, by name; they are in no
        total.
    """

    menu: str
    seeds: tuple[SeedRates, ...]
    total_before: Rate
    total: Rate
    overlap_seeds: tuple[str, ...]
    overlap_before: Matrix
    overlap_after: Matrix
    events: int
    input: InputRate | None
    pileup: tuple[PileupRates, ...] = ()
    not_simulated: Mapping[str, int] = field(default_factory=dict)

    @property
    def normalisation(self) -> str:
        """Where the rates in Hz come from, to be printed beside them."""
        return self.input.source if self.input else "none: rates in Hz are not given"

    @property
    def accepted(self) -> InputRate | None:
        """Input rate of what is accepted: only the live part, where one is declared."""
        return self.input.accepted if self.input else None

    def to_json(self) -> dict[str, Any]:
        """Efficiencies always; ``hz`` is null without a normalisation."""
        kinds = ("after", "pure", "proportional")
        return {
            "schema": SCHEMA,
            "menu": self.menu,
            "events": self.events,
            "normalisation": self.normalisation,
            "total_before": figure(self.total_before, self.input),
            "total": figure(self.total, self.accepted),
            "seeds": [
                {
                    "name": seed.name,
                    "prescale": prescale.text(seed.prescale),
                    "before": figure(seed.before, self.input),
                    **{kind: figure(getattr(seed, kind), self.accepted) for kind in kinds},
                    "region": seed.region,
                }
                for seed in self.seeds
            ],
            "overlap_seeds": list(self.overlap_seeds),
            "overlap_before": [[r.to_json() for r in row] for row in self.overlap_before],
            "overlap_after": [[r.to_json() for r in row] for row in self.overlap_after],
            "pileup": [row.to_json(self.input) for row in self.pileup] or None,
            "not_simulated": [
                {"name": name, "prescale": prescale.text(value)}
                for name, value in self.not_simulated.items()
            ],
        }

    def __str__(self) -> str:
        lines = [f"menu {self.menu}, {self.events} events, normalisation: {self.normalisation}"]
        rows = [(f"{seed.name} (PS {prescale.text(seed.prescale)})", seed) for seed in self.seeds]
        width = max(len(label) for label, _ in rows)
        unit = "Hz" if self.input else "of events"
        for label, seed in rows:
            lines.append(
                f"  {label:{width}}  before {_text(seed.before, self.input)}, after "
                f"{_text(seed.after, self.accepted)}, pure {_text(seed.pure, self.accepted)}, "
                f"proportional {_text(seed.proportional, self.accepted)} {unit}"
            )
        lines.append(f"  {'total':{width}}  {_text(self.total, self.accepted)} {unit}")
        return "\n".join(lines)


def _text(rate: Rate, source: InputRate | None) -> str:
    return str(rate.scaled(source.hz) if source else rate)


def menu_rates(
    counts: PatternCounts,
    menu: IntegerMenu,
    source: InputRate | None = None,
    pileup_bin: int | None = None,
    strata: Strata = ONE,
) -> MenuRates:
    """Rates expected for the prescales of a menu.

    Parameters
    ----------
    counts : PatternCounts
        Of the same seeds; their prescales may differ.
    menu : IntegerMenu
    source : InputRate, optional
        From `rates.normalisation.input_rate`, which refuses where there is none.
    pileup_bin : int, optional
        Use the events of this bin only.
    strata : Strata
        Of the sample, with their probabilities.

    Raises
    ------
    ConfigError
        If the counts are those of other seeds or strata, or a stratum has no events.
    """
    _check(counts, menu, strata)
    events = counts.by_cell()[:, slice(pileup_bin, None if pileup_bin is None else pileup_bin + 1)]
    number = int(events.sum())
    if not number:
        raise ConfigError(
            f"the counts for menu {menu.name}", "must have events", None, "count some events"
        )

    def rated(sums: Moments, largest: NDArray[np.float64]) -> list[Rate]:
        if pileup_bin is None:
            return estimates(sums, largest, strata)
        return inside(sums, largest, counts, strata)

    kept = np.array([seed.kept for seed in menu.seeds])
    ones, most = np.ones(len(kept)), np.array([kept.max()])
    fires = MenuSums(counts, ones, ("after", "total"))
    accepts = MenuSums(counts, kept, ("after", "pure", "proportional", "total"))
    before = rated(fires.moments("after", pileup_bin), ones)
    after, pure, shares = (
        rated(accepts.moments(kind, pileup_bin), kept) for kind in ("after", "pure", "proportional")
    )
    chosen = _chosen(menu, before)
    sums = overlaps(counts.within(pileup_bin), chosen)
    rows = [rated(row, ones[: len(chosen)]) for row in sums]
    overlap = _with_diagonal(rows, [before[place] for place in chosen])
    seeds = zip(menu.seeds, before, after, pure, shares, strict=True)
    return MenuRates(
        menu.name,
        tuple(SeedRates(s.name, s.prescale, b, a, p, w, s.region) for s, b, a, p, w in seeds),
        rated(fires.moments("total", pileup_bin), np.ones(1))[0],
        rated(accepts.moments("total", pileup_bin), most)[0],
        tuple(menu.names[place] for place in chosen),
        overlap,
        _both_accept(overlap, kept[chosen], [after[place] for place in chosen]),
        number,
        source,
        pileup_rates(counts, menu, strata, accepts) if pileup_bin is None else (),
        {seed.name: seed.prescale for seed in menu.not_simulated},
    )


def _check(counts: PatternCounts, menu: IntegerMenu, strata: Strata) -> None:
    name = f"the counts for menu {menu.name}"
    if counts.menu != menu.digest:
        raise ConfigError(
            name,
            "must be of its seeds and cuts",
            "of other ones",
            "count the events with this menu",
        )
    if counts.strata != strata.names:
        raise ConfigError(
            name,
            "must be of the strata " + ", ".join(strata.names),
            ", ".join(counts.strata),
            "give the strata of the sample that was counted",
        )
    if counts.events:
        strata.require(counts.by_cell().sum(axis=(1, 2)), name)


def _chosen(menu: IntegerMenu, before: list[Rate]) -> list[int]:
    """Seeds whose overlaps are given, in order; see `MenuRates`."""
    places = range(len(menu.seeds))
    first = sorted(places, key=lambda n: (not menu.seeds[n].anomaly, -_size(before[n]), n))
    return sorted(first[:OVERLAPS])


def _size(rate: Rate) -> float:
    return rate.interval.value if rate.interval else float(rate.limit or 0)


def _with_diagonal(rows: list[list[Rate]], diagonal: list[Rate]) -> Matrix:
    """Put the seed's own rate where both are one."""
    pairs = zip(rows, diagonal, strict=True)
    return tuple((*row[:i], rate, *row[i + 1 :]) for i, (row, rate) in enumerate(pairs))


def _both_accept(before: Matrix, kept: NDArray[np.float64], diagonal: list[Rate]) -> Matrix:
    """Both seeds accept: q_i q_j of the events in which both fire."""
    return tuple(
        tuple(
            diagonal[i]
            if i == j
            else rate.scaled(kept[i] * kept[j])
            if kept[i] * kept[j] > 0
            else OFF
            for j, rate in enumerate(row)
        )
        for i, row in enumerate(before)
    )


def against_pileup(
    counts: PatternCounts, menu: IntegerMenu, source: InputRate | None = None, strata: Strata = ONE
) -> dict[str, MenuRates]:
    """Rates in each pile-up bin that has events, by the range of the bin; as `menu_rates`.

    The input rate is that of a crossing with collisions, whatever its pile-up: in Hz these are
    the rates of a fill in which every crossing has a pile-up of the bin.
    """
    return {
        _name(low, high): menu_rates(counts, menu, source, index, strata)
        for index, (low, high) in enumerate(bins(counts.pileup_edges))
        if counts.by_cell()[:, index].any()
    }


def _name(low: int | None, high: int | None) -> str:
    if low is None:
        return "all" if high is None else f"below {high}"
    return f"from {low}" if high is None else f"{low} to below {high}"
