"""A bandwidth of the trigger in place of its prescales."""

import pytest

from trigger_ad.config import Prescales, dump, parse
from trigger_ad.errors import ConfigError

BANDWIDTH = "schema: config/2\nname: toy\ntrigger: {bandwidth_hz: 5000, %s}\n"


def test_a_bandwidth_stands_in_place_of_prescales():
    found = parse(BANDWIDTH % "rate: {colliding_bunches: 2760}")
    assert found.trigger.bandwidth_hz == 5000
    assert found.trigger.prescale is None
    assert parse(dump(found)) == found
    assert parse("schema: config/2\nname: toy\n").trigger.prescale == Prescales()


@pytest.mark.parametrize(
    ("beside", "rule"),
    [
        ("prescale: {B: 3}, rate: {colliding_bunches: 2760}", "must have one of prescale and"),
        ("sm_efficiency: 0.01", ".rate must be given where a bandwidth is wanted"),
    ],
)
def test_a_bandwidth_that_cannot_be(beside, rule):
    with pytest.raises(ConfigError, match=rule):
        parse(BANDWIDTH % beside)


COUNTED = "schema: config/2\nname: toy\ntrigger: {%s}\n"


def test_regions_that_are_not_read_out_are_off():
    found = parse(COUNTED % "readout: [A, D], yields: counters, prescale: {D: 50}")
    assert found.trigger.prescale.by_region == {"A": 1, "B": 0, "C": 0, "D": 50}
    assert parse(dump(found)) == found
    beside = "readout: [A], yields: counters, bandwidth_hz: 5000, rate: {colliding_bunches: 2760}"
    chosen = parse(COUNTED % beside)
    assert (chosen.trigger.prescale, chosen.trigger.readout) == (None, ("A",))
    assert parse(dump(chosen)) == chosen
    assert parse(COUNTED % "sm_efficiency: 0.02").trigger.yields == "accepted"


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ("readout: [B, C], yields: counters", "must have region A and each region once"),
        ("readout: [A, B, B], yields: counters", "must have region A and each region once"),
        ("readout: [A, B, C]", "trigger.yields must be counters where region D is not read out"),
        (
            "readout: [A, B, C], yields: counters, prescale: {D: 3}",
            "D must be 0 or left out where region D is not in trigger.readout, not 3",
        ),
    ],
)
def test_a_read_out_that_cannot_be(keys, rule):
    with pytest.raises(ConfigError, match=rule):
        parse(COUNTED % keys)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            COUNTED % "score2_efficiency: 0.005",
            "trigger.sm_efficiency must be below trigger.score2_efficiency, 0.005, not 0.01",
        ),
        (
            COUNTED % "score2_efficiency: 0.1",
            "validate.sm_efficiencies must be below trigger.score2_efficiency, 0.1, not 0.1",
        ),
    ],
)
def test_region_a_is_a_part_of_what_passes_score_2(text, rule):
    with pytest.raises(ConfigError, match=rule):
        parse(text)
    assert parse(COUNTED % "score2_efficiency: 0.35").trigger.score2_efficiency == 0.35
