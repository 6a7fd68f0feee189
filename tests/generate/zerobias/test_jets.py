"""Jets of hand-made towers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.generate.zerobias.grid import PER_GEV, ROWS
from trigger_ad.generate.zerobias.jets import find


def event(*hits):
    total = np.zeros((1, ROWS, 72), np.int32)
    for row, column, gev in hits:
        total[0, row, column % 72] += round(gev * PER_GEV)
    return total


def jets(*hits):
    _, row, column, et = find(event(*hits))
    return sorted(zip(row.tolist(), column.tolist(), (et / PER_GEV).tolist(), strict=True))


def test_one_tower():
    assert jets((57, 30, 40)) == [(57, 30, 40.0)]


def test_sum_of_the_window():
    assert jets((57, 30, 40), (61, 34, 3), (53, 26, 2), (62, 30, 5)) == [(57, 30, 45.0)]


@given(st.integers(0, 71), st.integers(-4, 4), st.integers(-4, 4))
def test_two_equal_towers_give_one_jet(column, down, right):
    found = jets((57, column, 20), (57 + down, column + right, 20))
    assert [et for *_, et in found] == [40.0]


@given(st.integers(0, 71))
def test_turning_the_event_turns_the_jets(turn):
    hits = [(40, 3, 30), (43, 70, 9.5), (70, 36, 25), (70, 40, 25), (71, 36, 3.5)]
    still, turned = jets(*hits), jets(*((r, c + turn, e) for r, c, e in hits))
    assert turned == sorted((r, (c + turn) % 72, e) for r, c, e in still)
    assert len(still) == 2


def test_towers_five_apart_are_two_jets():
    assert len(jets((57, 30, 40), (57, 35, 20))) == 2


def test_a_softer_tower_within_four_is_no_jet():
    assert len(jets((57, 30, 40), (57, 34, 20))) == 1


def test_pile_up_is_subtracted_from_the_three_smallest_strips():
    flat = np.full((1, ROWS, 72), 8, np.int32)
    flat[0, 57, 30] += 40 * PER_GEV
    assert find(flat)[3].tolist() == [40 * PER_GEV]
    flat[0, 57, 36] += 100
    assert find(flat)[3].tolist() == [40 * PER_GEV]
    flat[0, 57, 24] += 50
    assert find(flat)[3].tolist() == [40 * PER_GEV - 50]
    flat[0, 51, 30] += 20
    assert find(flat)[3].tolist() == [40 * PER_GEV - 70]


@pytest.mark.parametrize(("gev", "number"), [(9.9375, 0), (10, 1)])
def test_threshold(gev, number):
    assert len(jets((57, 30, gev))) == number


def test_seed():
    spread = [(r, c, 3.9375) for r in range(54, 58) for c in range(30, 34)]
    assert jets(*spread) == []
    assert len(jets(*spread, (54, 30, 0.0625))) == 1


@pytest.mark.parametrize(("row", "number"), [(6, 0), (7, 1), (106, 1), (107, 0)])
def test_ends_of_the_grid(row, number):
    assert len(jets((row, 0, 50))) == number


def test_crossings_are_apart():
    both = np.concatenate([event((57, 1, 20)), event(), event((50, 2, 30), (50, 40, 60))])
    assert find(both)[0].tolist() == [0, 2, 2]
