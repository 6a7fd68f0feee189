"""The bins fill the range of pT-hat above the edge, once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.generate.zerobias.bins import BINS, EDGE, sizes
from trigger_ad.generate.zerobias.library import probabilities


def limits(b):
    table = dict(line.split(" = ") for line in b.settings)
    low, high = (table.get(f"PhaseSpace:pTHat{end}") for end in ("Min", "Max"))
    return float(low), float(high or "inf")


def test_jets_have_no_gap_and_no_overlap():
    plain = [b for b in BINS if b.name.startswith("jets") and not b.parent]
    jets = [limits(b) for b in plain]
    assert jets[0][0] == EDGE
    assert jets[-1][1] == np.inf
    assert [high for _, high in jets[:-1]] == [low for low, _ in jets[1:]]
    assert [f"jets_{low:g}" for low, _ in jets] == [b.name for b in plain]


def test_shares_are_the_whole():
    assert sum(b.share for b in BINS) == pytest.approx(1)


@given(st.integers(1, 10**6))
def test_sizes(collisions):
    assert min(sizes(collisions)) >= 1
    assert abs(sum(sizes(collisions)) - collisions) <= 2 * len(BINS)


def test_bins_of_muons_and_their_parents_share_collisions():
    for one in (b for b in BINS if b.parent):
        parent = next(b for b in BINS if b.name == one.parent)
        assert one.settings == parent.settings
        assert one.muon == parent.below


@given(st.lists(st.floats(0, 1e9), min_size=len(BINS) - 1, max_size=len(BINS) - 1))
def test_probabilities_sum_to_one(hard):
    found = dict(zip((b.name for b in BINS), probabilities(np.array([8e10, *hard])), strict=True))
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)
    for one, sigma in zip(BINS[1:], hard, strict=True):
        muons = sum(found[b.name] for b in BINS if b.parent == one.name)
        assert found[one.name] + muons == pytest.approx(sigma / 8e10, abs=1e-15)
