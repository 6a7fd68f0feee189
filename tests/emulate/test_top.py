"""The trigger top in C++ equals the rule in Python after every crossing."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from tests.hls import tops
from tests.words import full_range
from trigger_ad.emulate.compare import compare, extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.top import BITS, TopSimulation
from trigger_ad.errors import ConversionError
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.hls.top import FOLDER
from trigger_ad.trigger.regions import PAIR
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State
from trigger_ad.trigger.stream import LOAD_GAP, Stream, columns, decision_signals, replay, signals

#: Counters at their ends, and a prescale counter far above any prescale.
NEAR_THE_END = State(
    (COUNTER_MAXIMUM, 99, COUNTER_MAXIMUM - 100, 100_000),
    (COUNTER_MAXIMUM - 3, COUNTER_MAXIMUM, COUNTER_MAXIMUM - 1, COUNTER_MAXIMUM - 50),
    (COUNTER_MAXIMUM - 1, COUNTER_MAXIMUM - 1, COUNTER_MAXIMUM - 1, COUNTER_MAXIMUM),
    (1, 2, 3, COUNTER_MAXIMUM),
    (4, 5, COUNTER_MAXIMUM, 6),
    random=2**24 - 1,
)


@pytest.fixture(scope="module")
def triggers(tmp_path_factory):
    """Emulator of a small trigger, and its compiled top with each rule."""
    folder = tmp_path_factory.mktemp("top")
    trigger = tops.write(folder / "plain", tops.SMALL, "small")
    for rule in Rule:
        project = folder / rule.name
        shutil.copytree(folder / "plain", project)
        tops.write_rule(project, trigger, rule)
        build_csim(project, folder=FOLDER)
    return trigger, {rule: folder / rule.name for rule in Rule}


@pytest.fixture
def trigger(triggers):
    return triggers[0]


@pytest.fixture
def top(triggers) -> TopSimulation:
    return TopSimulation(triggers[1][Rule.CMS_COUNTER])


def expected(trigger, top, stream, state=None):
    first, second = tops.scores(trigger, stream)
    rows = replay(stream, (first, second), top.interface.reset, top.interface.rule, state)
    return columns(rows, signals(PAIR))


def same(reference, result):
    """Exactly equal, or the first difference is named."""
    found = compare("python", reference, "top", result)
    assert found.mismatches == 0, str(found)
    for name, values in result.items():
        assert values.dtype == np.int64, name


def plain(trigger, crossings, **loads):
    """Crossings with collisions at every clock, and registers at some of them."""
    rng = np.random.default_rng(1)
    load = np.zeros(crossings, dtype=bool)
    places = {int(name[2:]): registers for name, registers in loads.items()}
    load[list(places)] = True
    strobes = (np.ones(crossings, dtype=bool), load, np.zeros(crossings, dtype=bool))
    return Stream(full_range(trigger.layout, crossings, rng), *strobes, tuple(places.values()))


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
def test_random_streams(triggers, rule):
    trigger, projects = triggers
    top = TopSimulation(projects[rule])
    seen = np.zeros(len(decision_signals(PAIR)) + 21, dtype=np.int64)
    for seed in range(24):
        stream = tops.random_stream(trigger, 300, seed)
        state = (None, NEAR_THE_END)[seed % 2]
        top.reset(state)
        result = top.run(stream, states=True)
        same(expected(trigger, top, stream, state), result)
        rows = np.concatenate([v.reshape(len(stream), -1) for v in result.values()], axis=1)
        seen += (rows != rows[0]).sum(axis=0)
    still = columns(seen[None, :] == 0, signals(PAIR))
    assert [name for name, values in still.items() if values.any()] == (
        ["prescale_counter"] if rule is Rule.ATLAS_RANDOM else []
    ), "every signal moves"


def test_every_region_fires_and_is_accepted(trigger, top):
    first, second = tops.scores(trigger, plain(trigger, 400))
    cuts = Registers((int(np.median(first)), int(np.median(second))))
    stream = plain(trigger, 400, at0=cuts)
    result = top.run(stream)
    same({name: expected(trigger, top, stream)[name] for name in decision_signals(PAIR)}, result)
    assert set(result["fire"].tolist()) == {1, 2, 4, 8}
    assert np.array_equal(result["fire"], result["accept"])
    assert np.array_equal(result["fire"], 1 << result["region"])


def test_extremes_of_every_port(tmp_path):
    """All 57 ports; scores at their ends, negative ones too."""
    project = tmp_path / "full"
    trigger = tops.write(project, tops.FULL, "full")
    tops.write_rule(project, trigger, Rule.CMS_COUNTER)
    build_csim(project, folder=FOLDER)
    top = TopSimulation(project)
    found = extremes(tops.FULL.minimum, tops.FULL.maximum, 1000, 3)
    strobes = np.zeros((3, len(found)), dtype=bool)
    strobes[0] = True
    strobes[1, 0] = True
    first, second = trigger.scores_of_words(found).values()
    cuts = Registers((int(np.median(first)), int(np.median(second))))
    stream = Stream(found, *strobes, (cuts,))
    result = top.run(stream, states=True)
    same(expected(trigger, top, stream), result)
    assert len(np.unique(result["score1"])) > 500
    assert result["score2"].min() < 0 < result["score2"].max()
    scaled = scale_array(found, tops.FULL)
    assert scaled.min() < 0
    assert scaled.max() == 255, "an input saturates"


def test_multipliers_used_six_times(tmp_path):
    """One result a crossing instead of one a clock: other pragmas, the same bits."""
    project = tmp_path / "reuse"
    trigger = tops.write(project, tops.SMALL, "reuse", hidden=3, reuse=6)
    tops.write_rule(project, trigger, Rule.CMS_COUNTER)
    source = (project / FOLDER / "trigger_top.cpp").read_text()
    assert re.findall(r"#pragma HLS PIPELINE.*", source) == ["#pragma HLS PIPELINE II=6"] * 2
    build_csim(project, folder=FOLDER)
    top = TopSimulation(project)
    for seed in range(4):
        stream = tops.random_stream(trigger, 500, seed)
        top.reset()
        same(expected(trigger, top, stream), top.run(stream, states=True))

    write_harness(project, *trigger.hardware.blocks)
    build_csim(project)
    inputs = extremes(*scaled_range(tops.SMALL), 5000, 3).astype(np.int32)
    fast, result = trigger.blocks[0].network.run(inputs), CSimulation(project).run(inputs)
    same(fast.outputs, result["outputs"])
    same(fast.scores, result["scores"])


def test_burst_after_lowering_a_prescale(trigger, top):
    """From 1000 to 2 with the counter at 99,900: 998 accepts, then every second fire."""
    everything = (-(2**40), -(2**40))
    low = [
        max(-(2**kind.width), cut)
        for kind, cut in zip(top.interface.scores, everything, strict=True)
    ]
    high_prescale = Registers(tuple(low), (100_000, 0, 0, 0))
    low_prescale = Registers(tuple(low), (200, 0, 0, 0))
    stream = plain(trigger, 2100, at0=high_prescale, at100=low_prescale)
    start = State((99_900 - 100 * 100, 0, 0, 0))
    top.reset(start)
    result = top.run(stream, states=True)
    same(expected(trigger, top, stream, start), result)
    assert not result["accept"][:100].any()
    assert result["prescale_counter"][99, 0] == 99_900
    accepted = np.flatnonzero(result["accept"]) - 100
    assert accepted[:998].tolist() == list(range(998))
    assert set(np.diff(accepted[998:]).tolist()) == {2}


def test_section_then_load_then_event_in_one_crossing(triggers):
    """The event is counted in the new section and prescaled with the new registers."""
    trigger, projects = triggers
    top = TopSimulation(projects[Rule.CMS_COUNTER_2019])
    low = [-(2**kind.width) for kind in top.interface.scores]
    stream = plain(trigger, 1, at0=Registers(tuple(low), (100, 100, 100, 100)))
    stream.section[0] = True
    top.reset(State((7, 8, 9, 10), (50, 51, 52, 53), (40, 41, 42, 43), random=1))
    result = {name: values[0].tolist() for name, values in top.run(stream, states=True).items()}
    assert result["accept"] == result["fire"] == 1
    assert result["prescale_counter"] == [0, 0, 0, 0]
    assert result["latched_before"] == [50, 51, 52, 53]
    assert result["latched_after"] == [40, 41, 42, 43]
    assert result["count_before"] == result["count_after"] == [1, 0, 0, 0]


def test_strobes_without_collisions(trigger, top):
    """Section and load act, and nothing else moves."""
    stream = plain(trigger, 3, at1=Registers((0, 0)))
    stream.valid[:] = False
    stream.section[2] = True
    state = State((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), random=13)
    top.reset(state)
    result = top.run(stream, states=True)
    same(expected(trigger, top, stream, state), result)
    for name in decision_signals(PAIR):
        assert not result[name].any()
    assert result["random"].tolist() == [13, 13, 13]
    assert result["count_before"].tolist() == [[5, 6, 7, 8], [5, 6, 7, 8], [0, 0, 0, 0]]


@pytest.mark.parametrize("gap", [1, LOAD_GAP - 1, LOAD_GAP])
def test_loads_too_close_are_ignored(trigger, top, gap):
    low = [-(2**kind.width) for kind in top.interface.scores]
    off, on = Registers(tuple(low), (0,) * 4), Registers(tuple(low))
    stream = plain(trigger, 80, at0=off, **{f"at{gap}": on})
    result = top.run(stream, states=True)
    same(expected(trigger, top, stream), result)
    accepted = np.flatnonzero(result["accept"]).tolist()
    assert accepted == (list(range(gap, 80)) if gap == LOAD_GAP else [])


def test_an_ignored_load_does_not_prolong_the_wait(trigger, top):
    low = [-(2**kind.width) for kind in top.interface.scores]
    off, on = Registers(tuple(low), (0,) * 4), Registers(tuple(low))
    stream = plain(trigger, 80, at0=off, at20=off, at32=on)
    result = top.run(stream)
    assert np.flatnonzero(result["accept"])[0] == 32


def test_after_reset_nothing_is_accepted(trigger, triggers):
    for rule, project in triggers[1].items():
        top = TopSimulation(project)
        stream = plain(trigger, 20)
        result = top.run(stream, states=True)
        same(expected(trigger, top, stream), result)
        assert set(result["region"].tolist()) == {3}, rule
        assert not result["accept"].any()
        assert result["count_before"][-1].tolist() == [0, 0, 0, 20]


def test_pieces_equal_the_whole(trigger, top, monkeypatch):
    stream = tops.random_stream(trigger, 500, 9)
    whole = top.run(stream, states=True)
    top.reset()
    parts = [top.run(piece, states=True) for piece in stream.pieces(37)]
    for name, values in whole.items():
        assert np.array_equal(values, np.concatenate([part[name] for part in parts]))
    monkeypatch.setattr("trigger_ad.emulate.top.CHUNK", 11)
    top.reset()
    same(whole, top.run(stream, states=True))


def test_instances_share_nothing(trigger, triggers):
    project = triggers[1][Rule.CMS_COUNTER]
    first, second = TopSimulation(project), TopSimulation(project)
    stream = tops.random_stream(trigger, 200, 2)
    whole = first.run(stream, states=True)
    same(whole, second.run(stream, states=True))


def test_algorithm_bits(trigger, triggers):
    """The top without prescalers gives the fire bits of the whole one."""
    project = triggers[1][Rule.ATLAS_RANDOM]
    for seed in range(8):
        stream = tops.random_stream(trigger, 300, seed)
        whole = TopSimulation(project).run(stream)
        bits = TopSimulation(project).algorithm_bits(stream)
        same({name: whole[name] for name in (*BITS, *PAIR.score_names)}, bits)


def test_symbols(triggers):
    """Only the calls are visible, and what the standard library leaves; none is GNU-unique."""
    for project in triggers[1].values():
        done = subprocess.run(
            ["nm", "-D", "--defined-only", str(project / FOLDER / "csim.so")],
            capture_output=True,
            text=True,
            check=True,
        )
        found = [line.split()[-2:] for line in done.stdout.splitlines()]
        own = [(kind, name) for kind, name in found if not re.match("_ZN?K?St", name)]
        assert own == [
            ("T", name) for name in ("create", "destroy", "prepare", "reset", "run", "run_bits")
        ]
        assert "u" not in {kind for kind, _ in found}


def test_values_that_do_not_fit_are_refused(trigger, top):
    stream = plain(trigger, 5, at0=Registers((0, 0)))
    stream.words[3, 0] = 4096
    with pytest.raises(ConversionError) as caught:
        top.run(stream)
    assert str(caught.value) == (
        "word met_pt of crossing 3 must be from 0 to 4095, not 4096: "
        "make the words with the layout of the trigger"
    )
    width = top.interface.scores[0].width
    for value in (2**width, -(2**width) - 1):
        with pytest.raises(ConversionError) as caught:
            top.run(plain(trigger, 5, at4=Registers((value, 0))))
        assert str(caught.value) == (
            f"register threshold1 must fit {width + 1} bits, not {value}: "
            "derive it from the scores of this network"
        )
    with pytest.raises(ConversionError) as caught:
        top.run(
            Stream(stream.words[:, :6], stream.valid, stream.load, stream.section, stream.registers)
        )
    assert str(caught.value) == (
        "the words of the trigger top must have 9 columns, not 6: make them with its layout"
    )
    assert not top.run(plain(trigger, 1), states=True)["count_before"][:, :3].any()


def test_another_source_is_not_run(triggers, tmp_path):
    project = tmp_path / "copy"
    shutil.copytree(triggers[1][Rule.CMS_COUNTER], project)
    header = project / FOLDER / "trigger_core.h"
    header.write_text(header.read_text() + "\n")
    with pytest.raises(ConversionError) as caught:
        TopSimulation(project)
    assert str(caught.value) == (
        f"the trigger top of {project} must be compiled of the sources beside it, "
        "not absent or of others: compile it again"
    )
