"""Registers, start state and rule record."""

import json

import pytest

from trigger_ad.config import Prescales
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import CMS_COUNTER, PrescaleRule
from trigger_ad.trigger.state import State


def test_from_configuration():
    registers = Registers.from_prescales(7, 8, Prescales(A=1.0, B=2.5, C=0.0, D=42_949_672.95))
    assert registers == Registers(7, 8, (100, 250, 0, 2**32 - 1))
    assert registers.active == (True, True, False, True)


def test_json_round_trip():
    registers = Registers(-1, 5, (100, 0, 333, 100), (True, False, True, True))
    assert Registers.from_json(json.loads(json.dumps(registers.to_json()))) == registers


@pytest.mark.parametrize("value", [-100, 1, 99, 2**32])
def test_prescale_out_of_range(value):
    with pytest.raises(ConfigError) as caught:
        Registers(1, 1, (100, 100, value, 100))
    assert str(caught.value) == (
        "the prescale of region C must be 0 or from 100 to 4294967295 hundredths, "
        f"not {value}: choose such a prescale"
    )


def test_threshold_must_be_an_integer():
    with pytest.raises(ConfigError) as caught:
        Registers(1, 2.5)
    assert str(caught.value) == (
        "register threshold2 must be an integer in LSB of the score, not 2.5: "
        "derive it from integer scores"
    )


def test_unknown_schema():
    with pytest.raises(
        SchemaError, match="registers must have schema registers/1, not registers/9"
    ):
        Registers.from_json({"schema": "registers/9"})


def test_start_with_a_phase():
    registers = Registers(1, 1, (100, 0, 250, 1000))
    assert State.start(registers, 99).counter == (99, 99, 99, 99)
    for phase in (-1, 100):
        with pytest.raises(ConfigError) as caught:
            State.start(registers, phase)
        assert str(caught.value) == (
            "the initial phase of the prescalers must be from 0 to below the prescale of region "
            f"A, 100 hundredths, not {phase}: choose a smaller phase"
        )


def test_rule_record():
    registers = Registers(1, 1, (100, 250, 0, 1000), (True, True, True, False))
    assert PrescaleRule.of(registers, 7).to_json() == {
        "schema": "prescale_rule/1",
        "rule": CMS_COUNTER,
        "phase": 7,
        "reset": "run_start",
        "realised": {"A": 1.0, "B": 2.5, "C": 0.0, "D": 0.0},
        "live_fraction": 1.0,
    }
