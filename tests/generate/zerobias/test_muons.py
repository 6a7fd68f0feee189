"""Muons of the trigger: decays in flight, reach and momentum."""

import numpy as np
import pytest

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.muons import EFFICIENCY, LEAST, decays, measured, reaches, respond

N = 400_000


def particles(code, pt, eta=0.5, n=N):
    return Stable(np.arange(n), np.full(n, code), *(np.full(n, float(x)) for x in (pt, eta, 1.0)))


@pytest.mark.parametrize(
    ("code", "pt", "eta", "expected"),
    [
        (211, 5, 0.5, 1.29 * 0.13957 / (7.8045 * 5)),
        (-211, 5, 2.0, 3.15 / np.sinh(2) * 0.13957 / (7.8045 * 5)),
        (321, 10, 0.5, 0.6356 * 1.29 * 0.49368 / (3.711 * 10)),
    ],
)
def test_decays_in_flight(code, pt, eta, expected):
    of, muon = decays(particles(code, pt, eta), np.random.default_rng(1))
    mass = {211: 0.13957, 321: 0.49368}[abs(code)]
    least = max(LEAST, pt * (0.10566 / mass) ** 2)
    part = (pt - least) / (pt - pt * (0.10566 / mass) ** 2)
    assert len(of) / N == pytest.approx(expected * part, rel=0.1)
    assert muon.min() == pytest.approx(least, rel=0.02)
    assert muon.mean() == pytest.approx((least + pt) / 2, rel=0.02)
    assert muon.max() <= pt


@pytest.mark.parametrize(("code", "pt", "eta"), [(2212, 9, 0), (130, 9, 0), (211, 1.4, 0)])
def test_what_does_not_decay(code, pt, eta):
    assert not len(decays(particles(code, pt, eta), np.random.default_rng(1))[0])


@pytest.mark.parametrize(
    ("pt", "eta", "seen"),
    [(4.4, 0, 1), (4.3, 0, 0), (1.7, 1.6, 1), (1.6, 1.6, 0), (1.2, -2.3, 1), (1.0, -2.3, 0)],
)
def test_reach(pt, eta, seen):
    assert reaches(np.array([float(pt)]), np.array([float(eta)])).tolist() == [bool(seen)]


def test_nothing_beyond_the_last_chamber():
    assert not reaches(np.array([50.0]), np.array([2.41])).any()


@pytest.mark.parametrize("eta", [0.3, 2.0])
@pytest.mark.parametrize("pt", [7.0, 22.0])
def test_ninety_percent_pass_a_threshold_of_their_momentum(pt, eta):
    found = measured(np.full(N, pt), np.full(N, eta), np.random.default_rng(1))
    assert (found > pt).mean() == pytest.approx(0.9, abs=0.003)


def test_the_endcap_measures_worse():
    rng = np.random.default_rng(1)
    widths = [np.std(22 / measured(np.full(N, 22.0), np.full(N, eta), rng)) for eta in (0.3, 2.0)]
    assert widths[0] == pytest.approx(0.17 / 1.2816 / 1.17, rel=0.02)
    assert widths[1] > 1.5 * widths[0]


def test_momenta_end_where_the_hardware_ends():
    assert measured(np.full(N, 400.0), np.zeros(N), np.random.default_rng(1)).max() == 255.5


def test_prompt_muons_and_decays_are_in_the_order_of_the_collisions():
    made = particles(13, 20, n=4000)
    made.pdg[::2] = 211
    event, muons = respond(made, np.random.default_rng(1))
    assert (np.diff(event) > 0).all()
    assert (event % 2).sum() / 2000 == pytest.approx(EFFICIENCY, abs=0.02)
    assert (event % 2 == 0).any()
    assert muons.dtype == np.float32
    assert (muons[:, 2] == 1).all()
