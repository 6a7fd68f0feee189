"""Triggers of one, two and three scores decide alike in every form, crossing by crossing.

One network and three scores of it, of which a trigger takes the first ones. Two triggers and 2,000
crossings; every number of scores, a pair of three, and every prescale rule, each with 100,000
crossings, with ``--ladder``.
"""

import dataclasses
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from tests.hls import networks, tops
from tests.ladder.built import Forms, build, words
from tests.rtl.resets import with_resets
from trigger_ad.audit.rtl import check_rtl
from trigger_ad.audit.top import check_top
from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.compare import compare, extremes
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import BITS, TopSimulation
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.hls import emulator
from trigger_ad.hls.top import FOLDER
from trigger_ad.ir.expression import port
from trigger_ad.layers.architecture import chain
from trigger_ad.monitor.counts import Counts, Fractions, Integers, read
from trigger_ad.monitor.settings import Settings
from trigger_ad.monitor.state import MonitorState
from trigger_ad.monitor.watch import advance
from trigger_ad.rtl.project import RtlProject
from trigger_ad.run.ip import ip_sources
from trigger_ad.trigger.hardware import HardwareTrigger
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.regions import RegionRule
from trigger_ad.trigger.registers import COUNTER_MAXIMUM, Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.state import State
from trigger_ad.trigger.stream import Stream, columns, decision_signals, replay, signals
from trigger_ad.validate.rungs import compare_firmware

LAYOUT, SEED = tops.SMALL, 7
TWO_OF_THREE = RegionRule(3, (2, 0))
QUICK = {
    "one": (RegionRule.of(1), Rule.CMS_COUNTER_2019, "40mhz"),
    "three": (RegionRule.of(3), Rule.CMS_COUNTER, "240mhz"),
}
EVERY = {
    f"{name}, {rule.name}": (regions, rule, clock)
    for (name, regions), clock in zip(
        {
            "one": RegionRule.of(1),
            "two": RegionRule.of(2),
            "three": RegionRule.of(3),
            "two of three": TWO_OF_THREE,
        }.items(),
        ("240mhz", "40mhz", "240mhz", "40mhz"),
        strict=True,
    )
    for rule in Rule
}


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        cases = EVERY if metafunc.config.getoption("ladder") else QUICK
        groups = [pytest.param(case, marks=pytest.mark.xdist_group(case)) for case in cases]
        metafunc.parametrize("case", groups, scope="module")


@pytest.fixture
def events(request):
    return 100_000 if request.config.getoption("ladder") else 2000


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, TriggerEmulator]:
    """HLS project and trigger with all three scores: the second is of either sign."""
    size = len(LAYOUT.fields)
    branch = networks.Sketch(chain("one", (size, 2, size), (True, False), True), networks.bits())
    x, one = port("input"), port("one")
    expressions = {
        "score1": x.subtract(one).absolute().sum(),
        "score2": x.dot(one),
        "score3": x.square().sum().shorten(3),
    }
    project = tmp_path_factory.mktemp("scores") / "hls"
    sketch = tops.sketch(LAYOUT, (branch,), 5)
    return project, tops.make(project, LAYOUT, "small", sketch, expressions)


@pytest.fixture(scope="module")
def forms(case, whole, tmp_path_factory) -> Forms:
    regions, rule, clock = (EVERY | QUICK)[case]
    project, given = whole
    (block,) = given.hardware.blocks
    scores = dict(list(block.scores.items())[: regions.scores])
    trigger = HardwareTrigger((dataclasses.replace(block, scores=scores),), rule, regions.axes)
    return build(tmp_path_factory.mktemp("forms"), project, trigger, clock, str(regions.scores))


def expected(top: TopSimulation, stream: Stream, scores: Sequence[np.ndarray], state=None):
    interface = top.interface
    rows = replay(stream, scores, interface.reset, interface.rule, state, interface.regions)
    return columns(rows, signals(interface.regions))


