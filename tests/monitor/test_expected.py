"""References that are learned: recursive residuals are standard normal."""

import numpy as np
import pytest

from trigger_ad.monitor.expected import Reference


def test_line_is_that_of_weighted_least_squares(rng):
    pileup = rng.uniform(40, 60, 200)
    variance = rng.uniform(1e-6, 4e-6, 200)
    values = -3 + 0.004 * pileup + rng.normal(0, np.sqrt(variance))
    reference = Reference()
    for y, v, x in zip(values, variance, pileup, strict=True):
        reference = reference.learn(y, v, x)
    line, covariance = np.polyfit(pileup, values, 1, w=1 / np.sqrt(variance), cov="unscaled")
    value, spread = reference.predict(47.0)
    assert reference.learned == 200
    assert value == pytest.approx(np.polyval(line, 47.0), abs=1e-7)
    assert spread == pytest.approx([47, 1] @ covariance @ [47, 1], rel=1e-4)


def test_residuals_are_standard_normal_and_independent(rng):
    pulls = []
    for _ in range(20):
        reference = Reference()
        for section in range(200):
            pileup = 60 * np.exp(-section / 500)
            value = 5 + 0.01 * pileup + rng.normal(0, 0.002)
            if section >= 5:
                pulls.append(reference.pull(value, 4e-6, pileup))
            reference = reference.learn(value, 4e-6, pileup)
    pulls = np.array(pulls)
    assert abs(pulls.mean()) < 4 / np.sqrt(len(pulls))
    assert pulls.std() == pytest.approx(1, abs=4 / np.sqrt(2 * len(pulls)))
    assert abs(np.corrcoef(pulls[1:], pulls[:-1])[0, 1]) < 4 / np.sqrt(len(pulls))


def test_constant_pileup_is_solvable():
    reference = Reference()
    for _ in range(100):
        reference = reference.learn(2.0, 1e-6, 50.0)
    assert reference.predict(50.0)[0] == pytest.approx(2.0)
    near, far = (reference.predict(pileup)[1] for pileup in (50.0, 51.0))
    assert near == pytest.approx(1e-8)
    assert far == pytest.approx(0.05**2, rel=1e-3)  # the slope is as unknown as before
