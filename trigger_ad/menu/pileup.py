"""Rates of a menu in bins of pile-up, from its counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.events.strata import ONE, Strata
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.figures import Rate, estimates, figure
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.menu.sums import Kind, MenuSums
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.moments import Moments

__all__ = ["PileupRates", "bins", "inside", "pileup_rates"]

_KINDS: tuple[Kind, ...] = ("after", "pure", "total")


@dataclass(frozen=True)
class PileupRates:
    """Fractions of the events of a pile-up bin, after prescale.

    Parameters
    ----------
    low : int or None
        None for the first bin.
    high : int or None
        First pile-up above the bin; None for the last.
    events : int
    total : Rate
        At least one seed accepts.
    seeds : tuple of (str, Rate, Rate)
        Name, accepted, and accepted by no other seed.
    """

    low: int | None
    high: int | None
    events: int
    total: Rate
    seeds: tuple[tuple[str, Rate, Rate], ...]

    def to_json(self, source: InputRate | None) -> dict[str, Any]:
        """Efficiencies always; ``hz`` is that of a fill in which every crossing is of this bin."""
        accepted = source.accepted if source else None
        return {
            "from": self.low or 0,
            "to": self.high,
            "events": self.events,
            "total": figure(self.total, accepted),
            "seeds": [
                {"name": name, "after": figure(after, accepted), "pure": figure(pure, accepted)}
                for name, after, pure in self.seeds
            ],
        }


def bins(edges: tuple[int, ...]) -> list[tuple[int | None, int | None]]:
    """Ends of the bins between and beside the edges, None where there is none.

    Parameters
    ----------
    edges : tuple of int
        Rising; the first pile-up of every bin but the first.
    """
    return list(pairwise((None, *edges, None)))


def pileup_rates(
    counts: PatternCounts, menu: IntegerMenu, strata: Strata = ONE, accepts: MenuSums | None = None
) -> tuple[PileupRates, ...]:
    """Rates of the bins that have events; none where counts have no bins.

    Parameters
    ----------
    counts : PatternCounts
        Of the seeds of the menu.
    menu : IntegerMenu
    strata : Strata
        Of all events.
    accepts : MenuSums, optional
        Of these counts, with the kinds ``after``, ``pure`` and ``total``, where they are there.
    """
    kept = np.array([seed.kept for seed in menu.seeds])
    largest = np.array([*kept, *kept, kept.max()])
    edges = list(enumerate(bins(counts.pileup_edges) if counts.pileup_edges else []))
    events = counts.by_cell().sum(axis=(0, 2))
    sums, found = accepts or MenuSums(counts, kept, _KINDS), []
    for index, (low, high) in edges:
        if not events[index]:
            continue
        parts = (sums.moments(kind, index) for kind in _KINDS)
        *rates, total = inside(Moments.joined(*parts), largest, counts, strata)
        seeds = zip(menu.names, rates[: len(kept)], rates[len(kept) :], strict=True)
        found.append(PileupRates(low, high, int(events[index]), total, tuple(seeds)))
    return tuple(found)


def inside(
    sums: Moments, largest: NDArray[np.float64], counts: PatternCounts, strata: Strata
) -> list[Rate]:
    """Fractions of the events of one bin of pile-up.

    How probable each stratum is in the bin is estimated from its events there.

    Parameters
    ----------
    sums : Moments
        Of the bin.
    largest : ndarray (figures,)
        As of `figures.estimates`.
    counts : PatternCounts
        Of all bins.
    strata : Strata
    """
    return estimates(sums, largest, strata, drawn=counts.by_cell().sum(axis=(1, 2)))
