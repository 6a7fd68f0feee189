"""The non-closure factor comes back from what was planted."""

import numpy as np
import pytest

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.nonclosure import fit_kappa, with_validation
from trigger_ad.errors import CountsError, WorkingPointError

PILEUP = np.array([30.0, 40.0, 50.0, 60.0])


def expected(kappa, size=1.0):
    base = size * np.array([1000.0, 9000.0, 8000.0, 72_000.0])
    return np.array([[base[0] * k, *base[1:]] for k in kappa])


def test_a_line_comes_back():
    fit = fit_kappa(PILEUP, expected(1.1 + 0.004 * (PILEUP - 45)))
    assert fit.at(45)[0] == pytest.approx(1.1)
    assert fit.slope == pytest.approx(0.004)
    assert fit.at(fit.reference_pileup)[1] == fit.value_error < fit.at(80)[1]


def test_one_bin():
    fit = fit_kappa(PILEUP[:1], expected([1.2]))
    assert (fit.value, fit.slope, fit.slope_error) == (pytest.approx(1.2), 0, 0)
    relative = (1 / 1200 + 1 / 9000 + 1 / 8000 + 1 / 72_000) ** 0.5
    assert fit.value_error == pytest.approx(1.2 * relative)


def test_errors_cover_and_nothing_is_biased():
    rng = np.random.default_rng(4)
    mean = expected(1.1 + 0.004 * (PILEUP - 45), size=0.5)
    fits = [fit_kappa(PILEUP, rng.poisson(mean)) for _ in range(2000)]
    for pileup in (30.0, 70.0):
        values, errors = np.array([fit.at(pileup) for fit in fits]).T
        pulls = (values - 1.1 - 0.004 * (pileup - 45)) / errors
        assert pulls.mean() == pytest.approx(0, abs=0.08)
        assert pulls.std() == pytest.approx(1, abs=0.06)


def test_validation_regions_show_what_the_counts_do_not():
    fit = fit_kappa(PILEUP, expected([1, 1, 1, 1], size=100))
    quiet = with_validation(fit, PILEUP, expected([1, 1, 1, 1], size=100))
    assert quiet == fit
    off = with_validation(fit, PILEUP, expected([1.1, 0.9, 1.1, 0.9], size=1000))
    assert off.systematic == pytest.approx(0.1, rel=0.02)
    assert off.at(45)[1] == pytest.approx(np.hypot(fit.at(45)[1], 0.1), rel=0.02)


def test_what_cannot_be_fitted():
    with pytest.raises(CountsError) as caught:
        fit_kappa(np.array([40.0, 40.0]), expected([1, 1]))
    assert str(caught.value) == (
        "the bins of pile-up of a non-closure factor must differ, not all at 40: "
        "add them up to one bin"
    )
    with pytest.raises(WorkingPointError, match="the bin of pile-up 30 must leave events in all"):
        fit_kappa(PILEUP, expected([0, 1, 1, 1]))
    with pytest.raises(WorkingPointError, match="the validation region at pile-up 30 must leave"):
        with_validation(Kappa(1, 0, 45, 0.1, 0), PILEUP, expected([0, 1, 1, 1]))
