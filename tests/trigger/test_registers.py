"""Registers, start state and rule record."""

import json

import pytest

from trigger_ad.config import Prescales
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import PrescaleRule, Rule, prescale_ports, random_cut
from trigger_ad.trigger.state import State


def test_from_configuration():
    registers = Registers.from_prescales((7, 8), Prescales(A=1.0, B=2.5, C=0.0, D=42_949_672.95))
    assert registers == Registers((7, 8), (100, 250, 0, 2**32 - 1))
    assert registers.active == (True, True, False, True)


def test_what_is_meant_where_nothing_is_said():
    """Everything is taken; counts begin at 0 and pseudo-random numbers at 1, which is not 0."""
    assert Registers((3, 4)) == Registers((3, 4), (100, 100, 100, 100), (True, True, True, True))
    none = (0, 0, 0, 0)
    assert (
        State.reset(4) == State.start(Registers((3, 4))) == State(none, none, none, none, none, 1)
    )


def test_json_round_trip():
    registers = Registers((-1, 5), (100, 0, 333, 100), (True, False, True, True))
    assert Registers.from_json(json.loads(json.dumps(registers.to_json()))) == registers


@pytest.mark.parametrize("value", [-100, 1, 99, 2**32])
def test_prescale_out_of_range(value):
    with pytest.raises(ConfigError) as caught:
        Registers((1, 1), (100, 100, value, 100))
    assert str(caught.value) == (
        "the prescale of region C must be 0 or from 100 to 4294967295 hundredths, "
        f"not {value}: choose such a prescale"
    )


def test_threshold_must_be_an_integer():
    with pytest.raises(ConfigError) as caught:
        Registers((1, 2.5))
    assert str(caught.value) == (
        "register threshold2 must be an integer in LSB of the score, not 2.5: "
        "derive it from integer scores"
    )


def test_unknown_schema():
    with pytest.raises(SchemaError) as caught:
        Registers.from_json({"schema": "registers/9"})
    assert str(caught.value) == (
        "registers must have schema registers/2 or registers/1, not registers/9: "
        "write them again with this version"
    )


def test_registers_of_two_thresholds_by_name_are_read():
    """As the shipped models and the run folders of earlier versions have them."""
    record = {"schema": "registers/1", "threshold1": 7, "threshold2": -8}
    record |= {"prescale": [100, 0, 333, 100], "enable": [True, False, True, True]}
    registers = Registers((7, -8), (100, 0, 333, 100), (True, False, True, True))
    assert Registers.from_json(record) == registers


def test_the_names_of_two_thresholds_go_with_a_warning():
    registers = Registers((7, -8))
    for number, value in ((1, 7), (2, -8)):
        with pytest.warns(FutureWarning) as caught:
            assert getattr(registers, f"threshold{number}") == value
        assert str(caught[0].message) == (
            f"Registers.threshold{number} is Registers.thresholds[{number - 1}] since version 0.4; "
            "the old name goes with 0.5"
        )


@pytest.mark.parametrize("thresholds", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)])
def test_each_threshold_doubles_the_regions(thresholds):
    registers = Registers(thresholds)
    assert registers.prescale == (100,) * 2 ** len(thresholds)
    assert registers.enable == (True,) * 2 ** len(thresholds)
    assert registers.regions == tuple("ABCDEFGHIJKLMNOP")[: 2 ** len(thresholds)]
    assert Registers.from_json(json.loads(json.dumps(registers.to_json()))) == registers
    rule = PrescaleRule.of(registers)
    assert rule.realised == dict.fromkeys(registers.regions, 1.0)


@pytest.mark.parametrize("thresholds", [5, (), (1, 2, 3, 4, 5), "12"])
def test_thresholds_that_are_no_tuple_of_one_to_four(thresholds):
    with pytest.raises(ConfigError) as caught:
        Registers(thresholds)
    told = {
        "12": "register threshold1 must be an integer in LSB of the score, not 1: "
        "derive it from integer scores"
    }
    assert str(caught.value) == told.get(
        thresholds,
        f"the thresholds of the registers must be a tuple of one to 4 integers, not {thresholds}: "
        "give one for each axis of the regions",
    )


