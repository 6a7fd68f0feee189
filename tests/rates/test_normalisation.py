"""A rate in Hz needs a normalisation that fits the origin."""

import json

import numpy as np
import pytest

from trigger_ad.config import Normalisation
from trigger_ad.errors import NormalisationError
from trigger_ad.events.origin import Origin, ProcessOrigin
from trigger_ad.rates.normalisation import input_rate, region_rates
from trigger_ad.statistics.intervals import efficiency
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule

PROCESSES = (
    ProcessOrigin(
        "w_lnu", 300.0, 1.0, tried=1000, passed=500, resampling=1, distinct_parton_events=500
    ),
    ProcessOrigin(
        "qcd", 5000.0, 1.0, tried=200, passed=40, resampling=4, distinct_parton_events=20
    ),
)
CLUSTERS = np.repeat(np.eye(4, dtype=np.int64), [10, 90, 100, 800], axis=0)
RULE = PrescaleRule.of(Registers((1, 1), (100, 1000, 1000, 0)))


@pytest.mark.parametrize(
    ("origin", "settings", "hz", "source"),
    [
        (
            Origin("zero_bias"),
            Normalisation(colliding_bunches=2748),
            40_078_900 * 2748 / 3564,
            "zero bias, 2748 colliding pairs of bunches",
        ),
        (
            Origin("cross_section", processes=PROCESSES),
            Normalisation(luminosity_hz_per_pb=0.02),
            8.0,
            "400 pb at 0.02 Hz/pb",
        ),
        (
            Origin("filtered"),
            Normalisation(input_rate_hz=1e4),
            1e4,
            "given rate of the filter, 10000 Hz",
        ),
    ],
)
def test_input_rates(origin, settings, hz, source):
    rate = input_rate(origin, settings)
    assert rate.hz == pytest.approx(hz, rel=1e-15)
    assert rate.source == source


@pytest.mark.parametrize(
    ("kind", "settings", "key", "given"),
    [
        ("filtered", Normalisation(), "input_rate_hz", ""),
        (
            "filtered",
            Normalisation(colliding_bunches=2748),
            "input_rate_hz",
            ", not colliding_bunches",
        ),
        ("zero_bias", Normalisation(input_rate_hz=1.0), "colliding_bunches", ", not input_rate_hz"),
        ("cross_section", Normalisation(), "luminosity_hz_per_pb", ""),
    ],
)
def test_hz_is_refused(kind, settings, key, given):
    with pytest.raises(NormalisationError) as caught:
        input_rate(Origin(kind), settings)
    assert str(caught.value) == (
        f"a rate in Hz from a sample of origin {kind} must have trigger.rate.{key}{given}: "
        f"give trigger.rate.{key} or use the efficiencies"
    )


def test_cross_section_must_be_there():
    with pytest.raises(NormalisationError) as caught:
        input_rate(Origin("cross_section"), Normalisation(luminosity_hz_per_pb=0.02))
    assert str(caught.value) == (
        "a sample normalised by its cross-section must carry it: "
        "write the event file with its cross-section"
    )


def test_unknown_origin():
    with pytest.raises(NormalisationError) as caught:
        input_rate(Origin("other"), Normalisation())
    assert str(caught.value) == (
        "the origin of a sample must be one of zero_bias, cross_section, filtered, not 'other': "
        "write the event file with a known origin"
    )


def test_efficiencies_without_a_normalisation():
    rates = region_rates(CLUSTERS, RULE, Origin("filtered"), Normalisation())
    assert {region: value.value for region, value in rates.before.items()} == {
        "A": 0.01,
        "B": 0.09,
        "C": 0.1,
        "D": 0.8,
    }
    record = json.loads(json.dumps(rates.to_json()))
    assert record["normalisation"] == "none: rates in Hz are not given"
    assert record["before"]["A"]["hz"] is None
    assert record["after"]["total"]["efficiency"]["value"] == pytest.approx(0.029)
    assert record["after"]["D"]["efficiency"] == {"value": 0, "low": 0, "high": 0}


def test_rates_in_hz():
    settings = Normalisation(input_rate_hz=1000.0)
    rates = region_rates(CLUSTERS, RULE, Origin("filtered"), settings).to_json()
    assert rates["before"]["B"]["hz"]["value"] == pytest.approx(90)
    assert rates["after"]["B"]["hz"]["value"] == pytest.approx(9)
    total = rates["after"]["total"]["hz"]
    assert total["value"] == pytest.approx(29)
    assert total["low"] < 29 < total["high"]
    # 10 + 190 / 100 is the variance: about 3.4 events.
    assert (total["high"] - total["low"]) / 4 == pytest.approx(11.9**0.5, rel=0.1)


def test_something_given_that_does_not_fit_is_an_error():
    with pytest.raises(NormalisationError, match=r"must have trigger\.rate\.input_rate_hz"):
        region_rates(CLUSTERS, RULE, Origin("filtered"), Normalisation(colliding_bunches=1))


def test_clopper_pearson_edges():
    one = np.ones(100, dtype=np.int64)
    none = efficiency(0 * one, one)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 100))
    assert efficiency(one, one).high == 1


def test_events_that_come_in_pairs_count_half():
    rng = np.random.default_rng(3)
    passing = (rng.random(500) < 0.2).astype(np.int64)
    one = np.ones(500, dtype=np.int64)
    single, pairs = efficiency(passing, one), efficiency(2 * passing, 2 * one)
    assert pairs.value == single.value
    assert (pairs.low, pairs.high) == pytest.approx((single.low, single.high))
    assert efficiency(0 * one, 2 * one).high == pytest.approx(1 - 0.025 ** (1 / 500))


@pytest.mark.parametrize("size", [1, 4])
def test_intervals_of_efficiencies_cover(size):
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(400):
        chance = np.where(rng.random(300) < 0.1, 0.9, 0.01)
        passing, total = rng.binomial(size, chance), np.full(300, size)
        found = efficiency(passing, total)
        covered += found.low <= 0.1 * 0.9 + 0.9 * 0.01 <= found.high
    assert covered >= 0.93 * 400


def test_few_effective_events_are_limits():
    """10 and 90 events are too few, 100 and 800 are not; nor are 800 in clusters of 16."""
    rates = region_rates(CLUSTERS, RULE, Origin("filtered"), Normalisation(input_rate_hz=1e4))
    assert rates.effective == pytest.approx(
        {"A": 10, "B": 90, "C": 100, "D": 800, "total": 29**2 / 11.9}
    )
    assert set(rates.limits) == {"A", "B", "total"}
    assert rates.limits["A"] == pytest.approx(0.0169, abs=1e-4)  # Clopper-Pearson, 10 of 1000
    for name, limit in rates.limits.items():
        assert rates.after[name].value < limit < rates.after[name].high
    record = rates.to_json()
    assert record["upper_limits"]["A"]["hz"] == rates.limits["A"] * 1e4
    assert record["effective_events"]["C"] == pytest.approx(100)
    fewer = region_rates(
        np.repeat(16 * np.eye(4, dtype=np.int64), [10, 20, 30, 50], axis=0),
        RULE,
        Origin("filtered"),
        Normalisation(),
    )
    assert set(fewer.limits) == {"A", "B", "C", "D", "total"}
    assert fewer.to_json()["upper_limits"]["D"]["hz"] is None
