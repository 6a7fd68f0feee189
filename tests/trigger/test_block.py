"""Blocks side by side, and what their record refuses."""

import numpy as np
import pytest

from trigger_ad.emulate.trigger import TriggerEmulator
from trigger_ad.errors import ConversionError, EventFileError
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.words import port_types
from trigger_ad.hls.top import write_top
from trigger_ad.ir.expression import port
from trigger_ad.ir.score import Score
from trigger_ad.rtl.trace import trace
from trigger_ad.trigger.hardware import Block, HardwareTrigger, Join
from trigger_ad.trigger.interface import TopInterface
from trigger_ad.trigger.registers import Registers

WORDS = Layout("two", (Field("a", "k", "q", 5), Field("b", "k", "q", 5, signed=True)), 6, 0)


def score(expression, name="s"):
    return {name: Score(name, expression, {"words": port_types(WORDS)["words"]})}


@pytest.mark.parametrize(
    ("label", "rule"),
    [("two jets", "must match [A-Za-z][A-Za-z0-9_]{0,63}"), ("while", "must not be a word of C++")],
)
def test_labels_are_names_of_the_firmware(label, rule):
    with pytest.raises(ConversionError) as caught:
        Block(WORDS, None, score(port("words").sum()), label=label)
    assert str(caught.value).startswith(f"the label of a block {rule}, not {label!r}: ")


def test_labels_of_triggers_are_names_too():
    block = Block(WORDS, None, score(port("words").sum()), label="b")
    with pytest.raises(ConversionError, match=r"^the label of a trigger must match "):
        HardwareTrigger((block,), label="two jets")


@pytest.mark.parametrize("name", ["valid", "threshold1", "prescale_0", "score1", "clk"])
def test_words_may_not_have_names_of_other_ports(name):
    """A compiler would say so, of a file that nobody has written by hand."""
    layout = Layout("one", (Field(name, "k", "q", 5),), 6, 0)
    total = Score("s", port("words").sum(), {"words": port_types(layout)["words"]})
    trigger = HardwareTrigger((Block(layout, None, {"s": total}, label="b"),))
    with pytest.raises(ConversionError) as caught:
        TopInterface.of(trigger)
    assert str(caught.value) == (
        f"word {name} of trigger b must have another name than the other ports of the top: "
        "rename the field of its layout"
    )


@pytest.mark.parametrize("shape", [(3, 2), (3, 8), (6,)])
def test_words_of_another_number_of_instances_are_refused(shape):
    """Three crossings of one instance once were one crossing of three."""
    block = Block(WORDS, None, score(port("words").sum()), instances=3, join="rank", label="b")
    emulator = TriggerEmulator(HardwareTrigger((block,)), Registers((0,) * 3, (0,) * 8))
    with pytest.raises(ConversionError) as caught:
        emulator.scores_of_words(np.ones(shape, np.int32))
    assert str(caught.value) == (
        f"the words of a crossing must be an array of shape (n, 6), not {shape}: "
        "give one row a crossing"
    )


def test_a_word_that_its_port_cannot_carry_is_refused():
    """The port would carry its low bits: 8 of 40."""
    block = Block(WORDS, None, score(port("words").sum()), label="b")
    emulator = TriggerEmulator(HardwareTrigger((block,)), Registers((0,), (0,) * 2))
    with pytest.raises(EventFileError) as caught:
        emulator.scores_of_words(np.array([[1, 1], [40, 1]], np.int32))
    assert str(caught.value) == (
        "the words of crossings must fit the 5 bits of a, not 40 in event 1: make the words with "
        "the layout of the trigger"
    )


def test_ports_wider_than_an_int_of_cpp_are_refused_in_hls(tmp_path):
    layout = Layout("one", (Field("a", "k", "q", 31),), 31, 0)
    total = Score("s", port("words").sum(), {"words": port_types(layout)["words"]})
    trigger = HardwareTrigger((Block(layout, None, {"s": total}, label="b"),))
    with pytest.raises(ConversionError) as caught:
        write_top(tmp_path / "hls", trigger)
    assert str(caught.value) == (
        "port a in HLS must have at most 30 bits, not 31: split it into two"
    )
    assert not (tmp_path / "hls").exists()


@pytest.mark.parametrize("join", list(Join))
def test_the_text_of_a_join_will_do(join):
    block = Block(WORDS, None, score(port("words").sum()), instances=2, join=str(join), label="b")
    assert block.join is join


def test_an_unknown_join_is_refused():
    """Once it was none in Python and another one in firmware."""
    with pytest.raises(ConversionError) as caught:
        Block(WORDS, None, score(port("words").sum()), instances=2, join="sum", label="b")
    assert str(caught.value) == (
        "the join of block b must be one of none, largest, rank, not sum: choose one of these"
    )


def test_blocks_may_have_scores_of_one_name(rng):
    """They leave the trigger under other names where their instances are kept apart."""
    trigger = HardwareTrigger(
        (
            Block(WORDS, None, score(port("words").sum()), label="one"),
            Block(WORDS, None, score(port("words").square().sum()), instances=2, label="two"),
        )
    )
    words = rng.integers(trigger.layout.minimum, trigger.layout.maximum + 1, (500, 6), np.int32)
    emulator = TriggerEmulator(trigger, Registers((0, 0, 0), (0,) * 8))
    expected = emulator.scores_of_words(words)
    found = trace(trigger).run(words)
    assert list(found) == list(expected) == ["s", "s_0", "s_1"]
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
