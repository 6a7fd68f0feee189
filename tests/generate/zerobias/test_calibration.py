"""Calibration of jets."""

import numpy as np
import pytest

from trigger_ad.generate.zerobias.calibration import calibrated


def factor(pt, eta):
    return calibrated(np.array([16 * pt]), np.array([float(eta)]))[0] / (16 * pt)


@pytest.mark.parametrize(
    ("pt", "eta", "expected"),
    [(41, 0, 1.189), (41, -1.2, 1.189), (44, 1.31, 1.109), (8, 0, 1.377), (900, 0, 1.013)],
)
def test_factors(pt, eta, expected):
    assert factor(pt, eta) == pytest.approx(expected, abs=1 / (32 * pt))


@pytest.mark.parametrize("eta", [0.0, 2.0, 2.7, 4.0])
def test_a_harder_jet_stays_harder(eta):
    et = np.arange(8 * 16, 400 * 16)
    assert (np.diff(calibrated(et, np.full(len(et), eta))) >= 0).all()


def test_no_jets():
    assert not len(calibrated(np.zeros(0, np.int64), np.zeros(0)))
