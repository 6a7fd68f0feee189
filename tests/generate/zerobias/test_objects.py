"""Slots of crossings."""

import numpy as np
import pytest

from trigger_ad.events.particles import CLASSES, SLOTS
from trigger_ad.events.tidy import tidy
from trigger_ad.generate.zerobias.calibration import calibrated
from trigger_ad.generate.zerobias.grid import ETA, INNER, PER_GEV, PHI, ROWS, Towers
from trigger_ad.generate.zerobias.objects import build, missing

NO_MUON = np.zeros((0, 3), np.float32)


def event(*hits):
    """Hadronic towers, (1, ...), of (row, column, GeV)."""
    total = np.zeros((1, ROWS, 72), np.int32)
    for row, column, gev in hits:
        total[0, row, column] += round(gev * PER_GEV)
    had = np.ascontiguousarray(total[:, INNER])
    return Towers(total, np.zeros_like(had), had)


def test_missing_momentum_is_opposite_to_one_tower():
    values = build(event((57, 10, 50)), np.zeros(0, np.int64), NO_MUON)
    pt, eta, phi, kind = values[0, 0]
    assert (pt, eta, kind) == (50, 0, 1)
    assert phi == pytest.approx(PHI[10] + np.pi, abs=1e-3)


def test_towers_opposite_to_each_other_balance():
    pt, phi = missing(event((57, 10, 50), (40, 46, 50)).total[:, INNER])
    assert (pt[0], phi[0]) == (1 / PER_GEV, 0)


@pytest.mark.parametrize(
    ("row", "gev", "counts"),
    [(57, 2.5, 0), (57, 3, 1), (45, 2, 0), (45, 2.5, 1), (23, 4, 0), (23, 4.5, 1), (5, 80, 0)],
)
def test_soft_and_forward_towers_are_not_in_the_missing_momentum(row, gev, counts):
    values = build(event((row, 10, gev)), np.zeros(0, np.int64), NO_MUON)
    assert values[0, 0, 0] == (gev if counts else 1 / PER_GEV)


def test_slots_are_ordered_and_full():
    hits = [(20 + 12 * i, 12 * j + 3, 20 + 4 * i + j) for i in range(6) for j in range(5)]
    muons = np.array([[3, 1, 0], [9, 0, 3.14159], [1.9, 0, 0], [4, 0, 0], [5, 0, 0], [6, 0, 0]])
    values = build(event(*hits), np.zeros(6, np.int64), muons.astype(np.float32))
    jets = values[0, SLOTS["jet"]]
    rows, _, energies = np.array(hits).T
    expected = calibrated(energies * PER_GEV, ETA[rows]) / PER_GEV
    assert jets[:, 0].tolist() == sorted(expected, reverse=True)[:10]
    assert (jets[:, 3] == CLASSES["jet"]).all()
    assert np.abs(jets[:, 1] - ETA[80]).min() < 1e-3
    assert values[0, SLOTS["muon"], 0].tolist() == [9, 6, 5, 4]
    assert not values[0, SLOTS["egamma"]].any()
    tidy(values.copy(), "here")


def test_an_empty_crossing_is_an_event():
    values = build(event(), np.zeros(0, np.int64), NO_MUON)
    assert values[0, 0].tolist() == [1 / PER_GEV, 0, 0, 1]
    assert not values[0, 1:].any()
    tidy(values, "here")


def test_a_photon_is_in_a_jet_too():
    made = event((57, 10, 40))
    made = Towers(made.total, made.had, made.em)
    values = build(made, np.zeros(0, np.int64), NO_MUON)
    assert values[0, SLOTS["egamma"].start, 0] == 40
    assert values[0, SLOTS["jet"].start, 0] == calibrated(np.array([640]), ETA[57:58])[0] / PER_GEV


@pytest.mark.parametrize(("gev", "number"), [(10.5, 0), (11, 1)])
def test_jets_have_fifteen_gev_when_calibrated(gev, number):
    values = build(event((57, 10, gev)), np.zeros(0, np.int64), NO_MUON)
    assert np.count_nonzero(values[0, SLOTS["jet"], 0]) == number
