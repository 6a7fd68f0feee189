"""A planted menu has the rates that are known, and the intervals cover them."""

import json
from functools import cache
from itertools import product

import numpy as np
import pytest

from tests.menu.menus import abstract
from trigger_ad.config import Normalisation
from trigger_ad.errors import ConfigError, NormalisationError
from trigger_ad.events.origin import Origin
from trigger_ad.lhc.orbit import colliding_rate_hz
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.figures import estimates, ratio
from trigger_ad.menu.rates import against_pileup, menu_rates
from trigger_ad.rates.normalisation import InputRate, input_rate
from trigger_ad.statistics.intervals import efficiency
from trigger_ad.statistics.moments import Moments

#: Independent seeds: how often each fires, and its prescale.
FIRES = np.array([0.2, 0.1, 0.4])
PRESCALES = (1, 2.5, 20)
KEPT = 1 / np.array(PRESCALES)
MENU = abstract(*PRESCALES)

#: The same after prescale: independent fires and independent prescalers.
ACCEPTS = FIRES * KEPT
PURE = np.array([ACCEPTS[i] * np.prod(1 - np.delete(ACCEPTS, i)) for i in range(3)])
TOTAL = 1 - np.prod(1 - ACCEPTS)
PROPORTIONAL = np.array(
    [
        sum(
            np.prod(np.where(o, ACCEPTS, 1 - ACCEPTS)) * o[i] / max(sum(o), 1)
            for o in product((0, 1), repeat=3)
        )
        for i in range(3)
    ]
)


