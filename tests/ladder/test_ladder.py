"""QKeras, fast emulator, HLS, RTL and shared object of random networks give the same bits.

Three networks, one for each prescale rule; fifteen with ``--ladder``.
"""

from dataclasses import asdict, replace

import numpy as np
import pytest

from tests.hls import tops
from tests.ladder import forms as ladder
from tests.ladder.table import CASES, QUICK
from trigger_ad.emulate.compare import Difference
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.errors import ConversionError
from trigger_ad.rtl.preset import preset
from trigger_ad.rtl.project import write_project
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import LOAD_GAP
from trigger_ad.validate.crossings import stream
from trigger_ad.validate.top import compare_tops

RUNGS = {"qkeras", "fast", "csim", "top", "rtl", "abi"}

#: Enough for a claim.
EVENTS = 100_000


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("ladder")
    names = tuple(CASES) if every else QUICK
    if "lost" in metafunc.fixturenames:
        metafunc.parametrize("lost", ("qkeras", "fast", *(ladder.BUILT if every else ("rtl",))))
        names = QUICK[:1]
    elif "crossings" in metafunc.fixturenames:
        names = QUICK
    if "name" in metafunc.fixturenames:
        # One worker for all tests of a network, so that it is built once.
        groups = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
        metafunc.parametrize("name", groups, scope="module")


@pytest.fixture(scope="module")
def forms(name, tmp_path_factory):
    return ladder.build(CASES[name], tmp_path_factory.mktemp(name))


def test_the_table_holds_what_the_ladder_promises():
    sketches = [sketch for case in CASES.values() for sketch in case.branches]
    shapes = [sketch.branch for sketch in sketches]
    assert len(CASES) == 18
    assert {len(shape.relu) for shape in shapes} == {1, 2, 3, 4}
    assert {len(case.branches) for case in CASES.values()} == {1, 2}
    biased = {shape.nodes[0].kind.bias for shape in shapes}
    assert biased == {shape.relu[-1] for shape in shapes} == {True, False}
    assert {sketch.kept for sketch in sketches} == {0.3, 0.5, 0.7, 1.0}
    assert any(isinstance(sketch.bits.weight_bits, tuple) for sketch in sketches)
    assert {(case.rule, case.preset) for case in CASES.values()} >= {
        (rule, preset) for rule in Rule for preset in ("240mhz", "40mhz")
    }
    assert {CASES[name].rule for name in QUICK} == set(Rule)
    assert {CASES[name].preset for name in QUICK} == {"240mhz", "40mhz"}
    assert [name for name, case in CASES.items() if len(case.layout.fields) == 57] == ["full"]


@pytest.mark.slow
def test_every_rung_is_equal(name, forms):
    found = ladder.climb(forms, ladder.words(CASES[name], EVENTS))
    assert set(found) == RUNGS - ({"rtl"} if CASES[name].refused else set())
    for rung, row in found.items():
        assert row.claimed, (rung, row)
        assert row.mismatches == row.extreme_mismatches == 0, (rung, row)
        assert row.events >= EVENTS
        assert row.distinct_scores >= 1000
        assert row.extremes > 2000
        assert row.against != rung


def test_what_the_rtl_cannot_hold_is_refused_before_it_is_built(tmp_path):
    case = CASES["far"]
    quantized = tops.sketch(case.layout, case.branches, case.seed)
    scores = {"score1": case.score1, "score2": case.score2}
    trigger = tops.make(tmp_path / "hls", case.layout, "small", quantized, scores, rule=case.rule)
    assert max(kind.width for kind in trigger.hardware.scores.values()) == 55
    with pytest.raises(ConversionError) as caught:
        write_project(tmp_path / "rtl", trigger.hardware, preset(case.preset))
    assert str(caught.value) == case.refused
    assert not (tmp_path / "rtl").exists()
    assert [name for name, case in CASES.items() if case.refused] == ["far"]


