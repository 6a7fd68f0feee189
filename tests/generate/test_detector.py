"""Response of the detector to single particles."""

import numpy as np
import pytest

from trigger_ad.generate.detector import Stable, reconstruct

N = 20_000


def beam(pdg, pt, eta, n=N):
    """One particle an event, all alike."""
    one = np.ones(n)
    return Stable(np.arange(n), np.full(n, pdg), pt * one, eta * one, np.linspace(-3.1, 3.1, n))


@pytest.mark.parametrize(
    ("pdg", "pt", "eta", "kind", "efficiency", "resolution"),
    [
        (11, 40, 0.0, 2, 0.95, np.hypot(0.02, 0.12 / 40**0.5)),
        (-11, 40, 2.0, 2, 0.90, np.hypot(0.02, 0.12 / (40 * np.cosh(2)) ** 0.5)),
        (13, 40, 1.0, 3, 0.96, np.hypot(0.01, 0.004)),
        (211, 40, 1.0, 0, None, None),
        (22, 40, 0.0, 0, 1.0, np.hypot(0.005, 0.03 / 40**0.5)),
        (22, 40, 3.5, 0, 1.0, np.hypot(0.05, 1.5 / (40 * np.cosh(3.5)) ** 0.5)),
        (130, 40, 0.0, 0, 1.0, np.hypot(0.05, 1.1 / 40**0.5)),
        (2112, 40, -4.0, 0, 1.0, np.hypot(0.10, 2.0 / (40 * np.cosh(4)) ** 0.5)),
        (12, 40, 0.0, 0, 0.0, None),
        (16, 40, 0.0, 0, 0.0, None),
        (13, 40, 2.3, 3, 0.0, None),
        (22, 40, 5.5, 0, 0.0, None),
        (211, 0.3, 1.0, 0, 0.0, None),
        (130, 0.5, 0.0, 0, 0.0, None),
    ],
)
def test_response(rng, pdg, pt, eta, kind, efficiency, resolution):
    seen = reconstruct(beam(pdg, pt, eta), rng)
    identified = seen.kind == kind
    if efficiency is not None:
        assert identified.sum() / N == pytest.approx(efficiency, abs=0.01)
    if resolution is not None:
        assert seen.pt[identified].mean() == pytest.approx(pt, rel=0.01)
        assert seen.pt[identified].std() / pt == pytest.approx(resolution, rel=0.03)


def test_missed_tracks_are_seen_by_the_calorimeter(rng):
    seen = reconstruct(beam(211, 10, 0.0), rng)
    assert len(seen.pt) > 0.99 * N
    assert seen.pt.std() / 10 == pytest.approx((0.05 * (1.1**2 / 10 + 0.05**2)) ** 0.5, rel=0.1)


def test_unidentified_electrons_are_photons(rng):
    seen = reconstruct(beam(11, 40, 0.0), rng)
    assert len(seen.pt) == N
    assert (seen.photon == (seen.kind == 0)).all()


def test_angles_stay_in_range(rng):
    seen = reconstruct(beam(22, 5, 4.0), rng)
    assert np.abs(seen.phi).max() <= np.pi
    assert seen.eta.std() == pytest.approx(0.05, rel=0.05)
