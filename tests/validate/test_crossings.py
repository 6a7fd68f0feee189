"""The streams that compare the forms of the trigger have all that can happen in them."""

import numpy as np

from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.stream import LOAD_GAP
from trigger_ad.validate.crossings import stream

REGISTERS = Registers((50, 60), (100, 250, 1000, 10_000))


def events(count):
    return np.random.default_rng(2).integers(0, 100, size=(count, 57)).astype(np.int32)


def test_all_events_are_in_it_in_order():
    words = events(900)
    found = stream(words, REGISTERS, 1)
    assert len(found) == 1000
    assert np.array_equal(found.words[found.valid], words)


def test_the_registers_given_come_first_and_change():
    found = stream(events(50_000), REGISTERS, 1)
    assert found.load[0]
    assert found.registers[0] == REGISTERS
    prescales = np.array([written.prescale for written in found.registers])
    assert (prescales[1:] < prescales[:-1] / 100).any(axis=0).all(), "lowered by far"
    assert (prescales == 0).any()
    assert not all(all(written.enable) for written in found.registers)
    assert len({written.thresholds[0] for written in found.registers}) > 3


def test_strobes_fall_together_and_too_close():
    found = stream(events(50_000), REGISTERS, 1)
    assert (found.load & found.section).sum() > 3
    assert (found.section & ~found.valid).any()
    assert (found.load & ~found.valid).any()
    assert (np.diff(np.flatnonzero(found.load)) < LOAD_GAP).sum() > 3


def test_same_seed_same_stream():
    one, two = (stream(events(500), REGISTERS, 7) for _ in range(2))
    assert np.array_equal(one.load, two.load)
    assert one.registers == two.registers
