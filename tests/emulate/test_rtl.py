"""The simulated RTL equals the fast emulator and the trigger's rule after every clock."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.rtl.networks import (
    extreme_words,
    random_words,
    small_layout,
    small_network,
    two_scores,
)
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.trigger.reference import step
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State
from trigger_ad.trigger.stream import LOAD_GAP

#: A clock and a prescale rule for each build.
BUILDS = (
    ("240mhz", Rule.CMS_COUNTER, 1),
    ("40mhz", Rule.CMS_COUNTER_2019, 5),
    ("240mhz", Rule.ATLAS_RANDOM, 2),
)


@dataclass
class Trigger:
    """A simulation, and the emulator of the same network."""

    simulation: RtlSimulation
    fast: FastEmulator
    rule: Rule

    @property
    def layout(self):
        return self.simulation.project.layout

    def scores(self, words):
        return self.fast.run(scale_array(words, self.layout), layers=()).scores


@pytest.fixture(scope="module", params=BUILDS, ids=lambda build: f"{build[0]}-{build[1].name}")
def trigger(request, tmp_path_factory):
    name, rule, seed = request.param
    words = small_layout(7)
    network = small_network(seed, words, bits=3, hidden=(3,))
    scores = two_scores(network)
    folder = tmp_path_factory.mktemp("rtl")
    write_project(folder, network, scores, words, preset(name), rule)
    build_simulation(folder)
    with RtlSimulation(folder) as simulation:
        yield Trigger(simulation, FastEmulator(network, scores, *scaled_range(words)), rule)


def test_latency_is_that_of_the_structure(trigger):
    assert trigger.simulation.latency == trigger.simulation.project.cycles


def test_scores_equal_the_fast_emulator(trigger, rng):
    words = np.concatenate(
        [random_words(rng, trigger.layout, 4000), extreme_words(rng, trigger.layout, 1000)]
    )
    found, expected = trigger.simulation.run(words), trigger.scores(words)
    assert found.valid.all()
    for name in expected:
        assert len(np.unique(expected[name])) > 100
        np.testing.assert_array_equal(found.scores[name], expected[name])


def random_registers(rng, expected):
    """Thresholds that populate all regions; prescales of every kind, often low after high."""
    first, second = (int(rng.choice(values)) for values in expected.values())
    kinds = ([0], [100], [100, 1000], [100, 1000], [10_000, 100_000], [2**31, 2**32 - 1])
    prescale = []
    for _ in range(4):
        kind = kinds[rng.integers(len(kinds))]
        prescale.append(kind[0] if len(kind) == 1 else int(rng.integers(*kind)))
    enable = tuple(bool(on) for on in rng.random(4) < 0.8)
    return Registers(first, second, tuple(prescale), enable)


def off(scores):
    """What the registers hold after a reset."""
    first, second = ((1 << kind.width) - 1 for kind in scores.values())
    return Registers(first, second, (0, 0, 0, 0), (False,) * 4)


def reference(trigger, stream, scores):
    """Decisions and states by the rule, with the loads that are taken and what a reset drops.

    A crossing that a reset finds in the pipeline is dropped. Rows of the state are those of the
    crossing that is decided in their clock.
    """
    delay, rows = trigger.simulation.latency - 1, len(stream["valid"])
    reset, ready, taken = stream["reset"], 0, set()
    for row in range(rows):
        if reset[row]:
            ready = row + 1
        elif row in stream["loads"] and row >= ready:
            taken.add(row)
            ready = row + LOAD_GAP
    registers, state = off(trigger.simulation.project.scores), State()
    decisions, states = [], []
    first, second = (values.tolist() for values in scores.values())
    for row in range(rows):
        decision = None
        if row + delay < rows and reset[row + delay]:
            registers, state = off(trigger.simulation.project.scores), State()
        elif not reset[row : row + delay + 1].any():
            if stream["section"][row]:
                state = state.section()
            if row in taken:
                registers, state = stream["loads"][row], state.update(trigger.rule)
            if stream["valid"][row]:
                *decision, state = step(first[row], second[row], registers, state, trigger.rule)
        decisions.append(decision)
        states.append(state)
    return decisions, states


def check(trigger, words, stream):
    """Run a stream and compare every decision and the state after every clock."""
    trigger.simulation.reset()
    expected = trigger.scores(words)
    found = trigger.simulation.run(words, **stream, state=True)
    decisions, states = reference(trigger, stream, expected)
    decided = np.array([decision is not None for decision in decisions])
    np.testing.assert_array_equal(found.valid, decided)
    region, accept = np.array([d for d in decisions if d is not None], dtype=int).reshape(-1, 2).T
    np.testing.assert_array_equal(found.region[decided], region)
    fire = np.eye(4, dtype=bool)[region]
    np.testing.assert_array_equal(found.fire[decided], fire)
    np.testing.assert_array_equal(found.accept[decided], fire & (accept == 1)[:, None])
    assert not found.fire[~decided].any()
    assert not found.accept[~decided].any()
    for name, values in expected.items():
        np.testing.assert_array_equal(found.scores[name][decided], values[decided])
    names = {"prescale_counter": "counter", "count_before": "before", "count_after": "after"}
    for port, values in found.state.items():
        mirror = [getattr(state, names.get(port, port)) for state in states]
        np.testing.assert_array_equal(values, mirror, err_msg=port)
    return found, decisions


def quiet(rows):
    none = np.zeros(rows, dtype=bool)
    return {"valid": none.copy(), "section": none.copy(), "reset": none.copy(), "loads": {}}


@pytest.mark.parametrize("part", [1.0, 0.5, 0.05])
def test_stream_equals_the_rule(trigger, rng, part):
    """Back to back and with gaps; loads nearer than the gap, sections and resets in mid-stream."""
    rows = 3000
    words = random_words(rng, trigger.layout, rows)
    expected = trigger.scores(words)
    stream = quiet(rows)
    stream["valid"] = rng.random(rows) < part
    stream["section"] = rng.random(rows) < 0.01
    stream["reset"][[1400, 1401, 2200]] = True
    chosen = np.flatnonzero(rng.random(rows) < 0.03)
    stream["loads"] = {int(row): random_registers(rng, expected) for row in [0, *chosen]}
    found, decisions = check(trigger, words, stream)
    regions = {decision[0] for decision in decisions if decision is not None}
    assert regions == {0, 1, 2, 3}
    assert found.accept.any()
    if part == 1.0 and trigger.rule.counts:
        assert found.state["prescale_counter"].max() > 1000


def test_strobes_come_without_collisions(trigger, rng):
    """A section and a load in a crossing without collisions hold for the next one."""
    words = random_words(rng, trigger.layout, 60)
    expected = trigger.scores(words)
    stream = quiet(60)
    stream["valid"][[3, 10, 41]] = True
    stream["section"][[5, 12]] = True
    stream["loads"] = {2: random_registers(rng, expected), 40: random_registers(rng, expected)}
    check(trigger, words, stream)


def all_in_a(trigger, prescale):
    """Registers with which every event is in region A."""
    lowest = (-(1 << kind.width) for kind in trigger.simulation.project.scores.values())
    return Registers(*lowest, (prescale, 0, 0, 0))


def test_a_load_within_the_gap_is_ignored(trigger, rng):
    """31 clocks after the last accepted one is too early, 32 is not, ignored ones between."""
    words = random_words(rng, trigger.layout, 80)
    stream = quiet(80)
    stream["valid"][:] = True
    stream["loads"] = {
        0: all_in_a(trigger, 100),
        LOAD_GAP - 1: all_in_a(trigger, 0),
        LOAD_GAP: all_in_a(trigger, 0),
    }
    found, _ = check(trigger, words, stream)
    assert found.accept[:LOAD_GAP, 0].all()
    assert not found.accept[LOAD_GAP:].any()


def test_lowered_prescale_gives_a_burst(trigger, rng):
    """After a high prescale a low one accepts every fire until the excess is gone.

    Only with the rule that resets no counter; the others equal their reference too.
    """
    words = random_words(rng, trigger.layout, 400)
    stream = quiet(400)
    stream["valid"][:] = True
    stream["loads"] = {0: all_in_a(trigger, 100_000), 100: all_in_a(trigger, 200)}
    found, _ = check(trigger, words, stream)
    burst = found.accept[100:199, 0]
    assert bool(burst.all()) == (trigger.rule is Rule.CMS_COUNTER)


def test_a_stream_in_pieces(trigger, rng):
    """The state lasts from one call to the next."""
    words = random_words(rng, trigger.layout, 300)
    registers = random_registers(rng, trigger.scores(words))
    trigger.simulation.reset()
    whole = trigger.simulation.run(words, loads={0: registers}, state=True)
    trigger.simulation.reset()
    first = trigger.simulation.run(words[:120], loads={0: registers}, state=True)
    second = trigger.simulation.run(words[120:], state=True)
    np.testing.assert_array_equal(whole.accept, np.concatenate([first.accept, second.accept]))
    for port, values in whole.state.items():
        parts = np.concatenate([first.state[port], second.state[port]])
        np.testing.assert_array_equal(values, parts)


def test_words_must_fit_their_ports(trigger):
    words = np.zeros((2, len(trigger.layout.fields)), dtype=np.int32)
    words[1, 4] = 128
    with pytest.raises(ConversionError) as error:
        trigger.simulation.run(words)
    assert str(error.value) == (
        "word egamma0_eta of clock 1 must be from -128 to 127, not 128: make the words from "
        "particles"
    )
    with pytest.raises(ConversionError, match=r"must be integers of shape \(n, 9\)"):
        trigger.simulation.run(words[:, :5])


def test_thresholds_must_fit_their_ports(trigger):
    words = np.zeros((1, len(trigger.layout.fields)), dtype=np.int32)
    width = trigger.simulation.project.scores["score1"].width
    with pytest.raises(ConversionError) as error:
        trigger.simulation.run(words, loads={0: Registers(1 << width, 0)})
    assert str(error.value) == (
        f"register threshold1 must fit the {width} bits of score1 and a sign, not {1 << width}: "
        "take a threshold in the range of the score"
    )


def test_changed_sources_are_noticed(tmp_path):
    words = small_layout()
    network = small_network(4, words, bits=3, hidden=(2,))
    write_project(tmp_path, network, two_scores(network), words, preset("240mhz"))
    with pytest.raises(ConversionError) as error:
        RtlSimulation(tmp_path)
    assert str(error.value) == (
        f"the simulation of {tmp_path} must be built of the sources beside it, not absent or of "
        "others: build it again"
    )
