"""Prescales for the read-out: closed form, optimum, caps, budget."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from trigger_ad.abcd.prescales import (
    at_prescales,
    counters_only,
    equal_read_out,
    for_bandwidth,
    for_budget,
    for_precision,
)
from trigger_ad.abcd.yields import step_variance
from trigger_ad.errors import WorkingPointError
from trigger_ad.trigger.rule import Rule

COUNTS = st.tuples(st.floats(10, 1e4), *[st.floats(100, 1e8)] * 3)
RULES = st.sampled_from([Rule.ATLAS_RANDOM, Rule.CMS_COUNTER])


@pytest.mark.parametrize(("precision", "total"), [(1, 10), (math.sqrt(3), 4), (3, 2)])
def test_closed_form(precision, total):
    """f = 1 costs ten times region A, and the paper's four times is f = sqrt(3)."""
    assert equal_read_out(precision) == pytest.approx(total)
    choice = for_precision([1e3, 1e7, 2e7, 1e8], precision)
    assert choice.total == pytest.approx(total, rel=2e-3)
    assert choice.precision == pytest.approx(precision, rel=2e-3)
    assert choice.read[1:] == pytest.approx([1e3 * (total - 1) / 3] * 3, rel=5e-3)


@given(COUNTS, st.floats(0.2, 10), RULES)
def test_precise_enough_and_no_prescale_out_of_range(counts, precision, rule):
    if counters_only(counts).precision > precision:
        with pytest.raises(WorkingPointError, match=r"must be at least .*, that of all events"):
            for_precision(counts, precision, rule)
        return
    choice = for_precision(counts, precision, rule)
    assert choice.precision <= precision * (1 + 1e-9)
    assert choice.prescale[0] == 100
    assert all(100 <= value < 2**32 for value in choice.prescale)
    assert all(n <= count * (1 + 1e-12) for n, count in zip(choice.read, counts, strict=True))


@pytest.mark.parametrize("rule", [Rule.ATLAS_RANDOM, Rule.CMS_COUNTER])
@pytest.mark.parametrize(
    "counts", [[1e4, 1e5, 1e5, 1e6], [1e4, 4e4, 1e6, 1e7], [1e4, 4e4, 4.4e4, 1e7]]
)
def test_no_other_prescales_are_cheaper(counts, rule):
    """A general minimiser finds the same total, where regions are exhausted too."""
    a, *support = (np.array(part) for part in counts)
    support = np.array(support)

    def slack(log_prescale):
        ps = np.exp(log_prescale)
        more = ps / support if not rule.counts else 1 / support + (ps**2 - 1) / 6 / support**2
        return 1 / a - more.sum()

    found = minimize(
        lambda x: (support / np.exp(x)).sum() / a,
        np.full(3, 0.1),
        bounds=[(0, 15)] * 3,
        constraints={"type": "ineq", "fun": lambda x: slack(x) * a},
        options={"maxiter": 1000, "ftol": 1e-12},
    )
    assert found.success
    choice = for_precision(counts, 1.0, rule)
    assert choice.total == pytest.approx(1 + found.fun, rel=0.01)


def test_an_exhausted_region_is_read_out_whole():
    choice = for_precision([1e4, 2e4, 1e7, 1e8], 1.0)
    assert choice.prescale[1] == 100
    assert choice.read[1] == 2e4
    assert choice.read[2] == pytest.approx(4e4, rel=0.01) == pytest.approx(choice.read[3], rel=0.01)


@given(COUNTS, st.floats(1.01, 1e3), RULES)
def test_budget_is_kept(counts, total, rule):
    choice = for_budget(counts, total, rule)
    largest = 2**32 - 1 if rule.counts else 100 * (2**24 - 1)
    if max(choice.prescale) < largest:
        assert choice.total <= total * (1 + 1e-9)


@given(st.floats(1.0, 4.0))
def test_budget_and_precision_are_inverse(precision):
    counts = [1e3, 1e6, 3e3, 1e7]
    one = for_precision(counts, precision + 1)
    other = for_budget(counts, one.total)
    assert other.precision == pytest.approx(precision + 1, rel=0.01)


def test_comparison():
    """Counters need no read-out; a counting prescaler needs less than a random one."""
    counts = [1e3, 1e5, 1e5, 1e6]
    none = counters_only(counts)
    assert (none.total, none.prescale) == (1.0, (100, 0, 0, 0))
    assert none.precision == pytest.approx(math.sqrt(1e3 * 2.1e-5))
    random, counter = (for_precision(counts, 1.0, r) for r in (Rule.ATLAS_RANDOM, Rule.CMS_COUNTER))
    assert 1 < counter.total < random.total


