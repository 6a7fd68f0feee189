"""Rates of a menu from its counts alone: for any prescales, without going back to events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.menu import expectation, prescale
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.figures import OFF, Rate, estimates, figure
from trigger_ad.menu.fires import unpack
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.pileup import PileupRates, bins, pileup_rates
from trigger_ad.rates.normalisation import InputRate

__all__ = ["SCHEMA", "MenuRates", "SeedRates", "against_pileup", "menu_rates"]

SCHEMA = "menu_rates/2"

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
    """

    name: str
    prescale: int
    before: Rate
    after: Rate
    pure: Rate
    proportional: Rate


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
    overlap_before, overlap_after : tuple of tuple of Rate
        Both seeds, by row and column; the diagonal is the rate of the seed.
    events : int
    input : InputRate or None
        None where no rate in Hz can be given.
    pileup : tuple of PileupRates
        Of the bins of pile-up that have events; empty where none is known.
    """

    menu: str
    seeds: tuple[SeedRates, ...]
    total_before: Rate
    total: Rate
    overlap_before: Matrix
    overlap_after: Matrix
    events: int
    input: InputRate | None
    pileup: tuple[PileupRates, ...] = ()

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
                }
                for seed in self.seeds
            ],
            "overlap_before": [[r.to_json() for r in row] for row in self.overlap_before],
            "overlap_after": [[r.to_json() for r in row] for row in self.overlap_after],
            "pileup": [row.to_json(self.input) for row in self.pileup] or None,
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

    Raises
    ------
    ConfigError
        If the counts are those of other seeds, or there are no events.
    """
    if counts.menu != menu.digest:
        raise ConfigError(
            f"the counts for menu {menu.name}",
            "must be of its seeds and cuts",
            "of other ones",
            "count the events with this menu",
        )
    patterns, table = counts.table(pileup_bin)
    events = int(table.sum())
    if not events:
        raise ConfigError(
            f"the counts for menu {menu.name}", "must have events", None, "count some events"
        )
    fired = unpack(patterns, len(menu.seeds))
    kept = np.array([seed.kept for seed in menu.seeds])
    ones = np.ones(len(kept))
    floats = fired.astype(np.float64)
    before = estimates(floats, ones, table)
    after = estimates(floats * kept, kept, table)
    alone = estimates(expectation.pure(fired, kept), kept, table)
    shares = estimates(expectation.proportional(fired, kept), kept, table)
    overlap = _overlap(floats, before, table)
    seeds = zip(menu.seeds, before, after, alone, shares, strict=True)
    return MenuRates(
        menu.name,
        tuple(SeedRates(seed.name, seed.prescale, *rates) for seed, *rates in seeds),
        _any(fired, ones, table),
        _any(fired, kept, table),
        overlap,
        _both_accept(overlap, kept, after),
        events,
        source,
        pileup_rates(counts, menu) if pileup_bin is None else (),
    )


def _any(fired: NDArray[np.bool_], kept: NDArray[np.float64], table: NDArray[np.int64]) -> Rate:
    weights = expectation.total(fired, kept)[:, None]
    return estimates(weights, np.array([kept.max()]), table)[0]


def _overlap(fired: NDArray[np.float64], diagonal: list[Rate], table: NDArray[np.int64]) -> Matrix:
    """Both seeds fire; the seed's own rate on the diagonal."""
    ones = np.ones(fired.shape[1])
    rows = []
    for i, rate in enumerate(diagonal):
        row = estimates(fired[:, [i]] * fired, ones, table)
        rows.append((*row[:i], rate, *row[i + 1 :]))
    return tuple(rows)


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
    counts: PatternCounts, menu: IntegerMenu, source: InputRate | None = None
) -> dict[str, MenuRates]:
    """Rates in each pile-up bin that has events, by the range of the bin; as `menu_rates`.

    The input rate is that of a crossing with collisions, whatever its pile-up: in Hz these are
    the rates of a fill in which every crossing has a pile-up of the bin.
    """
    return {
        _name(low, high): menu_rates(counts, menu, source, index)
        for index, (low, high) in enumerate(bins(counts.pileup_edges))
        if counts.table(index)[1].any()
    }


def _name(low: int | None, high: int | None) -> str:
    if low is None:
        return "all" if high is None else f"below {high}"
    return f"from {low}" if high is None else f"{low} to below {high}"
