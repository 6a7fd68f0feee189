"""The trigger core equals its rule after every clock."""

import time

import numpy as np
import pytest

from tests.rtl import core as cores
from trigger_ad.errors import ConversionError, MissingToolError
from trigger_ad.rtl import verilator
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule

BITS = (12, 9)
PORTS = {"SCORE1_BITS": BITS[0], "SCORE2_BITS": BITS[1], "COUNT_BITS": 32}
CLOCKS = 30_000


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """A core for each rule, built at its first use."""
    built = {}

    def get(rule):
        if rule not in built:
            folder = tmp_path_factory.mktemp("core")
            built[rule] = cores.Core(folder, rule, **PORTS)
        return built[rule]

    yield get
    for core in built.values():
        core.close()


@pytest.fixture(params=Rule, ids=lambda rule: rule.name.lower())
def rule(request):
    return request.param


def prescale(rng):
    """Off, one, small, fractional, any, or so large that little is accepted."""
    high = rng.choice([0, 101, 500, 20_000, 10**6, 2**32])
    return int(rng.integers(100, high)) if high else 0


def registers(rng):
    """Thresholds over the range of the scores and beyond both ends of it."""
    one, two = (int(rng.integers(-(2**bits) // 8, 2**bits)) for bits in BITS)
    enable = tuple(bool(on) for on in rng.random(4) < 0.9)
    return Registers((one, two), tuple(prescale(rng) for _ in range(4)), enable)


def middle(*prescales):
    """Registers with which every region fires often."""
    return Registers((2 ** (BITS[0] - 1), 2 ** (BITS[1] - 1)), prescales)


def random_stream(rng, clocks=CLOCKS, **settings):
    return cores.stream(clocks, registers, rng, bits=BITS, **settings)


def test_random_streams_with_gaps_loads_and_sections(libraries, rule, rng):
    """With resets in mid-stream; also two loads, two sections and two resets in a row."""
    inputs, written = random_stream(rng, load=0.05, section=0.05)
    inputs["rst"] |= rng.random(CLOCKS) < 0.001
    words, states, _ = cores.check(libraries(rule), inputs, written, rule, BITS)
    for region in range(4):
        assert (words["accept"] == 1 << region).sum() > 100
    assert states["latched_after"].any(axis=0).all()
    both = inputs["load"] & inputs["section"] & inputs["valid"]
    assert (both & (words["accept"] > 0)).any()
    assert (inputs["load"] & ~inputs["valid"] & 1).any()
    assert (inputs["load"] & inputs["rst"]).any()


def test_back_to_back_crossings(libraries, rule, rng):
    inputs, written = random_stream(rng, valid=1.0, load=0.002, section=0.002)
    words, states, _ = cores.check(libraries(rule), inputs, written, rule, BITS)
    assert words["valid"][1:].all()
    assert (states["counter"].max() > 10**5) == rule.counts


def test_isolated_crossings(libraries, rule, rng):
    """A strobe of load or section between two crossings belongs to no decision."""
    inputs, written = random_stream(rng, valid=0.02, load=0.1, section=0.1)
    cores.check(libraries(rule), inputs, written, rule, BITS)


def test_the_state_is_kept_from_one_stream_to_the_next(libraries, rule, rng):
    inputs, written = random_stream(rng, 2000)
    core = libraries(rule)
    words, states = core.run(cores.put(inputs, written, rule))
    pieces = [core.run(inputs[k : k + 333]) for k in range(0, 2000, 333)]
    assert (np.concatenate([piece[1] for piece in pieces]) == states).all()
    assert (np.concatenate([piece[0] for piece in pieces])[1:] == words[1:]).all()


def test_scores_at_the_threshold_and_at_the_ends(libraries, rng):
    """All nine cases of below, at and above both thresholds, at the ends of the ports too."""
    ends = [[0, 2**bits - 1] for bits in BITS]
    inputs, written = random_stream(rng, 2000, load=0.0, section=0.0, valid=1.0)
    for clock in range(1, 2000, 10):
        cut = [int(rng.choice([*ends[k], rng.integers(1, 2 ** BITS[k] - 1)])) for k in range(2)]
        written[clock] = Registers(tuple(cut), (100, 250, 100, 300))
        for offset in range(9):
            near = cut[0] + offset // 3 - 1, cut[1] + offset % 3 - 1
            inputs["score"][clock + offset] = np.clip(near, 0, [end[1] for end in ends])
    words, _, _ = cores.check(libraries(Rule.CMS_COUNTER), inputs, written, Rule.CMS_COUNTER, BITS)
    assert set(words["region"].tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("after", [200, 250])
def test_burst_after_lowering_a_prescale(libraries, rule, after, rng):
    """Only the counter that an update does not reset accepts everything for a while."""
    inputs, written = random_stream(rng, 12_000, load=0.0, section=0.0, valid=0.9)
    written[1] = middle(100_000, 100_000, 100_000, 100_000)
    written[6000] = middle(after, after, after, after)
    words, states, _ = cores.check(libraries(rule), inputs, written, rule, BITS)
    taken = words["accept"][6000:][words["fire"][6000:] == 1]
    counter = int(states["counter"][5999, 0])
    excess = counter + 100 - after if rule is Rule.CMS_COUNTER else -100
    burst = excess // (after - 100) + 1  # each accepted fire takes after - 100 of it away
    assert (burst > 100) == (rule is Rule.CMS_COUNTER)
    assert taken[:burst].all()
    if rule.counts:
        assert not taken[burst]
        assert set(np.diff(np.flatnonzero(taken[burst:])).tolist()) <= {2, 3}


def test_pseudo_random_cuts_from_all_to_nothing(libraries, rng):
    inputs, written = random_stream(rng, 8000, load=0.0, valid=1.0)
    written[1] = middle(100, 101, 2**32 - 1, 0)
    words, _, _ = cores.check(
        libraries(Rule.ATLAS_RANDOM), inputs, written, Rule.ATLAS_RANDOM, BITS
    )
    fires, accepts = ([(words[n] == 1 << k).sum() for k in range(4)] for n in ("fire", "accept"))
    assert accepts[0] == fires[0] > 1000
    assert 0 < fires[1] - accepts[1] < 100
    assert accepts[2:] == [0, 0]


def test_after_a_reset_nothing_is_accepted(libraries, rule, rng):
    inputs, written = random_stream(rng, 500, load=0.0, valid=1.0)
    words, states, _ = cores.check(libraries(rule), inputs, written, rule, BITS)
    assert not words["accept"].any()
    assert states["before"].any()


@pytest.fixture(scope="module")
def odd_core(tmp_path_factory):
    """Signed scores, and counts of 4 bits, which a section fills."""
    parameters = {"SCORE1_SIGNED": 1, "SCORE2_SIGNED": 1, "COUNT_BITS": 4}
    core = cores.Core(tmp_path_factory.mktemp("core"), Rule.CMS_COUNTER, **PORTS | parameters)
    yield core
    core.close()


def test_signed_scores_and_counters_that_stop_at_their_end(odd_core, rng, monkeypatch):
    monkeypatch.setattr("trigger_ad.trigger.state.COUNTER_MAXIMUM", 15)
    inputs, written = random_stream(rng, 20_000, load=0.02, section=0.01)
    inputs["score"] -= [2 ** (bits - 1) for bits in BITS]
    for clock in np.flatnonzero(inputs["load"]):
        one, two = (int(rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1))) for bits in BITS)
        written[clock] = Registers((one, two), (100, 100, 200, 300))
    words, states, _ = cores.check(odd_core, inputs, written, Rule.CMS_COUNTER, BITS)
    assert set(words["region"].tolist()) == {0, 1, 2, 3}
    for name in ("before", "after", "latched_before", "latched_after"):
        assert (states[name] == 15).any(axis=0).all()


@pytest.mark.slow
def test_every_state_of_a_long_stream_with_changing_registers(libraries, rule, rng, request):
    """A million crossings with ``--ladder``, else a tenth of that; with bursts where a rule has."""
    crossings = 1_000_000 if request.config.getoption("ladder") else 100_000
    core, end, burst, loads, begin = libraries(rule), None, 0, 0, time.process_time()
    for done in range(0, crossings, 50_000):
        inputs, written = random_stream(rng, 50_000, valid=1.0, load=0.002, section=0.001)
        inputs["rst"][:1] = done == 0
        words, states, end = cores.check(core, inputs, written, rule, BITS, end)
        loads += int(inputs["load"].sum())
        first = words["accept"] == 1
        burst += int((first[1:] & first[:-1] & (states["counter"][1:, 0] > 10_000)).sum())
    print(f"{crossings} crossings, {loads} loads: {time.process_time() - begin:.1f} s")  # noqa: T201
    assert loads > crossings // 1000
    assert (burst > crossings // 10_000) == (rule is Rule.CMS_COUNTER)


def test_a_missing_verilator_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError) as caught:
        cores.Core(tmp_path, Rule.CMS_COUNTER, **PORTS)
    assert str(caught.value) == (
        "verilator must be on PATH to simulate the RTL: "
        "apt-get install verilator, of Debian 12 or newer"
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "Verilator 4.038 2020-07-11 rev v4.036-114-g0cd4a57ad",
            "verilator must have version 5.006 or newer, not 4.038: ",
        ),
        ("Verilator", "verilator --version must print a version from 5.006, not 'Verilator': "),
    ],
)
def test_a_verilator_that_is_too_old_is_one_sentence(said, sentence, tmp_path, monkeypatch):
    executable = tmp_path / "verilator"
    executable.write_text(f"#!/bin/sh\necho '{said}'\n")
    executable.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(MissingToolError) as caught:
        verilator.version()
    assert str(caught.value) == sentence + "apt-get install verilator, of Debian 12 or newer"


def test_a_failing_compiler_is_one_sentence_and_its_words_are_kept(tmp_path):
    (tmp_path / "bad.sv").write_text("module bad (input logic clk); assign = clk; endmodule\n")
    with pytest.raises(ConversionError) as caught:
        verilator.build(tmp_path, [tmp_path / "bad.sv"], cores.HARNESS, {})
    log = tmp_path / "verilator.log"
    assert str(caught.value) == f"verilator on the RTL must exit with 0, not 1: read {log}"
    assert "syntax error" in log.read_text()
