"""Stages and cycles of the presets."""

import pytest

from trigger_ad.errors import ConfigError
from trigger_ad.rtl.preset import CORE_CYCLES, PRESETS, preset


def test_long_circuits_take_all_cycles():
    """At 240 MHz 12 cycles are 50 ns; at 40 MHz the latency is two crossings."""
    for name, cycles in (("240mhz", 12), ("40mhz", 2)):
        found = preset(name)
        assert found.scoring_cycles(found.stages(1000.0)) + CORE_CYCLES == cycles == found.cycles


def test_short_circuits_take_fewer_at_240_mhz():
    found = preset("240mhz")
    assert found.stages(found.levels * 3) == 3
    assert found.stages(found.levels * 3 + 0.1) == 4
    assert found.stages(0.0) == 1


def test_two_crossings_for_any_circuit():
    found = preset("40mhz")
    assert found.scoring_cycles(found.stages(0.0)) + CORE_CYCLES == 2


def test_unknown_preset():
    with pytest.raises(ConfigError) as error:
        preset("fast")
    assert str(error.value) == (
        "an RTL preset must be one of " + ", ".join(PRESETS) + ", not 'fast': choose one of these"
    )
