"""CUSUM: time between false alarms, delay, both directions, end of an alarm."""

import numpy as np
import pytest

from trigger_ad.monitor.cusum import ALLOWANCES, Chart, threshold


@pytest.mark.parametrize(
    ("allowance", "height", "sections"),
    # One-sided run lengths from tables of exact values (D. M. Hawkins, J. Qual. Technol. 24,
    # 37 (1992)): two-sided 168 and 465.
    [(0.5, 4.0, 336.0), (0.5, 5.0, 930.0)],
)
def test_threshold_agrees_with_tables(allowance, height, sections):
    assert threshold(allowance, sections) == pytest.approx(height, abs=0.02)


def test_threshold_grows_with_patience():
    heights = [threshold(0.2, sections) for sections in (2.0, 100.0, 1e4, 1e6)]
    assert heights == sorted(heights)
    assert heights[0] >= 0


def false_alarms(rng, heights, sections):
    alarms, chart = 0, Chart()
    for pull in rng.standard_normal(sections):
        chart = chart.add(pull, 0.0, heights)
        if chart.raised:
            alarms, chart = alarms + 1, Chart()
    return alarms


@pytest.mark.parametrize("scale", [0, 1])
def test_time_between_false_alarms(rng, scale):
    heights = [1e9, 1e9]
    heights[scale] = threshold(ALLOWANCES[scale], 2 * 250.0)  # either side once in 500
    expected = 60_000 / 250
    assert false_alarms(rng, tuple(heights), 60_000) == pytest.approx(expected, rel=0.2)


HEIGHTS = (25.0, 9.5)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_shift_is_found_on_its_side_and_ends(sign):
    chart, delay = Chart(), 0
    while not chart.raised:
        chart, delay = chart.add(sign * 4.0, 0.0, HEIGHTS), delay + 1
    assert delay == 3  # 9.5 / (4 - 0.6)
    assert chart.raised == sign
    assert np.sign(chart.level) == sign
    for _ in range(100):
        chart = chart.add(sign * 4.0, 0.0, HEIGHTS)
    lasting = 0
    while chart.raised:
        chart, lasting = chart.add(0.0, 0.0, HEIGHTS), lasting + 1
    assert lasting == 63  # (1.25 - 0.75) 25 / 0.2, rounded up


def test_a_shift_within_the_band_is_never_found():
    chart = Chart()
    for _ in range(10_000):
        chart = chart.add(1.0, 1.0, HEIGHTS)
    assert chart == Chart()


def test_a_lack_does_not_prolong_an_excess():
    chart = Chart((1.0, 0.0), (0.0, 0.0), 1)
    for _ in range(5):
        chart = chart.add(-9.0, 0.0, HEIGHTS)
    assert chart.raised == -1
