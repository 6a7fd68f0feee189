"""Sums over patterns: the two ways agree, in pieces as on the whole, in bins and strata."""

import numpy as np
import pytest

from tests.menu.menus import abstract
from trigger_ad.events.strata import Strata
from trigger_ad.menu import sums as room
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.patterns import pack, unpack
from trigger_ad.menu.sums import DENSE, MenuSums, overlaps
from trigger_ad.statistics.moments import Moments

EDGES = (20, 40)
STRATA = Strata(("soft", "hard"), (0.9, 0.1))


def counted(seeds, prescales, events=600, chance=0.05):
    """A menu with every kind of prescale, and counts of events that fire few or many seeds."""
    rng = np.random.default_rng(seeds)
    menu = abstract(*rng.choice(prescales, seeds))
    fired = rng.random((events, seeds)) < rng.choice([0, chance, 5 * chance], (events, 1))
    patterns = pack(np.repeat(fired, 2, axis=0))
    counts = PatternCounts.of(
        patterns,
        menu,
        rng.integers(0, 99, 2 * events),
        rng.integers(0, 60, 2 * events),
        EDGES,
        stratum=rng.integers(0, 2, 2 * events),
        strata=STRATA,
    )
    return counts, np.array([seed.kept for seed in menu.seeds])


def plain(counts, kind, kept, pileup_bin):
    """All patterns, all seeds, in one piece."""
    inside = counts.within(pileup_bin)
    return Moments.of(DENSE[kind](unpack(inside.patterns, len(kept)), kept), inside.table())


@pytest.mark.parametrize("seeds", [20, 64, 65, 150])
@pytest.mark.parametrize("prescales", [(0, 1, 1.01, 2.5, 400), (1,), (3, 7), (0,)])
def test_both_ways_agree(seeds, prescales, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", 100)
    counts, kept = counted(seeds, prescales)
    found = MenuSums(counts, kept, tuple(DENSE))
    for kind in DENSE:
        for pileup_bin in (None, 0, 1, 2):
            mine, other = found.moments(kind, pileup_bin), plain(counts, kind, kept, pileup_bin)
            assert (mine.groups == other.groups).all()
            assert (mine.fired == other.fired).all()
            for name in ("by_group", "sums", "squares"):
                np.testing.assert_allclose(
                    getattr(mine, name), getattr(other, name), rtol=1e-10, atol=1e-12
                )


def test_overlaps_count_pairs(monkeypatch):
    monkeypatch.setattr(room, "BLOCK", 7)
    counts, _ = counted(80, (1,))
    chosen = [3, 70, 79]
    rows = overlaps(counts, chosen)
    fired = unpack(counts.patterns, 80)[:, chosen].astype(float)
    for row, first in zip(rows, fired.T, strict=True):
        other = Moments.of(first[:, None] * fired, counts.table())
        for name in ("groups", "fired", "by_group", "sums", "squares"):
            assert (getattr(row, name) == getattr(other, name)).all()
    assert rows[0].sums.sum() > 0


def test_no_events_make_no_sums():
    for seeds in (3, 70):
        menu = abstract(*[1] * seeds)
        found = MenuSums(PatternCounts.zero(menu), np.ones(seeds), ("after",)).moments("after")
        assert found.events.tolist() == [0]
        assert found.sums.tolist() == [[0] * seeds]