def test_variance_of_the_steps():
    assert step_variance(10_000, phase_known=True) == (100**2 - 1) / 12
    assert step_variance(10_000, phase_known=False) == (100**2 - 1) / 6
    assert step_variance(100, phase_known=False) == 0
    assert step_variance(250, phase_known=True) == pytest.approx((2.5**2 - 0.5**2) / 12)


def test_what_cannot_be_had():
    with pytest.raises(WorkingPointError) as caught:
        for_precision([100, 150, 1e4, 1e5], 0.5)
    assert str(caught.value) == (
        "the precision 0.5 of the prediction must be at least 0.823, that of all events, not 0.5: "
        "choose a larger one or regions with more events"
    )
    with pytest.raises(WorkingPointError) as caught:
        for_budget([100, 150, 1e4, 1e5], 1)
    assert str(caught.value) == (
        "the budget of the read-out must be above 1 event for each in region A, not 1: "
        "allow more or predict from the counters"
    )
    with pytest.raises(WorkingPointError, match="the counts that prescales are chosen for must"):
        counters_only([1, 0, 1, 1])


@given(COUNTS, st.floats(0.5, 3), RULES)
def test_chosen_prescales_give_what_was_chosen(counts, precision, rule):
    wanted = precision + counters_only(counts).precision
    choice = for_precision(counts, wanted, rule)
    assert at_prescales(counts, choice.prescale[1:], rule) == choice


def test_prescales_that_somebody_chose():
    choice = at_prescales((100, 1000, 2000, 50_000), (1000, 2000, 10_000), Rule.ATLAS_RANDOM)
    assert choice.total == pytest.approx((100 + 100 + 100 + 500) / 100, rel=1e-3)
    wanted = math.sqrt(100 * (1 / 100 + 1 / 100 + 1 / 500))
    assert choice.precision == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("rule", [Rule.ATLAS_RANDOM, Rule.CMS_COUNTER])
def test_a_bandwidth_is_a_budget_in_hz(rule):
    """5 kHz with 500 Hz in region A are ten events for each one in A, however many are expected."""
    counts = [1e3, 1e6, 2e6, 1e7]
    found = for_bandwidth(counts, 0.5, 5000, rule)
    assert found == for_budget(counts, 10, rule)
    assert sum(found.read) * 0.5 <= 5000
    assert sum(found.read) * 0.5 == pytest.approx(5000, rel=1e-3)


@pytest.mark.parametrize("bandwidth", [500.0, 499.0])
def test_a_bandwidth_that_region_a_takes_alone(bandwidth):
    with pytest.raises(WorkingPointError) as caught:
        for_bandwidth([1e3, 1e6, 2e6, 1e7], 0.5, bandwidth, Rule.CMS_COUNTER)
    assert str(caught.value) == (
        f"the bandwidth of the regions must be above the rate of region A, 500 Hz, "
        f"not {bandwidth:g} Hz: allow more, or take a tighter working point"
    )


@pytest.mark.parametrize("rule", [Rule.ATLAS_RANDOM, Rule.CMS_COUNTER])
def test_counters_predict_alike_whatever_is_read_out(rule):
    counts = [400, 8000, 10_000, 200_000]
    precision = counters_only(counts).precision
    for readout, off in (("ABCD", 0), ("ABD", 1), ("AD", 2)):
        choice = for_budget(counts, 4, rule, readout, counters=True)
        assert choice.precision == precision
        assert choice.total <= 4
        read = [n for n in choice.read[1:] if n]
        assert choice.prescale.count(0) == off == 3 - len(read)
        assert read == pytest.approx([1200 / len(read)] * len(read), rel=0.01)
    alone = for_bandwidth(counts, 1.0, 401.0, rule, "A", counters=True)
    assert (alone.prescale, alone.total) == ((100, 0, 0, 0), 1)
    assert alone == counters_only(counts)
    by_events = for_budget(counts, 4, rule)
    assert by_events.prescale == for_budget(counts, 4, rule, counters=True).prescale
    assert by_events.precision > precision


def test_a_region_that_is_off_has_no_accepted_events():
    sentence = (
        "the yield of region C must be that of its counter where the region is not read out, not "
        "of accepted events: predict from the counters, or read the region out"
    )
    for call in (
        lambda: for_budget([400, 8000, 10_000, 200_000], 4, readout="ABD"),
        lambda: at_prescales([400, 8000, 10_000, 200_000], (200, 0, 300), Rule.CMS_COUNTER),
    ):
        with pytest.raises(WorkingPointError) as caught:
            call()
        assert str(caught.value) == sentence
    found = at_prescales([400, 8000, 10_000, 200_000], (200, 0, 300), Rule.CMS_COUNTER, True)
    assert found.read == (400, 4000, 0, pytest.approx(200_000 / 3))
