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