def draw(events, rng, copies=1):
    """Patterns, and the cluster of each event: `copies` equal events in each."""
    bits = rng.random((events // copies, 3)) < FIRES
    patterns = (bits * [1, 2, 4]).sum(axis=1).astype(np.uint64)
    return np.repeat(patterns, copies), np.repeat(rng.integers(0, 2**62, len(bits)), copies)


@cache
def exact():
    """Events in exactly the planted proportions, 5000 of them in each of 64 clusters."""
    patterns = []
    for bits in product((0, 1), repeat=3):
        number = 5000 * np.prod(np.where(bits, FIRES, 1 - FIRES))
        assert number == pytest.approx(round(number))
        patterns += [sum(b << i for i, b in enumerate(bits))] * round(number)
    return np.tile(np.array(patterns, np.uint64), 64), np.repeat(np.arange(64), 5000)


def test_planted_rates_come_back():
    rates = menu_rates(PatternCounts.of(exact()[0], MENU, exact()[1]), MENU)
    assert rates.events == 320_000
    assert rates.total.value == pytest.approx(TOTAL, rel=1e-12)
    assert rates.total_before.value == pytest.approx(1 - np.prod(1 - FIRES), rel=1e-12)
    for values, name in (
        (FIRES, "before"),
        (ACCEPTS, "after"),
        (PURE, "pure"),
        (PROPORTIONAL, "proportional"),
    ):
        found = [getattr(seed, name).value for seed in rates.seeds]
        assert found == pytest.approx(values, rel=1e-12), name
    for matrix, one in ((rates.overlap_before, FIRES), (rates.overlap_after, ACCEPTS)):
        for i, j in product(range(3), repeat=2):
            expected = one[i] if i == j else one[i] * one[j]
            assert matrix[i][j].value == pytest.approx(expected, rel=1e-12)


def test_pure_is_computed_after_prescale():
    patterns = np.full(100_000, 3, np.uint64)  # both seeds, always
    menu = abstract(1, 100)
    rates = menu_rates(PatternCounts.of(patterns, menu, np.arange(100_000)), menu)
    assert rates.seeds[0].pure.value == pytest.approx(0.99)
    assert rates.seeds[1].pure.limit < 1e-6


@pytest.mark.parametrize("copies", [1, 5])
def test_intervals_cover(copies):
    rng = np.random.default_rng(5)
    truth = [*FIRES, *ACCEPTS, *PURE, *PROPORTIONAL, TOTAL, FIRES[0] * FIRES[1]]
    toys, inside = 150, np.zeros(len(truth))
    for _ in range(toys):
        patterns, clusters = draw(12_000 * copies, rng, copies)
        rates = menu_rates(PatternCounts.of(patterns, MENU, clusters), MENU)
        found = [
            getattr(seed, name)
            for name in ("before", "after", "pure", "proportional")
            for seed in rates.seeds
        ]
        found += [rates.total, rates.overlap_before[0][1]]
        inside += [
            r.interval.low <= t <= r.interval.high for r, t in zip(found, truth, strict=True)
        ]
    coverage = inside / toys
    assert coverage.min() > 0.90  # 2.8 standard deviations below 0.95
    assert 0.93 < coverage.mean() < 0.985


def test_the_coverage_test_sees_the_clusters():
    """Intervals that take the five copies of an event for five events cover too little."""
    rng, inside = np.random.default_rng(5), 0
    for _ in range(60):
        patterns, _ = draw(12_000, rng, 5)
        alone = PatternCounts.of(patterns, MENU, np.arange(len(patterns)))
        interval = menu_rates(alone, MENU).total.interval
        inside += interval.low <= TOTAL <= interval.high
    assert inside < 50


def test_upper_limits_cover_and_say_so():
    rng = np.random.default_rng(6)
    menu, toys, above = abstract(50), 200, 0
    for _ in range(toys):
        patterns = (rng.random(2000) < 0.004).astype(np.uint64)
        rate = menu_rates(PatternCounts.of(patterns, menu, np.arange(2000)), menu).seeds[0].after
        assert rate.value is None
        assert rate.interval is None
        assert rate.effective < 100
        above += rate.limit >= 0.004 / 50
    assert above / toys > 0.90
    text = str(rate)
    assert text.startswith("< ")
    assert text.endswith(f"(95 %, {rate.effective:.0f} effective events)")


def test_effective_events_know_the_clusters():
    patterns = np.ones(500 * 4, np.uint64)
    patterns[: 250 * 4] = 0
    menu = abstract(1)
    alone = menu_rates(PatternCounts.of(patterns, menu, np.arange(2000)), menu).seeds[0].before
    fours = menu_rates(PatternCounts.of(patterns, menu, np.arange(2000) // 4), menu)
    assert alone.effective > 700  # 1000 events; the variance of 64 groups fluctuates
    assert 150 < fours.seeds[0].before.effective < 450  # 250 clusters
    assert menu_rates(PatternCounts.of(patterns, menu, np.zeros(2000, int)), menu).seeds[
        0
    ].before.effective == pytest.approx(0.5)  # one cluster says nothing


def test_unweighted_intervals_are_those_of_the_project():
    rng = np.random.default_rng(7)
    table = np.stack([rng.integers(50, 90, 64), rng.integers(20, 60, 64)], axis=1)
    rate = estimates(Moments.of(np.array([[0.0], [1.0]]), table[None]), np.ones(1))[0]
    other = efficiency(table[:, 1], table.sum(axis=1))
    assert rate.interval.value == pytest.approx(other.value)
    assert rate.interval.low == pytest.approx(other.low, rel=5e-3)  # 64 / 63 in the variance
    assert rate.interval.high == pytest.approx(other.high, rel=5e-3)


def test_a_constant_weight_scales_the_interval():
    table = np.random.default_rng(8).integers(50, 90, (64, 2))
    weights = np.array([[0.0, 0.0], [1.0, 0.1]])
    one, tenth = estimates(Moments.of(weights, table[None]), np.array([1.0, 0.1]))
    assert tenth.interval.low == pytest.approx(one.interval.low / 10)
    assert tenth.interval.high == pytest.approx(one.interval.high / 10)
    assert tenth.effective == pytest.approx(one.effective)


def test_nothing_all_and_off():
    menu = abstract(1, 1, 0)
    patterns = np.full(1000, 6, np.uint64)  # never, always, always but off
    rates = menu_rates(PatternCounts.of(patterns, menu, np.arange(1000)), menu)
    never, always, off = rates.seeds
    assert never.before.limit == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert always.before.interval.high == 1
    assert always.before.interval.low == pytest.approx(0.025 ** (1 / 1000))
    assert off.before.value == 1
    assert (off.after.value, off.after.interval.high, off.pure.value) == (0, 0, 0)
    assert rates.overlap_after[1][2].interval.high == 0


def test_ratio_is_that_of_independent_clusters():
    rng = np.random.default_rng(9)
    passing = (rng.random(4000) < 0.3).astype(float)
    ones = np.ones(4000)
    alone = ratio(passing, ones, np.arange(4000))
    doubled = ratio(np.repeat(passing, 2), np.ones(8000), np.arange(8000) // 2)
    assert doubled.interval.low == pytest.approx(alone.interval.low, rel=1e-9)
    assert alone.interval.value == passing.mean()
    expected = efficiency(passing.astype(int), ones.astype(int))
    assert alone.interval.low == pytest.approx(expected.low)
    assert ratio(passing[:200] * 0, ones[:200], np.arange(200)).limit == pytest.approx(
        1 - 0.05 ** (1 / 200)
    )


def test_hz_carry_their_normalisation():
    counts = PatternCounts.of(exact()[0], MENU, exact()[1])
    source = input_rate(Origin("zero_bias"), Normalisation(colliding_bunches=2748))
    rates = menu_rates(counts, MENU, source)
    record = json.loads(json.dumps(rates.to_json(), allow_nan=False))
    assert record["normalisation"] == "zero bias, 2748 colliding pairs of bunches"
    hz = record["seeds"][1]["after"]["hz"]["value"]
    assert hz == pytest.approx(float(colliding_rate_hz(2748)) * 0.04)
    assert "normalisation: zero bias, 2748" in str(rates)
    assert str(rates).endswith(" Hz")
    plain = menu_rates(counts, MENU)
    assert plain.to_json()["total"]["hz"] is None
    assert plain.normalisation == "none: rates in Hz are not given"


@pytest.mark.parametrize(
    ("kind", "settings", "sentence"),
    [
        ("filtered", {}, "must have trigger.rate.input_rate_hz"),
        ("zero_bias", {"input_rate_hz": 1.0}, "must have trigger.rate.colliding_bunches"),
    ],
)
def test_hz_without_normalisation_are_refused(kind, settings, sentence):
    with pytest.raises(
        NormalisationError, match=f"a rate in Hz from a sample of origin {kind} {sentence}"
    ):
        input_rate(Origin(kind), Normalisation(**settings))


def test_rates_against_pileup():
    patterns = np.array([1] * 300 + [0] * 100 + [1] * 200 + [0] * 400, np.uint64)
    pileup = np.array([10] * 400 + [60] * 600)
    menu = abstract(1)
    counts = PatternCounts.of(patterns, menu, np.arange(1000), pileup, (30, 50, 70))
    found = against_pileup(counts, menu, InputRate(1e6, "given"))
    assert list(found) == ["below 30", "50 to below 70"]
    assert [r.seeds[0].before.value for r in found.values()] == [0.75, pytest.approx(1 / 3)]
    assert [r.events for r in found.values()] == [400, 600]
    assert found["below 30"].to_json()["total"]["hz"]["value"] == 750_000
    assert list(against_pileup(PatternCounts.of(patterns, menu, np.arange(1000)), menu)) == ["all"]


def test_prescales_need_no_new_counts():
    counts = PatternCounts.of(exact()[0], MENU, exact()[1])
    other = MENU.prescaled({"s0": 0, "s1": 100, "s2": 0})
    assert menu_rates(counts, other).total.value == pytest.approx(0.1)
    with pytest.raises(ConfigError) as caught:
        menu_rates(counts, abstract(1, 1))
    assert str(caught.value) == (
        "the counts for menu abstract must be of its seeds and cuts, not of other ones: "
        "count the events with this menu"
    )
    with pytest.raises(ConfigError, match="must have events"):
        menu_rates(PatternCounts.zero(MENU), MENU)
