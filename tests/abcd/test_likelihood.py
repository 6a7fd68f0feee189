"""The likelihood agrees with what is known in closed form."""

import math

import numpy as np
import pytest

from trigger_ad.abcd.likelihood import fit_signal
from trigger_ad.errors import CountsError
from trigger_ad.trigger.rule import Rule


def test_signal_in_a_only():
    """The prediction is N_B N_C / N_D, the strength what is above it."""
    fit = fit_signal([10_400, 20_000, 30_000, 60_000], [100, 0, 0, 0])
    assert fit.background == pytest.approx(10_000, rel=1e-4)
    assert fit.strength == pytest.approx(4, rel=1e-3)
    error = math.sqrt(10_400 + 10_000**2 * (1 / 20_000 + 1 / 30_000 + 1 / 60_000)) / 100
    assert (fit.high - fit.low) / 2 == pytest.approx(error, rel=0.02)
    assert fit.significance == pytest.approx(4 / error, rel=0.02)


def test_no_excess_has_no_strength():
    fit = fit_signal([900, 2000, 3000, 6000], [10, 0, 0, 0])
    assert fit.strength == pytest.approx(0, abs=1e-3)
    assert (fit.low, fit.significance) == (0, pytest.approx(0, abs=0.02))


def test_signal_in_all_regions():
    """Background that closes plus signal everywhere: the strength comes back, unbiased."""
    background, signal = np.array([1000, 4000, 5000, 20_000]), np.array([50, 30, 40, 60])
    fit = fit_signal((background + 6 * signal).tolist(), signal.tolist())
    assert fit.strength == pytest.approx(6, rel=1e-2)
    assert fit.background == pytest.approx(1000, rel=2e-3)


def test_prescales_and_kappa():
    rates = [1200 + 300, 40_000, 50_000, 2_000_000]
    prescale = [100, 1000, 1000, 20_000]
    counts = [round(rate * 100 / value) for rate, value in zip(rates, prescale, strict=True)]
    fit = fit_signal(counts, [100, 0, 0, 0], prescale, Rule.ATLAS_RANDOM, 1.2)
    assert fit.background == pytest.approx(1200, rel=1e-3)
    assert fit.strength == pytest.approx(3, rel=5e-3)
    loose = fit_signal(counts, [100, 0, 0, 0], prescale, Rule.ATLAS_RANDOM, 1.2, 0.24)
    assert loose.strength == pytest.approx(3, rel=0.02)
    assert loose.significance < 0.5 * fit.significance


@pytest.mark.parametrize("count", [0, 3])
def test_few_events_in_a(count):
    fit = fit_signal([count, 40, 50, 200], [1, 0, 0, 0])
    assert 0 <= fit.low <= fit.strength < fit.high < 30


@pytest.mark.slow
def test_coverage_of_the_strength():
    """100 toys: 68 % within three standard deviations of the binomial."""
    mean = np.array([600 + 90, 1500, 2000, 5000])
    toys = np.random.default_rng(8).poisson(mean, (100, 4))
    covered = [f.low <= 90 <= f.high for f in (fit_signal(t.tolist(), [1, 0, 0, 0]) for t in toys)]
    assert np.mean(covered) == pytest.approx(0.683, abs=3 * math.sqrt(0.683 * 0.317 / 100))


def test_counts_of_a_counting_prescaler_are_refused():
    with pytest.raises(CountsError) as caught:
        fit_signal([10, 10, 10, 10], [1, 0, 0, 0], [100, 1000, 100, 100], Rule.CMS_COUNTER)
    assert str(caught.value) == (
        "the count of region B in a likelihood must be Poisson, not that of a counting prescaler: "
        "take the counter before prescale"
    )
    with pytest.raises(CountsError, match=r"region C .*, not that of a region that is off: "):
        fit_signal([10, 10, 10, 10], [1, 0, 0, 0], [100, 100, 0, 100])
    with pytest.raises(CountsError, match=r"region D in a likelihood must be above 0, not 0: "):
        fit_signal([10, 10, 10, 0], [1, 0, 0, 0])
