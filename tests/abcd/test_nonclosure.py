"""The non-closure factor comes back from what was planted."""

import numpy as np
import pytest

from trigger_ad.abcd.estimate import estimate, from_counts
from trigger_ad.abcd.kappa import Kappa
from trigger_ad.abcd.nonclosure import (
    fit_kappa,
    fit_kappa_to_estimates,
    with_validation,
    with_validation_by_estimates,
)
from trigger_ad.errors import CountsError, WorkingPointError
from trigger_ad.events.strata import Strata

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


def test_estimates_of_a_plain_sample_give_the_same():
    counts = np.rint(expected([1.1, 0.9, 1.2, 0.8], size=3)).astype(np.int64)
    estimates = [estimate(four) for four in counts]
    one, other = fit_kappa(PILEUP, counts), fit_kappa_to_estimates(PILEUP, estimates)
    for name in ("value", "slope", "reference_pileup", "value_error", "slope_error"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9), name
    one, other = (
        with_validation(one, PILEUP, counts),
        with_validation_by_estimates(one, PILEUP, estimates),
    )
    assert other.systematic == pytest.approx(one.systematic, rel=1e-9)
    assert one.systematic > 0.05


def test_a_sample_in_strata_gives_kappa_of_all_events():
    """Bins of a sample of which half is of a stratum that has a fiftieth of all events."""
    strata, rng = Strata(("soft", "hard"), (0.98, 0.02)), np.random.default_rng(8)
    drawn, inside = np.array([60_000, 60_000]), np.array([0.2, 0.3, 0.3])
    regions = np.array([[0.004, 0.05, 0.06, 0.886], [0.3, 0.2, 0.2, 0.3]])
    a, b, c, d = np.array(strata.probabilities) @ regions
    chances = np.concatenate([*(regions[:, None] * inside[:, None]).swapaxes(0, 1)], axis=1)
    chances = np.column_stack([chances, 1 - chances.sum(axis=1)])
    pulls = []
    for _ in range(400):
        flat = np.stack([rng.multinomial(n, p) for n, p in zip(drawn, chances, strict=True)])
        bins = flat[:, :12].reshape(2, 3, 4).swapaxes(0, 1)
        estimates = [from_counts(four, drawn, strata) for four in bins]
        fit = fit_kappa_to_estimates(PILEUP[:3], estimates)
        pulls.append((fit.value - a * d / (b * c)) / fit.value_error)
    assert np.mean(pulls) == pytest.approx(0, abs=0.25)
    assert np.std(pulls) == pytest.approx(1, abs=0.12)
    alike = fit_kappa(PILEUP[:3], bins.sum(axis=1))
    assert abs(alike.value - a * d / (b * c)) > 10 * fit.value_error  # taken for plain events


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
