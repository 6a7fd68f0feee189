"""Clusters of hand-made towers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.generate.zerobias.egamma import find
from trigger_ad.generate.zerobias.grid import INNER, PER_GEV, ROWS, Towers


def clusters(em, had=()):
    parts = np.zeros((2, 1, 70, 72), np.int32)
    for part, hits in zip(parts, (em, had), strict=True):
        for row, column, gev in hits:
            part[0, row, column % 72] += round(gev * PER_GEV)
    total = np.zeros((1, ROWS, 72), np.int32)
    total[:, INNER] = parts.sum(axis=0)
    _, row, column, et = find(Towers(total, *parts))
    return sorted(zip(row - INNER.start, column.tolist(), (et / PER_GEV).tolist(), strict=True))


@pytest.mark.parametrize("column", [0, 36, 71])
def test_seed_and_its_largest_side(column):
    em = [(35, column, 30), (36, column, 2), (35, column + 1, 5), (36, column + 1, 1)]
    assert clusters(em) == [(35, column, 35.0)]


@given(st.integers(0, 71), st.integers(-1, 1), st.integers(-1, 1))
def test_two_equal_towers_give_one_cluster(column, down, right):
    assert len(clusters([(35, column, 20), (35 + down, column + right, 20)])) <= 1
    if abs(down) + abs(right) == 1:
        assert len(clusters([(35, column, 20), (35 + down, column + right, 20)])) == 1


@pytest.mark.parametrize(("hadronic", "number"), [(0, 1), (5, 1), (5.5, 0)])
def test_hadronic_energy(hadronic, number):
    assert len(clusters([(35, 30, 40)], [(35, 30, hadronic)])) == number


def test_hadronic_energy_beside_the_seed_does_not_veto():
    assert len(clusters([(35, 30, 40), (35, 31, 10)], [(35, 31, 8)])) == 1


@pytest.mark.parametrize(("around", "number"), [(5.5, 1), (10, 1), (10.5, 0)])
def test_isolation_is_a_quarter_of_the_energy(around, number):
    assert len(clusters([(35, 30, 40)], [(37, 32, around)])) == number


def test_a_soft_cluster_may_have_three_gev_around_it():
    assert len(clusters([(35, 30, 5)], [(37, 32, 3)])) == 1
    assert len(clusters([(35, 30, 5)], [(37, 32, 3.5)])) == 0


def test_pile_up_around_the_cluster_is_no_lack_of_isolation():
    em = [(r, c, 0.5) for r in range(70) for c in range(72)]
    assert (35, 30, 31.0) in clusters([*em, (35, 30, 30)])


@pytest.mark.parametrize(("gev", "number"), [(2.5, 0), (3, 1)])
def test_threshold(gev, number):
    assert len(clusters([(35, 30, gev)])) == number


@pytest.mark.parametrize(("row", "number"), [(2, 0), (3, 1), (66, 1), (67, 0)])
def test_ends_of_the_grid(row, number):
    assert len(clusters([(row, 30, 20)])) == number
