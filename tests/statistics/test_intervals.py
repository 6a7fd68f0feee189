"""When events are few."""

import numpy as np
import pytest

from trigger_ad.menu.figures import estimates
from trigger_ad.statistics.intervals import is_few
from trigger_ad.statistics.moments import Moments


@pytest.mark.parametrize(("effective", "few"), [(99.9, True), (100 - 1e-12, False), (100, False)])
def test_hundred_but_for_rounding_is_hundred(effective, few):
    assert is_few(effective) is few


def test_hundred_events_of_any_prescale_are_a_rate():
    """The quotient (sum w)^2 / sum w^2 is below 100 for some weights."""
    prescales = np.arange(1, 400) / 7 + 1
    weights = np.stack([1 / prescales, np.zeros(len(prescales))])
    counts = np.array([[50, 49_950], [50, 49_950]])
    rates = estimates(Moments.of(weights, counts[None]), weights.max(axis=0))
    assert min(rate.effective for rate in rates) < 100
    assert all(rate.limit is None for rate in rates)
