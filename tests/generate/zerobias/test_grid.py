"""Where energy falls on the grid and what is left of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.generate.zerobias.grid import CELLS, ETA, INNER, PER_GEV, PHI, cells, towers


def one(cell, em=0, had=0):
    parts = np.zeros((2, 1, CELLS), np.int32)
    parts[0, 0, cell], parts[1, 0, cell] = em, had
    return towers(*parts)


@given(st.floats(-4.95, 4.95), st.floats(-7, 7))
def test_energy_is_where_the_particle_went(eta, phi):
    found = one(cells(np.array([eta]), np.array([phi])), had=32 * 10)
    _, row, column = np.nonzero(found.total)
    assert found.total.sum() == 10 * PER_GEV
    reach = 1 if abs(eta) < 3.045 else 2
    assert np.abs(ETA[row] - eta).max() <= 0.087 * (reach - 0.5) + 1e-9
    away = np.remainder(PHI[column] - phi + np.pi, 2 * np.pi) - np.pi
    assert np.abs(away).max() <= np.pi / 72 * (1 if reach == 1 else 7) + 1e-9
    assert len(row) == (1 if reach == 1 else 8)


def test_every_tower_is_hit_by_its_centres_and_by_nothing_else():
    eta, phi = (a.ravel() for a in np.meshgrid(ETA, PHI, indexing="ij"))
    found, counts = np.unique(cells(eta, phi), return_counts=True)
    np.testing.assert_array_equal(found, np.arange(CELLS))
    assert set(counts[: 70 * 72]) == {1}
    assert set(counts[70 * 72 :]) == {8}


def test_outside():
    assert (cells(np.array([-4.97, 4.96, 30.0]), np.zeros(3)) == -1).all()


def test_the_turn_closes():
    at_pi, at_minus_pi, before = cells(np.zeros(3), np.array([np.pi, -np.pi, np.pi - 1e-6]))
    assert at_pi == at_minus_pi != before


@pytest.mark.parametrize(
    ("em", "had", "gev"), [(15, 15, 0), (16, 0, 0.5), (47, 16, 1.5), (10**6, 0, 255.5)]
)
def test_parts_are_floored_apart_and_saturate(em, had, gev):
    assert one(100, em, had).total.sum() == gev * PER_GEV


def test_parts_of_a_forward_tower_are_floored_together():
    found = one(CELLS - 1, 10, 10)
    assert found.total.sum() == PER_GEV // 2
    assert not found.total[:, INNER].any()


def test_parts():
    found = one(0, 64, 32)
    assert (found.em.sum(), found.had.sum()) == (2 * PER_GEV, PER_GEV)
    assert found.total[0, INNER.start, 0] == 3 * PER_GEV
