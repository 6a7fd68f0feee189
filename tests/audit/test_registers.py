"""Thresholds against their ports."""

import pytest

from tests.audit.planting import records, sentences
from tests.blocks import trigger as hardware
from trigger_ad.audit.registers import check_registers
from trigger_ad.trigger.registers import Registers


@pytest.mark.parametrize("threshold", [-(2**17), -1, 0, 2**17 - 1])
def test_thresholds_that_fit(planted_run, threshold):
    trigger = hardware(*records(planted_run))
    checked = check_registers(Registers((threshold, 1023)), trigger)
    assert checked.findings == ()
    assert checked.counts == {"thresholds": 2}


def test_thresholds_that_do_not_fit(planted_run):
    trigger = hardware(*records(planted_run))
    first, second = sentences(check_registers(Registers((2**17, -1025)), trigger))
    assert first == (
        "register threshold1 must fit its port of 18 bits, from -131072 to 131071, not 131072, "
        "which needs 19 bits: derive it from the scores of this network"
    )
    assert second == (
        "register threshold2 must fit its port of 11 bits, from -1024 to 1023, not -1025, which "
        "needs 12 bits: derive it from the scores of this network"
    )
