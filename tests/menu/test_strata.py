"""Samples drawn in strata: rates without bias, intervals that cover, more precise where rare."""

import numpy as np
import pytest

from tests.menu.menus import abstract
from trigger_ad.events.strata import Strata
from trigger_ad.menu.counts import PatternCounts
from trigger_ad.menu.rates import against_pileup, menu_rates
from trigger_ad.rates.normalisation import InputRate
from trigger_ad.statistics.fractions import fractions
from trigger_ad.statistics.moments import Moments

#: Rare strata are drawn far more often than they occur.
STRATA = Strata(("soft", "jets", "hard"), (0.95, 0.045, 0.005), (24_000, 6000, 6000))

#: How often each seed fires in each stratum: everywhere, where it is hard, only there.
FIRES = np.array([[0.3, 0.01, 0.0], [0.5, 0.1, 0.02], [0.9, 0.7, 0.4]])
MENU = abstract(1, 2, 1)
KEPT = np.array([1, 0.5, 1])
BEFORE = np.array(STRATA.probabilities) @ FIRES
TOTAL = np.array(STRATA.probabilities) @ (1 - np.prod(1 - FIRES * KEPT, axis=1))
TRUTH = np.array([*BEFORE, *BEFORE * KEPT, TOTAL])


def draw(drawn, rng, copies=1):
    """Patterns, clusters and strata; each event `copies` times, in one cluster."""
    stratum = np.repeat(np.arange(3), np.array(drawn) // copies)
    patterns = ((rng.random((len(stratum), 3)) < FIRES[stratum]) * [1, 2, 4]).sum(axis=1)
    clusters = rng.integers(0, 2**62, len(stratum))
    return [np.repeat(column, copies) for column in (patterns, clusters, stratum)]


def rates(patterns, clusters, stratum, strata=STRATA, **more):
    counts = PatternCounts.of(
        patterns.astype(np.uint64), MENU, clusters, stratum=stratum, strata=strata, **more
    )
    return menu_rates(counts, MENU, strata=strata)


def figures(found):
    return [*(s.before for s in found.seeds), *(s.after for s in found.seeds), found.total]


@pytest.mark.parametrize("copies", [1, 3])
def test_estimates_are_unbiased_and_intervals_cover(copies):
    rng, toys = np.random.default_rng(11 + copies), 120
    values, inside, widths = [], [], []
    for _ in range(toys):
        found = figures(rates(*draw(STRATA.drawn, rng, copies)))
        assert all(rate.interval for rate in found)
        ends = np.array([(r.value, r.interval.low, r.interval.high) for r in found]).T
        values.append(ends[0])
        inside.append((ends[1] <= TRUTH) & (ends[2] >= TRUTH))
        widths.append((ends[2] - ends[1]) / 2)
    error = np.std(values, axis=0)
    assert (np.abs(np.mean(values, axis=0) - TRUTH) < 3.5 * error / np.sqrt(toys)).all()
    coverage = np.mean(inside, axis=0)
    assert coverage.min() > 0.90  # 2.5 standard deviations below 0.95
    assert 0.93 < coverage.mean() < 0.99
    ratio = np.mean(widths, axis=0) / (1.96 * error)  # wider where soft events may be unseen
    assert ratio.min() > 0.8
    assert ratio.max() < 1.6


def test_a_plain_sample_of_the_same_size_agrees_and_knows_less():
    rng, events = np.random.default_rng(5), sum(STRATA.drawn)
    drawn = rng.multinomial(events, STRATA.probabilities)
    patterns, clusters, _ = draw(drawn, rng)
    counts = PatternCounts.of(patterns.astype(np.uint64), MENU, clusters)
    plain, mine = menu_rates(counts, MENU), rates(*draw(STRATA.drawn, rng))
    rare = plain.seeds[2].before, mine.seeds[2].before
    assert rare[0].effective < 150  # 0.003 of the events
    assert rare[1].effective > 500
    width = [rate.interval.high - rate.interval.low for rate in rare]
    assert width[1] < width[0] / 2
    one, other = plain.seeds[0].before.interval, mine.seeds[0].before.interval
    assert max(one.low, other.low) < BEFORE[0] < min(one.high, other.high)


def test_taking_events_of_strata_for_plain_ones_is_wrong():
    """The test of bias sees it."""
    patterns, clusters, _ = draw(STRATA.drawn, np.random.default_rng(6))
    counts = PatternCounts.of(patterns.astype(np.uint64), MENU, clusters)
    assert menu_rates(counts, MENU).seeds[2].before.value > 10 * BEFORE[2]


def test_nothing_seen_is_limited_by_the_stratum_that_weighs_most():
    """Zero events in each stratum: 3.0 events of the one whose events stand for most."""
    stratum = np.repeat([0, 1, 2], [2000, 6000, 6000])
    nothing = np.zeros(len(stratum))
    rate = rates(nothing, np.arange(len(stratum)), stratum).seeds[0].before
    assert rate.limit == pytest.approx(-np.log(0.05) * 0.95 / 2000)
    assert rate.effective == 0
    everything = rates(nothing + 1, np.arange(len(stratum)), stratum).seeds[0].before
    assert everything.value == pytest.approx(1)
    assert everything.interval.high == pytest.approx(1)
    assert everything.interval.low == pytest.approx(1 + np.log(0.025) * 0.95 / 2000)


def test_a_hard_event_alone_does_not_exclude_soft_ones():
    """The upper end allows for one more event of the heaviest stratum; the value does not move."""
    counts = np.array([[[0, 4000]], [[500, 3500]]]).repeat(64, axis=1) // 64
    weights = np.array([[1.0], [0.0]])
    found = fractions(Moments.of(weights, counts), np.ones(1), (0.99, 0.01))
    assert found.value[0] == pytest.approx(0.01 * 448 / 3904)
    assert found.high[0] - found.value[0] > 3 * 0.99 / 4000
    assert found.value[0] - found.low[0] < 0.1 * found.value[0]


def test_one_stratum_of_probability_one_is_the_plain_sample():
    patterns, clusters, _ = draw((9000, 1, 1), np.random.default_rng(7))
    whole = Strata(("everything",), (1.0,))
    found = rates(patterns, clusters, np.zeros(len(patterns), np.int64), whole)
    counts = PatternCounts.of(patterns.astype(np.uint64), MENU, clusters)
    assert found.to_json() == menu_rates(counts, MENU).to_json()


def test_halves_of_a_plain_sample_as_strata_say_what_the_whole_says():
    """Strata that are alike, drawn as they occur: the same value and nearly the same interval."""
    rng = np.random.default_rng(8)
    patterns = (rng.random(20_000) < 0.1).astype(np.uint64)
    clusters, half = rng.integers(0, 2**62, 20_000), np.arange(20_000) % 2
    counts = PatternCounts.of(patterns, MENU, clusters)
    one = menu_rates(counts, MENU).seeds[0].before
    two = rates(patterns, clusters, half, Strata(("odd", "even"), (0.5, 0.5))).seeds[0].before
    assert two.value == pytest.approx(one.value)
    assert two.interval.low == pytest.approx(one.interval.low, rel=0.02)
    assert two.interval.high == pytest.approx(one.interval.high, rel=0.02)


def test_in_a_bin_of_pileup_a_stratum_counts_as_it_occurs_there():
    """Soft events are all at low pile-up, hard ones in both bins."""
    strata = Strata(("soft", "hard"), (0.9, 0.1))
    stratum = np.repeat([0, 1], 8000)
    pileup = np.where(stratum == 0, 10, np.where(np.arange(16_000) % 2, 10, 50))
    patterns = stratum.astype(np.uint64)  # hard events fire
    counts = PatternCounts.of(
        patterns, MENU, np.arange(16_000), pileup, (30,), stratum=stratum, strata=strata
    )
    found = against_pileup(counts, MENU, InputRate(1e6, "given"), strata)
    assert list(found) == ["below 30", "from 30"]
    assert found["below 30"].seeds[0].before.value == pytest.approx(0.05 / 0.95)
    assert found["from 30"].seeds[0].before.value == 1
    whole = menu_rates(counts, MENU, strata=strata)
    assert [row.total.value for row in whole.pileup] == [pytest.approx(0.05 / 0.95), 1]
