"""Response to particles of known kinds."""

import numpy as np
import pytest

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.grid import cells
from trigger_ad.generate.zerobias.response import bending, respond

N = 4000


def seen(code, pt, eta=0.5, phi=1.0):
    particles = Stable(
        np.arange(N), np.full(N, code), *(np.full(N, float(x)) for x in (pt, eta, phi))
    )
    return respond(particles, N, np.random.default_rng(1))


def energies(deposits):
    return tuple(np.bincount(deposits.event, part, N) / 32 for part in (deposits.em, deposits.had))


@pytest.mark.parametrize("code", [22, 11, -11])
def test_light_particles(code):
    em, had = energies(seen(code, 20))
    energy = 20 * np.cosh(0.5)
    assert not had.any()
    assert em.mean() == pytest.approx(20, rel=0.002)
    assert em.std() / 20 == pytest.approx(np.hypot(0.03 / energy**0.5, 0.005), rel=0.1)


@pytest.mark.parametrize("code", [211, -321, 2212, 130, 2112])
def test_hadrons(code):
    em, had = energies(seen(code, 50))
    energy = 50 * np.cosh(0.5)
    assert (em + had).mean() == pytest.approx(50, rel=0.01)
    assert (em + had).std() / 50 == pytest.approx(np.hypot(1.1 / energy**0.5, 0.05), rel=0.1)
    assert (em == 0).mean() == pytest.approx(1 / 3, abs=0.03)
    assert em.mean() / 50 == pytest.approx(1 / 3, abs=0.02)


def test_forward():
    em, had = energies(seen(130, 20, eta=4))
    expected = np.hypot(2.0 / (20 * np.cosh(4)) ** 0.5, 0.10)
    assert (em + had).std() / 20 == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("code", "pt", "eta"),
    [(12, 20, 0), (13, 20, 0), (211, 0.73, 1.0), (22, 0.2, 0), (130, 0.9, 0), (22, 20, 5.4)],
)
def test_what_the_calorimeter_does_not_see(code, pt, eta):
    assert not len(seen(code, pt, eta).cell)


@pytest.mark.parametrize(("code", "pt", "eta"), [(211, 0.74, 1.47), (211, 0.7, 1.6), (22, 0.4, 0)])
def test_what_it_just_sees(code, pt, eta):
    assert len(seen(code, pt, eta).cell) > N / 3


def test_direction():
    deposits = seen(22, 20, eta=0.5 * 0.087, phi=np.pi / 72)
    centre = cells(np.array([0.5 * 0.087]), np.array([np.pi / 72]))
    assert (deposits.cell == centre).mean() > 0.99


def test_muons_and_decays_are_those_of_the_muon_system():
    assert len(seen(-13, 20).muons) / N == pytest.approx(0.95, abs=0.02)
    kaons = seen(321, 20)
    assert 0 < len(kaons.muons) < 0.03 * N
    assert len(np.unique(kaons.event)) > 0.99 * N


@pytest.mark.parametrize(
    ("code", "pt", "eta", "angle"),
    [
        (211, 5, 0, -np.arcsin(0.15 * 3.8 * 1.29 / 5)),
        (-211, 5, 0, np.arcsin(0.15 * 3.8 * 1.29 / 5)),
        (211, 0.5, 2.5, -0.15 * 3.8 * 3.15 / np.sinh(2.5) / 0.5),
        (22, 5, 0, 0),
        (2112, 5, 0, 0),
    ],
)
def test_the_field_turns_charged_particles(code, pt, eta, angle):
    found = bending(np.array([code]), np.array([float(pt)]), np.array([float(eta)]))
    assert found == pytest.approx([angle])


def test_they_hit_the_tower_that_they_are_turned_to():
    turned = np.arcsin(0.15 * 3.8 * 1.29 / 20)
    deposits = seen(-211, 20, eta=0.5 * 0.087, phi=np.pi / 72 - turned)
    centre = cells(np.array([0.5 * 0.087]), np.array([np.pi / 72]))
    assert (deposits.cell == centre).mean() > 0.7


def test_particles_of_one_tower_are_one_deposit():
    particles = Stable(
        np.array([0, 0, 1]), np.full(3, 22), *(np.full(3, x) for x in (20.0, 0.0435, 0.0436))
    )
    deposits = respond(particles, 2, np.random.default_rng(1))
    assert deposits.event.tolist() == [0, 1]
    assert deposits.em.tolist() == pytest.approx([1280, 640], rel=0.05)