def test_a_prescale_or_an_enable_for_each_region():
    for name, given in (("prescale", (100,) * 4), ("enable", (True,) * 4)):
        with pytest.raises(ConfigError) as caught:
            Registers((1, 2, 3), **{name: given})
        assert str(caught.value) == (
            f"register {name} must have a value for each of the 8 regions, not 4 values: "
            "give one for each of A, B, C, D, E, F, G, H"
        )


def test_what_is_defined_for_two_thresholds_refuses_others():
    assert Registers((7, -8)).pair == (7, -8)
    for thresholds in ((1,), (1, 2, 3)):
        with pytest.raises(ConfigError) as caught:
            _ = Registers(thresholds).pair
        assert str(caught.value) == (
            f"the regions of the trigger must be those of two thresholds here, not of "
            f"{len(thresholds)}: cut on two scores, or count its regions with emulate"
        )


def test_counters_of_a_state_are_those_of_its_regions():
    assert State((1, 2)) == State((1, 2), (0, 0), (0, 0), (0, 0), (0, 0), 1)
    assert list(State((1, 2), (3, 4), random=9).numbers()) == [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 9]
    with pytest.raises(ConfigError) as caught:
        State((1, 2), (1, 2, 3, 4))
    assert str(caught.value) == (
        "the counters before must be one for each of the 2 regions, not 4: "
        "give as many as prescale counters"
    )


def test_start_with_a_phase():
    registers = Registers((1, 1), (100, 0, 250, 1000))
    assert State.start(registers, 99).counter == (99, 99, 99, 99)
    for phase in (-1, 100):
        with pytest.raises(ConfigError) as caught:
            State.start(registers, phase)
        assert str(caught.value) == (
            "the initial phase of the prescalers must be from 0 to below the prescale of region "
            f"A, 100 hundredths, not {phase}: choose a smaller phase"
        )


def test_rule_record():
    registers = Registers((1, 1), (100, 250, 0, 1000), (True, True, True, False))
    assert PrescaleRule.of(registers, 7).to_json() == {
        "schema": "prescale_rule/1",
        "rule": "cms_counter/reset_at_run_start",
        "phase": 7,
        "reset": "run_start",
        "realised": {"A": 1.0, "B": 2.5, "C": 0.0, "D": 0.0},
        "live_fraction": 1.0,
    }


@pytest.mark.parametrize(
    ("prescale", "cut"),
    [(1.0, 1), (2.0, 2**23), (10.0, 2**24 - 1677722), (1e6, 2**24 - 17), (4e7, 2**24)],
)
def test_pseudo_random_cut(prescale, cut):
    """C = round(2^24 - (2^24 - 1) / PS)."""
    assert random_cut(round(100 * prescale)) == cut


def test_pseudo_random_prescales_are_realised_in_steps():
    rule = PrescaleRule.of(
        Registers((0, 0), (100, 100_000_000, 0, 2**32 - 1)), 0, Rule.ATLAS_RANDOM
    )
    assert rule.realised == {"A": 1.0, "B": (2**24 - 1) / 17, "C": 0.0, "D": 0.0}
    assert rule.realised["B"] / 1e6 == pytest.approx(0.987, abs=1e-3)
    assert rule.reset == "never"


def test_prescale_ports():
    registers = Registers((0, 0), (100, 0, 250, 100))
    assert prescale_ports(registers, Rule.CMS_COUNTER) == (100, 0, 250, 100)
    assert prescale_ports(registers, Rule.ATLAS_RANDOM) == (1, 2**24, random_cut(250), 1)


def test_a_luminosity_section_latches_and_clears_the_counts():
    state = State((1, 2, 3, 4), (5, 6, 7, 8), (1, 1, 1, 1), random=9)
    later = state.section()
    assert later == State((1, 2, 3, 4), (0,) * 4, (0,) * 4, (5, 6, 7, 8), (1, 1, 1, 1), 9)


def test_an_update_resets_prescalers_by_the_rule_of_2019_only():
    state = State((1, 2, 3, 4), (5, 6, 7, 8), random=9)
    assert state.update(Rule.CMS_COUNTER) is state
    assert state.update(Rule.ATLAS_RANDOM) is state
    assert state.update(Rule.CMS_COUNTER_2019).counter == (0, 0, 0, 0)