def test_a_weight_lost_in_one_form_is_named(name, forms, lost, tmp_path):
    """The rungs that differ tell which form it is; each names event, signal and both values."""
    words = ladder.words(CASES[name], 10_000)
    reference = ladder.lose_in_record(forms)
    if lost == "qkeras":
        changed = replace(forms, quantized=ladder.lose(forms.quantized))
    elif lost == "fast":
        changed = replace(forms, trigger=reference)
    else:
        other = ladder.build(CASES[name], tmp_path, lost=True, built=(lost,))
        changed = replace(forms, **{lost: getattr(other, lost)})
    found = ladder.climb(changed, words)

    right, wrong = (form.scores_of_words(words["events"]) for form in (forms.trigger, reference))
    crossing = np.flatnonzero(stream(words["events"], forms.trigger.registers, ladder.SEED).valid)
    for rung, row in found.items():
        if lost not in (rung, row.against):
            assert row.mismatches == row.extreme_mismatches == 0, rung
            continue
        sides = (right, wrong) if lost == rung else (wrong, right)
        places = crossing if rung in ("top", "rtl") else np.arange(len(words["events"]))
        assert row.first_difference.to_json() == first_difference(*sides, places), rung
        assert row.mismatches > 0
        assert not row.claimed


def first_difference(reference, result, places):
    """The first difference of two forms, found without the comparison under test."""
    for event in np.flatnonzero(np.any([reference[n] != result[n] for n in reference], axis=0)):
        for name in reference:
            one, other = int(reference[name][event]), int(result[name][event])
            if one != other:
                return asdict(Difference(int(places[event]), name, one, other))
    raise AssertionError("the lost weight changes no score")


class Kept:
    """A top whose last stream and signals can be looked at."""

    def __init__(self, top):
        self.top, self.interface = top, top.interface

    def reset(self):
        self.top.reset()

    def run(self, crossings, states=False):
        self.stream, self.signals = crossings, self.top.run(crossings, states)
        return self.signals


@pytest.fixture
def crossings(request):
    """A million with ``--ladder``."""
    return 1_000_000 if request.config.getoption("ladder") else 100_000


@pytest.mark.slow
def test_states_after_every_crossing(name, forms, crossings):
    words = ladder.events(CASES[name], round(0.9 * crossings))
    with RtlSimulation(forms.rtl) as rtl:
        kept = Kept(rtl)
        tops = {"top": TopSimulation(forms.top), "rtl": kept}
        found = compare_tops(tops, forms.trigger, words, seed=3)
    for parts in found.values():
        for comparison in parts.values():
            assert comparison.mismatches == 0, str(comparison)
            assert comparison.events == crossings
    check_events(kept.stream, kept.signals, CASES[name].rule)


def check_events(given, signals, rule):
    """What the stream was made for has happened."""
    positions = np.flatnonzero(given.load)
    taken = taken_loads(positions)
    assert len(taken) > len(given) / 1000
    assert len(positions) - len(taken) > len(given) / 5000, "loads that came too soon"
    assert (given.section & given.load).sum() > 10
    for name in ("latched_before", "latched_after", "count_after"):
        assert signals[name].any(axis=0).all(), name
    assert set(np.unique(signals["accept"])) == {0, 1, 2, 4, 8}
    assert len(np.unique(signals["random"])) > 0.85 * len(given)
    longest = max(bursts(given, signals, positions, taken))
    if rule is Rule.CMS_COUNTER:
        assert len(np.unique(signals["prescale_counter"])) > 10_000
        assert longest > 300, "fires accepted one after the other from above the prescale"
    else:
        assert longest == 0
        assert signals["prescale_counter"].any() == rule.counts


def taken_loads(positions):
    """Indices of the loads that do not follow another too soon."""
    taken, last = [], -LOAD_GAP
    for index, position in enumerate(positions):
        if position - last >= LOAD_GAP:
            taken.append(index)
            last = position
    return np.array(taken)


def bursts(given, signals, positions, taken):
    """Longest run of accepts in each region that leave the counter at or above its prescale."""
    prescales = np.array([given.registers[index].prescale for index in taken])
    since = np.searchsorted(positions[taken], np.arange(len(given)), side="right") - 1
    for code in range(4):
        fires = np.flatnonzero(signals["fire"] == 1 << code)
        above = signals["prescale_counter"][fires, code] >= prescales[since[fires], code]
        ends = np.flatnonzero(~(above & (signals["accept"][fires] != 0)))
        yield int(np.diff(ends, prepend=-1, append=len(fires)).max()) - 1
