"""A trigger of two blocks, three scores, a preparation and a join is the same in every form.

2,000 crossings; 100,000 with ``--ladder``.
"""

from dataclasses import replace

import numpy as np
import pytest

from tests.ladder import mixed
from tests.ladder.built import build, words
from trigger_ad.audit.conversion import check_conversion
from trigger_ad.audit.rtl import check_rtl
from trigger_ad.audit.scores import check_scores
from trigger_ad.audit.top import check_top
from trigger_ad.emulate.abi import SharedObject
from trigger_ad.emulate.block import BlockEmulator
from trigger_ad.emulate.compare import extremes
from trigger_ad.emulate.csim import CSimulation
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.emulate.rtl import RtlSimulation
from trigger_ad.emulate.top import TopSimulation
from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.hls.compile import build_csim
from trigger_ad.hls.harness import write_harness
from trigger_ad.rtl.trace import trace
from trigger_ad.trigger.hardware import HardwareTrigger, Join
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.validate.rungs import compare_firmware

SEED = 11


@pytest.fixture
def events(request):
    return 100_000 if request.config.getoption("ladder") else 2000


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Project, quantised model and blocks."""
    project = tmp_path_factory.mktemp("mixed") / "hls"
    return (project, *mixed.blocks(project))


@pytest.fixture(scope="module")
def forms(converted, tmp_path_factory):
    project, _, blocks = converted
    trigger = HardwareTrigger(blocks, Rule.CMS_COUNTER_2019)
    return build(tmp_path_factory.mktemp("forms"), project, trigger, "240mhz", "1")


@pytest.mark.parametrize(
    ("join", "axes", "names"),
    [
        (Join.LARGEST, (), ["loss", "wide", "tall"]),
        (
            Join.RANK,
            (0, 2, 5),
            ["loss", *(f"{n}_rank{i}" for n in ("wide", "tall") for i in range(4))],
        ),
        (Join.NONE, (8,), ["loss", *(f"{n}_{i}" for n in ("wide", "tall") for i in range(4))]),
    ],
)
def test_the_circuit_equals_the_emulator(converted, join, axes, names):
    event, jets = converted[2]
    trigger = HardwareTrigger((event, replace(jets, join=join)), axes=axes)
    assert list(trigger.scores) == names
    given = words(trigger, 3000, SEED)
    ends = extremes(trigger.layout.minimum, trigger.layout.maximum, 500, SEED)
    given = np.concatenate([given, ends]).astype(np.int32)
    cuts = Registers((0,) * len(trigger.regions.axes))
    expected = TriggerEmulator(trigger, cuts).scores_of_words(given)
    found = trace(trigger).run(given)
    for name in names:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
        assert len(np.unique(expected[name])) > 50


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shapes")
    return build(folder, folder / "none", mixed.shapes(), "40mhz", "2")


@pytest.mark.parametrize("name", ["forms", "shapes"])
def test_every_form_equals_the_rule_after_every_crossing(name, events, request):
    forms = request.getfixturevalue(name)
    trigger = forms.trigger.hardware
    given = {"events": words(trigger, events, SEED)}
    given["extremes"] = extremes(trigger.layout.minimum, trigger.layout.maximum, 500, SEED)
    with RtlSimulation(forms.rtl) as rtl:
        tops = {"top": TopSimulation(forms.hls), "rtl": rtl}
        found = compare_firmware(tops, SharedObject(forms.abi), forms.trigger, given, SEED)
    assert set(found) == {"top", "rtl", "abi"}
    for rung, row in found.items():
        assert row.mismatches == row.extreme_mismatches == 0, (rung, row)
        assert row.events >= events
        assert row.distinct_scores >= min(events // 10, 1000)
        assert row.claimed == (events >= 100_000)


def test_the_network_gets_what_was_prepared(converted, forms, events):
    """C simulation and QKeras of the network alone, on the outputs of the preparation."""
    block = forms.trigger.hardware.blocks[0]
    emulator = BlockEmulator(block)
    given = words(forms.trigger.hardware, events, SEED)[:, : len(block.layout.fields)]
    inputs = emulator.network_inputs(given).astype(np.int32)
    write_harness(forms.hls, block)
    build_csim(forms.hls)
    fast = FastEmulator(block.own_network, block.scores, *block.input_range).run(inputs)
    simulated = CSimulation(forms.hls).run(inputs)
    keras = QKerasEmulator(converted[1], block.own_network, block.scores).run(inputs)
    for result in (simulated, keras):
        np.testing.assert_array_equal(result["scores"]["loss"], fast.scores["loss"])
        np.testing.assert_array_equal(result["outputs"]["one"], fast.outputs["one"])
    np.testing.assert_array_equal(emulator.run(given)["loss"], fast.scores["loss"])


def test_the_audit_reads_a_trigger_without_a_network(shapes):
    trigger = shapes.trigger.hardware
    parts = {block.name: check_scores(shapes.hls, block) for block in trigger.blocks}
    parts |= {"top": check_top(shapes.hls, trigger), "rtl": check_rtl(shapes.rtl, trigger)}
    for part, checked in parts.items():
        assert [str(finding) for finding in checked.fatal] == [], part
        assert sum(checked.counts.values()) > 1


def test_the_audit_reads_every_block(converted, forms):
    trigger = forms.trigger.hardware
    parts = check_conversion(forms.hls, converted[1], trigger.blocks[0], trigger)
    parts["jets"] = check_scores(forms.hls, trigger.blocks[1])
    parts["rtl"] = check_rtl(forms.rtl, trigger)
    for part, checked in parts.items():
        assert [str(finding) for finding in checked.fatal] == [], part
        assert sum(checked.counts.values()) > 1