def same(reference, rung: str, result) -> None:
    """Exactly equal in every signal, or the first difference is named."""
    assert set(reference) == set(result)
    found = compare("python", reference, rung, result)
    assert found.mismatches == 0, str(found)


def test_every_form_equals_the_rule_after_every_crossing(forms, events):
    given = {"events": words(forms.trigger.hardware, events, SEED)}
    given["extremes"] = extremes(LAYOUT.minimum, LAYOUT.maximum, 500, SEED)
    with RtlSimulation(forms.rtl) as rtl:
        tops_ = {"top": TopSimulation(forms.hls), "rtl": rtl}
        found = compare_firmware(tops_, SharedObject(forms.abi), forms.trigger, given, SEED)
    assert set(found) == {"top", "rtl", "abi"}
    for rung, row in found.items():
        assert row.mismatches == row.extreme_mismatches == 0, (rung, row)
        assert row.events >= events
        assert row.distinct_scores >= 1000
        assert row.claimed == (events >= 100_000)


def test_registers_sections_and_resets_at_any_crossing(forms):
    """Loads in most crossings or none, with sections, and counters that stand near their end."""
    top, regions = TopSimulation(forms.hls), forms.trigger.hardware.regions
    near = tuple(COUNTER_MAXIMUM - code for code in range(regions.regions))
    seen = dict.fromkeys(signals(regions), 0)
    with RtlSimulation(forms.rtl) as rtl:
        for seed in range(10):
            stream = tops.random_stream(forms.trigger, 200, seed)
            scores = tops.scores(forms.trigger, stream)
            state = (None, State(near, near, near, near, near, 2**24 - 1))[seed % 2]
            top.reset(state)
            result = top.run(stream, states=True)
            same(expected(top, stream, scores, state), "top", result)
            for name, values in result.items():
                seen[name] += int((values != values[0]).sum())
            rtl.reset()
            reset = np.random.default_rng(seed).random(200) < 0.02
            found = rtl.run(stream, states=True, reset=reset)
            same(with_resets(rtl, stream, scores, reset), "rtl", found)
            top.reset(state)
            bits = top.algorithm_bits(stream)
            same({name: result[name] for name in (*BITS, *regions.score_names)}, "bits", bits)
    still = [name for name, moved in seen.items() if not moved]
    assert still == ([] if forms.trigger.rule.counts else ["prescale_counter"])


def plain(forms: Forms, crossings: int, between: int) -> tuple[Stream, list[np.ndarray]]:
    """Collisions in every crossing, the registers at the first, sections at equal distances."""
    strobes = np.zeros((3, crossings), dtype=bool)
    strobes[0] = True
    strobes[1, 0] = True
    strobes[2, ::between] = True
    stream = Stream(
        words(forms.trigger.hardware, crossings, SEED), *strobes, (forms.trigger.registers,)
    )
    return stream, list(tops.scores(forms.trigger, stream))


def test_every_region_fires_and_is_accepted(forms):
    """The code has a bit for each axis, the first in the highest, set below its threshold."""
    stream, scores = plain(forms, 4000, 500)
    open_ = Registers(forms.trigger.registers.thresholds)
    stream = dataclasses.replace(stream, registers=(open_,))
    result = TopSimulation(forms.hls).run(stream)
    same({n: expected(TopSimulation(forms.hls), stream, scores)[n] for n in result}, "top", result)
    regions = forms.trigger.hardware.regions
    codes = sum(
        (scores[axis] < cut) * 2 ** (len(regions.axes) - 1 - place)
        for place, (axis, cut) in enumerate(
            zip(regions.axes, forms.trigger.registers.thresholds, strict=True)
        )
    )
    assert np.array_equal(result["region"], codes)
    assert np.array_equal(result["fire"], 1 << codes)
    assert {*result["accept"].tolist()} == {1 << code for code in range(regions.regions)}
    assert list(result) == list(decision_signals(regions))


