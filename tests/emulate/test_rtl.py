"""The simulated RTL equals the fast emulator and the trigger's rule after every clock."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.blocks import trigger as hardware
from tests.rtl.networks import extreme_words, random_words, small_layout, small_network, two_scores
from tests.rtl.resets import with_resets
from trigger_ad.emulate.compare import compare
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.rtl.simulate import build_simulation
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import LOAD_GAP, Stream

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

    @property
    def layout(self):
        return self.simulation.interface.layout

    @property
    def rule(self):
        return self.simulation.interface.rule

    def scores(self, words):
        return list(self.fast.run(scale_array(words, self.layout), layers=()).scores.values())


@pytest.fixture(scope="module", params=BUILDS, ids=lambda build: f"{build[0]}-{build[1].name}")
def trigger(request, tmp_path_factory):
    name, rule, seed = request.param
    words = small_layout(7)
    network = small_network(seed, words, bits=3, hidden=(3,))
    scores = two_scores(network)
    folder = tmp_path_factory.mktemp("rtl")
    write_project(folder, hardware(network, scores, words, rule), preset(name))
    build_simulation(folder)
    with RtlSimulation(folder) as simulation:
        yield Trigger(simulation, FastEmulator(network, scores, *scaled_range(words)))


def crossings(words, valid=True, section=False, loads=None):
    """A stream of these words, with loads by crossing."""
    rows = len(words)
    strobes = (np.broadcast_to(np.asarray(given, dtype=bool), rows) for given in (valid, section))
    valid, section = (np.array(strobe) for strobe in strobes)
    load = np.zeros(rows, dtype=bool)
    load[sorted(loads or {})] = True
    registers = tuple(given for _, given in sorted((loads or {}).items()))
    return Stream(words, valid, load, section, registers)


def test_latency_is_that_of_the_structure(trigger):
    assert trigger.simulation.latency == trigger.simulation.project.cycles
    assert trigger.simulation.interval == 1


def test_scores_equal_the_fast_emulator(trigger, rng):
    words = np.concatenate(
        [random_words(rng, trigger.layout, 4000), extreme_words(rng, trigger.layout, 1000)]
    )
    found, expected = trigger.simulation.run(crossings(words)), trigger.scores(words)
    assert found["out_valid"].all()
    for name, values in zip(("score1", "score2"), expected, strict=True):
        assert len(np.unique(values)) > 100
        np.testing.assert_array_equal(found[name], values)


def random_registers(rng, expected):
    """Thresholds that populate all regions; prescales of every kind, often low after high."""
    first, second = (int(rng.choice(values)) for values in expected)
    kinds = ([0], [100], [100, 1000], [100, 1000], [10_000, 100_000], [2**31, 2**32 - 1])
    prescale = []
    for _ in range(4):
        kind = kinds[rng.integers(len(kinds))]
        prescale.append(kind[0] if len(kind) == 1 else int(rng.integers(*kind)))
    enable = tuple(bool(on) for on in rng.random(4) < 0.8)
    return Registers((first, second), tuple(prescale), enable)


def check(trigger, stream, reset=None):
    """Run a stream and compare every decision and the state after every clock."""
    trigger.simulation.reset()
    reset_at = np.zeros(len(stream), bool) if reset is None else reset
    expected = with_resets(trigger.simulation, stream, trigger.scores(stream.words), reset_at)
    found = trigger.simulation.run(stream, states=True, reset=reset)
    difference = compare("rule", expected, "rtl", found)
    assert difference.mismatches == 0, str(difference)
    return found


@pytest.mark.parametrize("part", [1.0, 0.5, 0.05])
def test_stream_equals_the_rule(trigger, rng, part):
    """Back to back and with gaps; loads nearer than the gap, sections and resets in mid-stream."""
    rows = 3000
    words = random_words(rng, trigger.layout, rows)
    expected = trigger.scores(words)
    chosen = np.flatnonzero(rng.random(rows) < 0.03)
    stream = crossings(
        words,
        rng.random(rows) < part,
        rng.random(rows) < 0.01,
        {int(row): random_registers(rng, expected) for row in [0, *chosen]},
    )
    reset = np.zeros(rows, dtype=bool)
    reset[[1400, 1401, 2200]] = True
    found = check(trigger, stream, reset)
    assert set(found["region"][found["out_valid"] == 1].tolist()) == {0, 1, 2, 3}
    assert found["accept"].any()
    if part == 1.0 and trigger.rule.counts:
        assert found["prescale_counter"].max() > 1000


def test_strobes_come_without_collisions(trigger, rng):
    """A section and a load in a crossing without collisions hold for the next one."""
    words = random_words(rng, trigger.layout, 60)
    expected = trigger.scores(words)
    rows = np.arange(60)
    loads = {2: random_registers(rng, expected), 40: random_registers(rng, expected)}
    check(trigger, crossings(words, np.isin(rows, [3, 10, 41]), np.isin(rows, [5, 12]), loads))


def all_in_a(trigger, prescale):
    """Registers with which every event is in region A."""
    lowest = (-(1 << kind.width) for kind in trigger.simulation.interface.scores)
    return Registers(tuple(lowest), (prescale, 0, 0, 0))


def test_a_load_within_the_gap_is_ignored(trigger, rng):
    """31 clocks after the last accepted one is too early, 32 is not, ignored ones between."""
    words = random_words(rng, trigger.layout, 80)
    loads = {
        0: all_in_a(trigger, 100),
        LOAD_GAP - 1: all_in_a(trigger, 0),
        LOAD_GAP: all_in_a(trigger, 0),
    }
    found = check(trigger, crossings(words, loads=loads))
    assert (found["accept"][:LOAD_GAP] == 1).all()
    assert not found["accept"][LOAD_GAP:].any()


def test_lowered_prescale_gives_a_burst(trigger, rng):
    """After a high prescale a low one accepts every fire until the excess is gone.

    Only with the rule that resets no counter; the others equal their reference too.
    """
    words = random_words(rng, trigger.layout, 400)
    loads = {0: all_in_a(trigger, 100_000), 100: all_in_a(trigger, 200)}
    found = check(trigger, crossings(words, loads=loads))
    assert bool((found["accept"][100:199] == 1).all()) == (trigger.rule is Rule.CMS_COUNTER)


def test_a_stream_in_pieces(trigger, rng):
    """The state lasts from one call to the next."""
    words = random_words(rng, trigger.layout, 300)
    stream = crossings(words, loads={0: random_registers(rng, trigger.scores(words))})
    trigger.simulation.reset()
    whole = trigger.simulation.run(stream, states=True)
    trigger.simulation.reset()
    parts = [trigger.simulation.run(piece, states=True) for piece in stream.pieces(120)]
    for name, values in whole.items():
        np.testing.assert_array_equal(values, np.concatenate([part[name] for part in parts]))


def test_words_must_fit_their_ports(trigger):
    words = np.zeros((2, len(trigger.layout.fields)), dtype=np.int32)
    words[1, 4] = 128
    with pytest.raises(ConversionError) as error:
        trigger.simulation.run(crossings(words))
    assert str(error.value) == (
        "word egamma0_eta of crossing 1 must be from -128 to 127, not 128: make the words with "
        "the layout of the trigger"
    )


def test_changed_sources_are_noticed(tmp_path):
    words = small_layout()
    network = small_network(4, words, bits=3, hidden=(2,))
    write_project(tmp_path, hardware(network, two_scores(network), words), preset("240mhz"))
    with pytest.raises(ConversionError) as error:
        RtlSimulation(tmp_path)
    assert str(error.value) == (
        f"the simulation of {tmp_path} must be built of the sources beside it, not absent or of "
        "others: build it again"
    )
