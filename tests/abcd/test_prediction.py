"""Predictions from counters and from read-out: exact where they must be, and they cover."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad.abcd.prediction import elapsed, from_counters, from_read_out, predicted
from trigger_ad.abcd.yields import Yield, counted, read_out
from trigger_ad.errors import CountsError
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule

LIVE = [23.3] * 4


def test_first_order_at_large_counts():
    counts = [0, 40_000, 90_000, 360_000]
    found = from_counters(counts, LIVE, kappa=1.1, kappa_error=0.01)
    relative = math.sqrt(1 / 40_000 + 1 / 90_000 + 1 / 360_000 + (0.01 / 1.1) ** 2)
    assert found.value == pytest.approx(11_000)
    assert found.error == pytest.approx(11_000 * relative)
    assert (found.high - found.low) / 2 == pytest.approx(11_000 * relative, rel=5e-3)


@given(st.integers(0, 10**6), st.integers(100, 10**6), st.integers(0, 10**4), st.data())
def test_bounds_of_a_counter_hold(fires, prescale, more, data):
    """From any phase, the fires lie between the bounds, and these are no more than two steps."""
    phase = data.draw(st.integers(0, prescale - 1))
    accepts = (100 * fires + phase) // prescale
    unknown = read_out(accepts, prescale, Rule.CMS_COUNTER)
    known = read_out(accepts, prescale, Rule.CMS_COUNTER, phase)
    for found in (unknown, known):
        if found.least < found.most:
            assert found.least <= fires <= found.most
        assert found.low <= found.least <= found.most <= found.high
    assert known.most - known.least <= prescale / 100
    assert unknown.most - unknown.least <= 2 * prescale / 100
    assert known.variance - known.value <= unknown.variance - unknown.value


@pytest.mark.parametrize("prescale", [101, 250, 700, 1234, 10_000])
def test_mean_and_variance_of_a_counter(prescale):
    """Over all phases or all last counters, estimates have no bias and the stated variance."""
    fires = np.arange(10 * prescale, 11 * prescale)  # every residue once
    known = read_out(100 * fires // prescale, prescale, Rule.CMS_COUNTER, 0)
    off = known.value - fires
    assert off.mean() == pytest.approx(0, abs=1e-9)
    assert off.var() == pytest.approx((known.variance - known.value)[0])
    fires, phase = np.random.default_rng(1).integers(10 * prescale, 11 * prescale, (2, 20_000))
    phase -= 10 * prescale
    unknown = read_out((100 * fires + phase) // prescale, prescale, Rule.CMS_COUNTER)
    off = unknown.value - fires
    assert off.mean() == pytest.approx(0, abs=0.015 * prescale / 100)
    assert off.var() == pytest.approx((unknown.variance - unknown.value)[0], rel=0.05)


def test_random_prescaler_is_a_poisson_count_times_its_realised_prescale():
    rule = PrescaleRule.of(Registers((0, 0), (100, 10**8, 300, 500)), rule=Rule.ATLAS_RANDOM)
    found = from_read_out([0, 40, 60, 90], rule)
    one = counted(40).scaled((2**24 - 1) / 17)
    two, three = (counted(n).scaled(rule.realised[r]) for n, r in ((60, "C"), (90, "D")))
    assert found.to_json() == predicted(one, two, three).to_json()


def test_read_out_without_prescale_is_a_counter():
    rule = PrescaleRule.of(Registers((0, 0)))
    counts = [7, 40, 0, 90]
    assert from_read_out(counts, rule).to_json() == from_counters(counts, LIVE).to_json()


def test_from_the_start_of_a_run_is_more_precise():
    rule = PrescaleRule.of(Registers((0, 0), (100, 10_000, 10_000, 10_000)), phase=3)
    counts = [0, 2000, 3000, 6000]
    one, other = from_read_out(counts, rule, from_start=True), from_read_out(counts, rule)
    assert one.error < other.error
    assert one.high - one.low < other.high - other.low
    assert one.value - other.value == pytest.approx(33, abs=1)  # half a step, after the phase


def test_empty_regions():
    assert from_counters([0, 0, 5, 9], LIVE).low == 0
    assert 0 < from_counters([0, 0, 5, 9], LIVE).high < math.inf
    found = from_counters([0, 5, 5, 0], LIVE).to_json()
    assert (found["value"], found["high"], found["error"]) == (None, None, None)
    assert found["low"] > 0


WAYS = [
    pytest.param(100, Rule.CMS_COUNTER, None, id="before prescale"),
    pytest.param(1000, Rule.ATLAS_RANDOM, None, id="random"),
    pytest.param(250, Rule.CMS_COUNTER, None, id="counter"),
    pytest.param(10_000, Rule.CMS_COUNTER, None, id="large counter"),
    pytest.param(1000, Rule.CMS_COUNTER, 0, id="known phase"),
]


@pytest.mark.parametrize(
    "means", [(2, 2, 2), (3, 30, 300), (15, 10, 40), (100, 130, 400), (600, 500, 4000)]
)
@pytest.mark.parametrize(("prescale", "rule", "phase"), WAYS)
def test_coverage(coverage_tool, means, prescale, rule, phase):
    """4000 toys: 68 +- 2 % at large counts, at least 68 % below, within 3 binomial errors."""
    noise = 3 * math.sqrt(0.68 * 0.32 / 4000)
    covered = coverage_tool.coverage(means, prescale, rule, phase, 4000, 3)
    assert covered >= 0.68 - noise - 0.02 * (min(means) >= 500)
    assert min(means) < 500 or covered <= 0.70 + noise


COUNTERS = [(ps, Rule.CMS_COUNTER, phase) for ps in (250, 1000, 10_000) for phase in (None, 0)]
EVERY = [(100, Rule.CMS_COUNTER, None), (10_000, Rule.ATLAS_RANDOM, None), *COUNTERS]


@pytest.mark.parametrize("way", EVERY)
def test_coverage_at_fixed_means(coverage_tool, way):
    """500 accepts a region: 68 +- 2 % within 3 binomial errors, whatever the part of an event."""
    noise = 3 * math.sqrt(0.68 * 0.32 / 10_000)
    for offset in (0.0, 0.25, 0.5, 0.75):
        covered = coverage_tool.coverage((500 + offset, 500, 500), *way, 10_000, 3)
        assert abs(covered - 0.68) <= 0.02 + noise


@pytest.mark.parametrize("phase", [None, 0])
def test_fixed_means_below_500(coverage_tool, phase):
    """120 accepts at a prescale of 100, where steps are as large as the scatter."""
    noise = 3 * math.sqrt(0.68 * 0.32 / 10_000)
    for offset in (0.0, 0.3, 0.6):
        means = (120 + offset, 3000, 3000)
        assert coverage_tool.coverage(means, 10_000, Rule.CMS_COUNTER, phase, 10_000, 3) > (
            0.68 - noise
        )


def test_the_coverage_test_sees_the_lattice(coverage_tool, monkeypatch):
    """Limits that are not shifted cover unequally at means that differ by part of an event."""
    monkeypatch.setattr("trigger_ad.abcd.prediction._dither", lambda b, d: 0 * b.value)
    way = (10_000, Rule.CMS_COUNTER, None)
    found = [
        coverage_tool.coverage((500 + offset, 500, 500), *way, 10_000, 3)
        for offset in (0.0, 0.25, 0.5, 0.75)
    ]
    assert max(found) - min(found) > 0.04


def test_the_tool_fails_where_coverage_is_off(coverage_tool):
    for means, low, high, wrong in (
        ((500, 500, 500), 0.68, 0.68, False),
        ((500, 500, 500), 0.68, 0.74, True),
        ((500, 500, 500), 0.62, 0.68, True),
        ((10, 500, 500), 0.70, 0.99, False),
        ((10, 500, 500), 0.64, 0.99, True),
    ):
        assert coverage_tool.outside(means, low, high, 20_000) == wrong


@pytest.mark.parametrize("naive", [lambda y: y.value**0.5, lambda y: 0.5 * y.variance**0.5])
def test_the_coverage_test_sees_errors_that_are_too_small(coverage_tool, monkeypatch, naive):
    """Limits of plain square roots, or half of the right ones, do not pass."""

    def wrong(*yields):
        return predicted(
            *(
                Yield(
                    y.value,
                    y.value,
                    y.value,
                    y.value - naive(y),
                    y.value + naive(y),
                    y.variance,
                    np.zeros_like(y.value),
                )
                for y in yields
            )
        )

    monkeypatch.setattr(coverage_tool, "predicted", wrong)
    way = (1000, Rule.ATLAS_RANDOM, None)
    assert coverage_tool.coverage((600, 500, 4000), *way, 4000, 3) < 0.6


@pytest.fixture(scope="module")
def coverage_tool():
    import importlib.util
    from pathlib import Path

    path = Path(__file__).parents[2] / "tools" / "check_coverage.py"
    spec = importlib.util.spec_from_file_location("check_coverage", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_counts_between_two_readings():
    found = elapsed([1, 2, 3, 4], [2, 2, 10, 5], "section 8")
    assert found.tolist() == [1, 0, 7, 1]
    with pytest.raises(CountsError) as caught:
        elapsed([1, 2, COUNTER_MAXIMUM - 9, 4], [2, 2, 10, 5], "section 8")
    assert str(caught.value) == (
        "counter C of section 8 must not fall below 4294967286, not 10: "
        "split the time where it wrapped or was reset"
    )
    with pytest.raises(CountsError) as caught:
        elapsed([0] * 4, [1, COUNTER_MAXIMUM, 1, 1], "section 8")
    assert str(caught.value) == (
        "counter B of section 8 must be below its end, 4294967295, not 4294967295: "
        "read it more often"
    )


def test_unequal_live_times():
    with pytest.raises(CountsError) as caught:
        from_counters([1, 2, 3, 4], [23.3, 23.3, 20, 23.3])
    assert str(caught.value) == (
        "the live time of the four regions must be the same, "
        "not A 23.3 s, B 23.3 s, C 20 s, D 23.3 s: count all regions in the same time"
    )


@pytest.mark.parametrize("rule", [Rule.CMS_COUNTER, Rule.ATLAS_RANDOM])
def test_a_region_that_was_off(rule):
    off = PrescaleRule.of(Registers((0, 0), (100, 100, 0, 100)), rule=rule)
    with pytest.raises(CountsError) as caught:
        from_read_out([1, 2, 3, 4], off)
    assert str(caught.value) == (
        "the prescale of region C must not be off in a read-out, not 0: "
        "take the counters before prescale"
    )
