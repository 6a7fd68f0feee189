"""Prediction of region A: value, error and coverage."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.abcd.kappa import Kappa
from trigger_ad.monitor.background import Background, Window, background
from trigger_ad.monitor.counts import Integers
from trigger_ad.monitor.toys import TRUTH, Plan, simulate


def test_formula():
    (counts,) = simulate("quiet", 1, Plan(sections=1))
    kappa = Kappa(1.1, 0.0, 0.0, 0.02)
    found = background(counts, kappa, 25)
    a, b, c, d = counts.before.values
    predicted = 1.1 * b * c / d
    relative = 1 / b + 1 / c + 1 / d
    assert found.observed == a
    assert found.predicted == pytest.approx(predicted)
    assert found.spread == pytest.approx(math.sqrt(predicted + predicted**2 * relative))
    assert found.kappa_spread == pytest.approx(0.02 * b * c / d)
    assert found.error == pytest.approx(
        math.sqrt(predicted**2 * relative + (0.02 * b * c / d) ** 2)
    )


def test_pulls_of_quiet_runs_are_standard_normal():
    pulls = np.array(
        [background(counts, TRUTH, 25).pull for counts in simulate("quiet", 5, Plan(sections=3000))]
    )
    assert abs(pulls.mean()) < 4 / math.sqrt(3000)
    assert pulls.std() == pytest.approx(1, abs=4 / math.sqrt(6000))


def test_empty_regions():
    (counts,) = simulate("quiet", 1, Plan(sections=1))
    none = counts.model_copy(update={"before": Integers(counts.before.root | {"A": 0})})
    assert background(none, TRUTH, 25).observed == 0
    assert background(none, TRUTH, 25).predicted == background(counts, TRUTH, 25).predicted
    few = counts.model_copy(update={"before": Integers(counts.before.root | {"C": 24})})
    assert background(few, TRUTH, 25) is None


def test_window_forgets_and_keeps_the_common_error():
    window = Window()
    assert window.ratio is None
    for _ in range(2000):
        window = window.add(Background(110, 100.0, 12.0, 5.0), 50.0)
    ratio, error = window.ratio
    assert ratio == pytest.approx(1.1)
    total, squares = 1 / (1 - math.exp(-1 / 50)), 1 / (1 - math.exp(-2 / 50))
    assert error == pytest.approx(math.hypot(12 * math.sqrt(squares) / total, 5) / 100)
    for _ in range(500):
        window = window.add(replace(Background(110, 100.0, 12.0, 5.0), observed=100), 50.0)
    assert window.ratio[0] == pytest.approx(1, abs=1e-4)
