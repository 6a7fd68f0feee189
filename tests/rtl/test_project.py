"""The folder of RTL: its record, its files, and what the top says of itself."""

from dataclasses import replace

import numpy as np
import pytest

from tests.blocks import block
from tests.blocks import trigger as hardware
from tests.rtl.networks import small_layout, small_network, two_scores
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.rtl.pipeline import Bits, build_pipeline
from trigger_ad.rtl.preset import Preset, preset
from trigger_ad.rtl.project import FILE_LIST, RtlProject, write_project
from trigger_ad.rtl.top import render_top
from trigger_ad.rtl.trace import trace
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.rule import Rule


@pytest.fixture(scope="module")
def parts():
    words = small_layout()
    network = small_network(1, words)
    return network, two_scores(network), words


def test_record_round_trip(parts, tmp_path):
    project, _ = write_project(tmp_path, hardware(*parts, Rule.ATLAS_RANDOM), preset("240mhz"))
    assert RtlProject.load(tmp_path) == project
    assert project.cycles == project.scoring_cycles + 1
    assert TopInterface.load(tmp_path).rule is Rule.ATLAS_RANDOM


def test_file_list_names_every_source(parts, tmp_path):
    (tmp_path / "logic99.v").write_text("of another project")
    write_project(tmp_path, hardware(*parts), preset("240mhz"))
    listed = (tmp_path / FILE_LIST).read_text().split()
    assert sorted(listed) == sorted(p.name for p in tmp_path.glob("*.*v"))
    assert {"trigger_top.sv", "trigger_core.sv", "scoring.v", "shift_adder.sv"} <= set(listed)


def test_same_inputs_give_the_same_text(parts, tmp_path):
    for name in ("a", "b"):
        write_project(tmp_path / name, hardware(*parts), preset("240mhz"))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_words_keep_their_widths(parts):
    """Ports without wires are no ports; the others come in order, the first in the lowest bits."""
    _, _, words = parts
    circuit = trace(block(*parts))
    pipeline = build_pipeline(circuit, preset("240mhz"))
    assert list(pipeline.widths) == [i for i, field in enumerate(words.fields) if field.width]
    text = render_top(TopInterface.of(hardware(*parts)), pipeline, 5)
    assert "input logic signed [7:0] egamma0_eta," in text
    assert "input logic [9:0] muon0_phi," in text
    assert "met_eta" not in text


def test_score_bits_are_extended(parts):
    """What interval analysis of the circuit leaves out is put back in the top."""
    circuit = trace(block(*parts))
    pipeline = build_pipeline(circuit, preset("240mhz"))
    first, second = circuit.scores
    narrow = {first: Bits(0, 4, True, 2), second: Bits(4, 0, False, 0)}
    kinds = FixedPoint(9, 5), FixedPoint(6, 6, signed=False)
    changed = type(pipeline)(**{**vars(pipeline), "scores": narrow})
    interface = TopInterface.of(hardware(*parts))
    text = render_top(replace(interface, scores=kinds), changed, 5)
    assert "assign scored1 = {{3{packed_scores[3]}}, packed_scores[3:0], 2'b0};" in text
    assert "assign scored2 = {6'b0};" in text


def test_pipeline_longer_than_the_gap_is_refused(parts, tmp_path):
    long = Preset("long", 240, 40, None, register_words=True, register_scores=True)
    with pytest.raises(ConversionError) as error:
        write_project(tmp_path, hardware(*parts), long)
    assert str(error.value) == (
        "the scoring pipeline must be shorter than 32 clocks, not 39: take a preset with fewer "
        "stages"
    )


def test_network_that_sees_nothing(tmp_path):
    """With all weights 0 the scores are constants, and there would be ports that nothing reads."""
    words = small_layout()
    kind = FixedPoint(6, 3)
    shape = (len(words.fields), 2)
    layer = Linear("out", "input", np.zeros(shape, int), kind, np.array([5, 0]), kind, kind, kind)
    network = HardwareNetwork("dead", "input", shape[0], words.input, (layer,), ("out",))
    score = Score("score", port("out").sum(), {"out": PortType(kind, 2)})
    trigger = hardware(network, {"score1": score, "score2": score}, words)
    with pytest.raises(ConversionError) as caught:
        write_project(tmp_path, trigger, preset("240mhz"))
    assert str(caught.value) == (
        "the scores of the trigger must depend on a word, not constants: train the networks again: "
        "their outputs are the same for every event"
    )
    assert list(tmp_path.iterdir()) == []
