"""The trigger core in simulation, and its rule in Python on the same stream."""

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

from trigger_ad.rtl import verilator
from trigger_ad.rtl.top import core_sources
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.regions import PAIR
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule, prescale_ports
from trigger_ad.trigger.state import State

HARNESS = Path(__file__).with_name("core_harness.cpp")
NUMBERS = {Rule.CMS_COUNTER: 0, Rule.CMS_COUNTER_2019: 1, Rule.ATLAS_RANDOM: 2}

INPUT = np.dtype(
    [
        ("score", np.int64, 2),
        ("threshold", np.int64, 2),
        ("prescale", np.uint32, 4),
        ("enable", np.uint8),
        ("valid", np.uint8),
        ("load", np.uint8),
        ("section", np.uint8),
        ("rst", np.uint8),
        ("unused", np.uint8, 3),
    ]
)
WORD = np.dtype(
    [
        ("score", np.uint64, 2),
        ("valid", np.uint8),
        ("fire", np.uint8),
        ("accept", np.uint8),
        ("region", np.uint8),
        ("unused", np.uint32),
    ]
)
STATE = np.dtype(
    [
        *((name, np.uint32, 4) for name in ("latched_before", "latched_after", "counter")),
        *((name, np.uint32, 4) for name in ("before", "after")),
        ("random", np.uint32),
    ]
)


class Core:
    """A core in simulation, which keeps its state from one stream to the next."""

    def __init__(self, folder, rule, **parameters):
        sources = [folder / name for name in core_sources(PAIR)]
        for source, text in zip(sources, core_sources(PAIR).values(), strict=True):
            source.write_text(text)
        library = verilator.build(folder, sources, HARNESS, {"RULE": NUMBERS[rule], **parameters})
        self._library = ctypes.CDLL(str(library))
        self._library.create.restype = ctypes.c_void_p
        self._library.run.argtypes = [ctypes.c_void_p, ctypes.c_int64, *[ctypes.c_void_p] * 3]
        self._library.destroy.argtypes = [ctypes.c_void_p]
        self._simulation = self._library.create()

    def run(self, stream):
        """Words and states after each clock."""
        stream = np.ascontiguousarray(stream)
        words, states = np.zeros(len(stream), WORD), np.zeros(len(stream), STATE)
        pointers = (array.ctypes.data for array in (stream, words, states))
        self._library.run(self._simulation, len(stream), *pointers)
        return words, states

    def close(self):
        self._library.destroy(self._simulation)


@cache
def _ports(registers, rule):
    return prescale_ports(registers, rule)


def stream(clocks, registers, rng, *, bits, load=0.01, section=0.005, valid=0.7):
    """Random crossings; the ports of the registers carry garbage where nothing is loaded.

    Returns the inputs and, for each clock, the registers that are loaded or None.
    """
    inputs = np.zeros(clocks, INPUT)
    for k, width in enumerate(bits):
        inputs["score"][:, k] = rng.integers(0, 2**width, clocks)
    inputs["threshold"] = rng.integers(-(2 ** bits[0]), 2 ** bits[0], (clocks, 2))
    inputs["prescale"] = rng.integers(0, 2**32, (clocks, 4), dtype=np.uint32)
    inputs["enable"] = rng.integers(0, 16, clocks)
    inputs["valid"] = rng.random(clocks) < valid
    inputs["section"] = rng.random(clocks) < section
    inputs["load"] = rng.random(clocks) < load
    inputs["rst"][:1] = 1
    written = [None] * clocks
    for position in np.flatnonzero(inputs["load"]):
        written[position] = registers(rng)
    return inputs, written


def put(inputs, written, rule):
    """Put the values of the registers on their ports, in the clocks in which they are loaded."""
    for position, registers in enumerate(written):
        if registers is not None:
            row = inputs[position]
            row["load"] = 1
            row["threshold"] = registers.thresholds
            row["prescale"] = _ports(registers, rule)
            row["enable"] = sum(on << k for k, on in enumerate(registers.enable))
    return inputs


def reference(inputs, written, rule, bits, start=None):
    """Words and states that the rule gives, crossing by crossing, and what it ends with."""
    words, states = np.zeros(len(inputs), WORD), np.zeros(len(inputs), STATE)
    reset = Registers((2 ** bits[0] - 1, 2 ** bits[1] - 1), (0, 0, 0, 0), (False,) * 4)
    registers, state = start or (reset, State.reset(4))
    columns = (inputs[name].tolist() for name in ("score", "valid", "section", "rst"))
    rows, decided = [], []
    for (first, second), valid, section, rst, new in zip(*columns, written, strict=True):
        region, accept = None, False
        if rst:
            registers, state = reset, State.reset(4)
        else:
            if section:
                state = state.section()
            if new is not None:
                registers, state = new, state.update(rule)
            if valid:
                region, accept, state = step((first, second), registers, state, rule)
        decided.append((region is not None, region or 0, accept))
        rows.append(
            (
                state.latched_before,
                state.latched_after,
                state.counter,
                state.before,
                state.after,
                state.random,
            )
        )
    states[:] = rows
    valid, region, accept = (np.array(column) for column in zip(*decided, strict=True))
    words["valid"], words["fire"] = valid, valid * (1 << region)
    words["region"], words["accept"] = region, accept * (1 << region)
    masks = [2 ** bits[0] - 1, 2 ** bits[1] - 1]
    words["score"] = (inputs["score"] & masks) * valid[:, None]
    return words, states, (registers, state)


def check(core, inputs, written, rule, bits, start=None):
    """Assert that simulation and rule agree after every clock.

    Returns words, states, and what the rule ends with, to start the next stream with.
    """
    words, states = core.run(put(inputs, written, rule))
    expected, expected_states, end = reference(inputs, written, rule, bits, start)
    assert words["valid"].any()
    for got, wanted in ((words, expected), (states, expected_states)):
        for name in got.dtype.names:
            differs = np.flatnonzero((got[name] != wanted[name]).reshape(len(got), -1).any(axis=1))
            assert not len(differs), (
                f"{name} first differs in clock {differs[0]}: "
                f"{got[name][differs[0]]}, not {wanted[name][differs[0]]}"
            )
    return words, states, end