def test_the_monitor_holds_the_counters_to_the_rule(forms):
    """Fed with the counts that the RTL latches; one accept too many in a region is found."""
    stream, _ = plain(forms, 2000, 200)
    with RtlSimulation(forms.rtl) as rtl:
        found = rtl.run(stream, states=True)
    sections, registers = [], forms.trigger.registers
    for number, crossing in enumerate(range(400, 2000, 200), 1):
        before, after = (found[f"latched_{name}"][crossing] for name in ("before", "after"))
        counts = Counts(
            run=1,
            section=number,
            seconds=23.31,
            live=Fractions.of((1.0,) * forms.trigger.hardware.regions.regions),
            pileup=60.0,
            events=200,
            before=Integers.of(before.tolist()),
            after=Integers.of(after.tolist()),
            prescale=Integers.of(registers.prescale),
        )
        sections.append(read(counts.to_line(), "a line"))
    settings, state = Settings(rule=forms.trigger.rule, learn=5), MonitorState()
    for counts in sections:
        state = advance(state, counts, settings)
    assert state.raised == {}
    assert state.sections == len(sections)
    last = sections[-1]
    region = max(last.before.root, key=lambda name: last.before[name] - last.after[name])
    assert last.before[region] > last.after[region] + 1
    every = Integers({**last.after.root, region: last.before[region]})
    wrong = last.model_copy(update={"section": last.section + 1, "after": every})
    assert advance(state, wrong, settings).raised == {"prescaler": 1}


def test_the_test_bench_and_the_replay_in_cpp(forms):
    """``make check`` of the shared object, with a program that knows only the interface."""
    given = words(forms.trigger.hardware, 200, SEED)
    shared, scores = SharedObject(forms.abi), forms.trigger.scores_of_words(given)
    emulator.write_golden(forms.abi, shared.manifest, given, scores)
    done = subprocess.run(
        ["make", "-s", "check"], cwd=forms.abi, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "200 events equal\n"), done.stderr
    golden = forms.abi / "golden.txt"
    *rest, last = golden.read_text().splitlines()
    golden.write_text("\n".join([*rest, f"{last}1"]) + "\n")
    done = subprocess.run(
        ["make", "-s", "check"], cwd=forms.abi, capture_output=True, text=True, check=False
    )
    values = [int(score[-1]) for score in scores.values()]
    told = " and ".join(map(str, values))
    wrong = " and ".join([*map(str, values[:-1]), f"{values[-1]}1"])
    assert done.returncode != 0
    assert f"event 199 must have the scores {wrong}, not {told}\n" in done.stderr


def test_the_audit_reads_both_tops(forms, tmp_path):
    trigger, regions = forms.trigger, forms.trigger.hardware.regions
    given = (trigger.hardware,)
    for check, folder, name in (
        (check_top, forms.hls, f"{FOLDER}/trigger_core.h"),
        (check_rtl, forms.rtl, "trigger_core.sv"),
    ):
        checked = check(folder, *given)
        assert checked.findings == ()
        assert checked.counts["integers"] > 20
        copy = tmp_path / check.__name__
        copytree(folder, copy)
        text = (copy / name).read_text()
        number = regions.numbers[-1]
        old = {"trigger_core.h": f"value{number} <", "trigger_core.sv": f"score{number}}}) >="}
        planted = old[Path(name).name]
        assert text.count(planted) == 1
        (copy / name).write_text(
            text.replace(planted, f"{planted}=" if "<" in planted else planted[:-1])
        )
        assert len(check(copy, *given).findings) == 1


def test_the_ip_core_is_read_by_verilator(forms, tmp_path):
    interface, project = TopInterface.load(forms.rtl), RtlProject.load(forms.rtl)
    text = ip_sources(interface, project, "xcvu13p-flga2577-2-e", 1)["rtl/trigger_ip.v"]
    (tmp_path / "trigger_ip.v").write_text(text)
    command = ["verilator", "--lint-only", "-Wno-lint", "-Wno-fatal", "--top", "small_trigger_ip"]
    sources = [str(forms.rtl / name) for name in project.sources]
    done = subprocess.run(
        [*command, *sources, str(tmp_path / "trigger_ip.v")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "PINMISSING" not in done.stderr
