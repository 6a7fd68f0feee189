"""What is written of a trigger top; that it computes what it should is in tests/emulate."""

import dataclasses
import re

import numpy as np
import pytest

from tests.blocks import trigger as hardware
from tests.hls import tops
from trigger_ad.errors import ConversionError, RunFolderError
from trigger_ad.hls.top import FOLDER, write_top
from trigger_ad.ir.score import Score
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.rule import Rule
from trigger_ad.trigger.stream import Stream


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    project = tmp_path_factory.mktemp("top") / "hls"
    trigger = tops.write(project, tops.SMALL, "small")
    return (
        project,
        trigger,
        write_top(project, dataclasses.replace(trigger.hardware, rule=Rule.ATLAS_RANDOM)),
    )


def test_every_wire_has_its_port(written):
    """Width and sign as in the layout; a word without wires has none."""
    text = (written[0] / FOLDER / "trigger_top.h").read_text()
    top = text[text.index("void small_trigger(") :]
    top = top[: top.index(");")]
    ports = dict(
        re.findall(r"(ap_u?int<\d+>) (\w+),", top)
        and [(n, t) for t, n in re.findall(r"(ap_u?int<\d+>) (\w+),", top)]
    )
    assert ports == {
        "met_pt": "ap_uint<12>",
        "met_phi": "ap_uint<8>",
        "muon0_pt": "ap_uint<9>",
        "muon0_eta": "ap_int<9>",
        "muon0_phi": "ap_uint<10>",
        "jet0_pt": "ap_uint<11>",
        "jet0_eta": "ap_int<8>",
        "jet0_phi": "ap_uint<8>",
    }
    source = (written[0] / FOLDER / "trigger_top.cpp").read_text()
    assert "trigger_core::crossing<trigger_core::ATLAS_RANDOM>(" in source
    for name in ports:
        assert source.count(f"#pragma HLS INTERFACE ap_none port={name}\n") == 2


def test_one_namespace_for_each_build(written):
    for file in ("trigger_top.h", "trigger_top.cpp", "trigger_call.h"):
        text = (written[0] / FOLDER / file).read_text()
        assert re.findall(r"^namespace (\w+) \{", text, flags=re.M) == ["small_trigger_ns"]


def test_interface_round_trip(written, tmp_path):
    project, trigger, interface = written
    assert TopInterface.load(project / FOLDER) == interface
    assert interface.top == "small_trigger"
    assert interface.rule is Rule.ATLAS_RANDOM
    first, second = trigger.hardware.scores.values()
    assert second.signed
    assert interface.reset == Registers(
        (2**first.width - 1, 2**second.width - 1), (0,) * 4, (False,) * 4
    )
    with pytest.raises(RunFolderError):
        TopInterface.load(tmp_path)


def test_registers_stand_at_the_ports_before_their_load(written):
    interface = written[2]
    crossings = np.zeros((5, 9), dtype=np.int32)
    strobes = np.zeros((3, 5), dtype=bool)
    strobes[1, [1, 3]] = True
    one = Registers((5, -6), (100, 200, 0, 100), (True, False, True, True))
    two = Registers((7, 8))
    rows = interface.inputs(Stream(crossings, *strobes, (one, two)))
    assert rows.shape == (5, 19)
    assert rows[:, 10].tolist() == [0, 1, 0, 1, 0]
    assert rows[:2, 12:].tolist() == [[5, -6, 1, 2**23, 2**24, 1, 0b1101]] * 2
    assert rows[2:, 12:].tolist() == [[7, 8, 1, 1, 1, 1, 0b1111]] * 3
    strobes[1] = False
    assert not interface.inputs(Stream(crossings, *strobes, ())).any()


def test_tops_that_do_not_fit(written):
    project, trigger, _ = written
    network, scores = trigger.hardware.blocks[0].network, dict(trigger.hardware.blocks[0].scores)
    with pytest.raises(ConversionError) as caught:
        write_top(project, hardware(network, scores, tops.FULL))
    assert str(caught.value) == (
        "the layout cms_level1 must give the network 9 x ap_fixed<9,5>, "
        "not 57 x ap_fixed<9,5>: convert a network trained with this layout"
    )
    kind = scores["score1"].ports["input"]
    narrow = dataclasses.replace(kind, minimum=(0,) * 9, maximum=(1,) * 9)
    bad = Score("score1", scores["score1"].expression, scores["score1"].ports | {"input": narrow})
    with pytest.raises(ConversionError) as caught:
        write_top(project, hardware(network, scores | {"score1": bad}, tops.SMALL))
    assert str(caught.value) == (
        "the layout small must keep its inputs to the range of the scores, not a wider one: "
        "bind the scores to this layout"
    )
    fields = (dataclasses.replace(tops.SMALL.fields[0], name="while"), *tops.SMALL.fields[1:])
    named = dataclasses.replace(tops.SMALL, fields=fields)
    with pytest.raises(ConversionError) as caught:
        write_top(project, hardware(network, scores, named))
    assert str(caught.value) == (
        "the name of a word must not be a word of C++, not 'while': choose another name"
    )
