"""Rates of a menu in bins of pile-up, from its counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from trigger_ad.menu import expectation
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.figures import Rate, estimates, figure
from trigger_ad.menu.fires import unpack
from trigger_ad.menu.integers import IntegerMenu
from trigger_ad.rates.normalisation import InputRate

__all__ = ["PileupRates", "bins", "pileup_rates"]


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


def pileup_rates(counts: PatternCounts, menu: IntegerMenu) -> tuple[PileupRates, ...]:
    """Rates of the bins that have events; none where counts have no bins.

    Parameters
    ----------
    counts : PatternCounts
        Of the seeds of the menu.
    menu : IntegerMenu
    """
    kept = np.array([seed.kept for seed in menu.seeds])
    largest = np.array([*kept, *kept, kept.max()])
    found = []
    for index, (low, high) in enumerate(bins(counts.pileup_edges) if counts.pileup_edges else []):
        patterns, table = counts.table(index)
        if not table.any():
            continue
        fired = unpack(patterns, len(kept))
        weights = [
            fired * kept,
            expectation.pure(fired, kept),
            expectation.total(fired, kept)[:, None],
        ]
        *rates, total = estimates(np.concatenate(weights, axis=1), largest, table)
        seeds = zip(menu.names, rates[: len(kept)], rates[len(kept) :], strict=True)
        found.append(PileupRates(low, high, int(table.sum()), total, tuple(seeds)))
    return tuple(found)
