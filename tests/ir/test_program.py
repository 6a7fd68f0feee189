"""Programs: vectors in, vectors out, saved and told apart by what they compute."""

import dataclasses
import json
import pickle

import numpy as np
import pytest

from trigger_ad.errors import ConversionError, FixedPointError, SchemaError
from trigger_ad.hls.program import render_program
from trigger_ad.hls.steps import Port
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.gather import take
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.sums import segment_sum
from trigger_ad.ir.program import INPUTS, WORDS, Program
from trigger_ad.ir.score import Score
from trigger_ad.ir.typed import PortType
from trigger_ad.rtl.score import trace_program

IN = {
    WORDS: PortType(FixedPoint(9, 9, False), 3, (0, 0, 0), (511, 300, 7)),
    INPUTS: PortType(FixedPoint(8, 5), 3),
}
HEIGHT = log2(port(WORDS), 3)
OUT = {"height": HEIGHT, "weighted": HEIGHT.multiply(port(INPUTS)), "sum": HEIGHT.sum()}
PROGRAM = Program("prepare", IN, OUT)


def test_outputs_are_the_ports_of_what_follows():
    assert PROGRAM.used == (WORDS, INPUTS)
    assert PROGRAM.ports["height"] == PortType(FixedPoint(7, 4, False), 3, (0, 0, 0), (71, 65, 22))
    assert str(PROGRAM.type("sum")) == "ap_ufixed<8,5>"
    score = Score("s", port("height").sum(), {"height": PROGRAM.ports["height"]})
    assert score.type == PROGRAM.type("sum")


def test_every_output_of_every_event():
    values = {WORDS: np.array([[511, 300, 7], [0, 1, 2]]), INPUTS: np.array([[1, -2, 3]] * 2)}
    found = PROGRAM.evaluate(values)
    assert {name: array.tolist() for name, array in found.items()} == {
        "height": [[71, 65, 22], [0, 0, 8]],
        "weighted": [[71, -130, 66], [0, 0, 24]],
        "sum": [[158], [8]],
    }
    assert PROGRAM.largest == 71 * 128


def test_nothing_stands_between_words_and_network():
    empty = Program("prepare", IN)
    assert empty.empty
    assert not PROGRAM.empty
    assert empty.evaluate({WORDS: np.zeros((2, 3)), INPUTS: np.zeros((2, 3))}) == {}
    assert (empty.largest, empty.used, empty.ports) == (0, (), {})
    assert Program.from_json(empty.to_json()) == empty
    assert trace_program(empty, {}) == {}


def test_it_is_saved_with_shared_parts_once():
    record = json.loads(json.dumps(PROGRAM.to_json()))
    assert [operation["operation"] for operation in record["operations"]] == [
        "port",
        "log2",
        "port",
        "multiply",
        "sum",
    ]
    assert record["outputs"] == {"height": 1, "weighted": 3, "sum": 4}
    found = Program.from_json(record)
    assert found == PROGRAM
    assert found.hash == PROGRAM.hash


def test_the_hash_is_of_what_is_computed():
    same = Program("other", IN, OUT)
    assert same.hash == PROGRAM.hash
    narrow = IN | {INPUTS: dataclasses.replace(IN[INPUTS], type=FixedPoint(8, 4))}
    swapped = dict(reversed(OUT.items()))
    finer = OUT | {"height": log2(port(WORDS), 4)}
    hashes = {PROGRAM.hash}
    hashes |= {Program("prepare", IN, outputs).hash for outputs in (swapped, finer, {})}
    hashes |= {Program("prepare", narrow, OUT).hash}
    assert len(hashes) == 5


def test_parts_that_share_parts_cost_what_they_are():
    """Written out it would have 2**40 operations."""
    twice = port("x")
    for _ in range(40):
        twice = twice.add(twice)
    program = Program("p", {"x": PortType(FixedPoint(2, 2), 1)}, {"y": twice})
    assert program.evaluate({"x": np.array([[-2], [1]])})["y"].tolist() == [[-(2**41)], [2**40]]
    assert len(program.to_json()["operations"]) == 41
    assert Program.from_json(program.to_json()).hash == program.hash


def test_a_copy_from_another_process_is_equal():
    hash(HEIGHT)
    assert "_hash" not in HEIGHT.__getstate__()
    found = pickle.loads(pickle.dumps(PROGRAM))
    assert found == PROGRAM
    assert hash(found.outputs["height"]) == hash(HEIGHT)


def changed(**changes):
    return PROGRAM.to_json() | changes


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (
            changed(schema="program/9"),
            "a program must have schema program/1, not program/9: write it again with this version",
        ),
        (
            changed(operations=[{"operation": "sum", "arguments": [0]}]),
            (
                "an argument in a program must be one of 0 operations before it, not 0: "
                "write the program again with this version"
            ),
        ),
        (
            changed(outputs={"height": 5}),
            (
                "an argument in a program must be one of 5 operations before it, not 5: "
                "write the program again with this version"
            ),
        ),
    ],
)
def test_records_that_do_not_hold_together(record, sentence):
    with pytest.raises(SchemaError) as caught:
        Program.from_json(record)
    assert str(caught.value) == sentence


def test_unknown_operations_are_named():
    with pytest.raises(SchemaError, match=r"not 'cosine' with 0: write the score again"):
        Program.from_json(changed(operations=[{"operation": "cosine"}]))


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        ({WORDS: HEIGHT}, "output words of program prepare must have a name of its own: rename it"),
        (
            {"a": port("mystery")},
            "port mystery of program prepare must have a type: choose from words, inputs",
        ),
        (
            {"a": port(WORDS).square().square().square()},
            (
                "square in program prepare must fit 61 bits, not 72: "
                "shorten or saturate its arguments"
            ),
        ),
        (
            {"a": segment_sum(port(WORDS), 2)},
            (
                "segment_sum in program prepare must have segments whose size divides its 3 "
                "elements, not 2: give a size that does"
            ),
        ),
        (
            {"a": take(port(WORDS), (0, 3))},
            (
                "the places of take in program prepare must be one or more from 0 to 2, "
                "not 0, 3: count from 0"
            ),
        ),
        (
            {"a": take(port(WORDS), ())},
            (
                "the places of take in program prepare must be one or more from 0 to 2, "
                "not none: count from 0"
            ),
        ),
    ],
)
def test_programs_that_cannot_be(outputs, sentence):
    with pytest.raises(FixedPointError) as caught:
        Program("prepare", IN, outputs)
    assert str(caught.value) == sentence


def test_operations_that_become_tables_are_refused_until_then():
    rank = port(INPUTS).sum().rank(8, "tail")
    kl = port(INPUTS).kl_of_variance(4)
    sentence = " in program prepare must have become a table before it reaches hardware: bind the "
    with pytest.raises(FixedPointError, match=f"^rank{sentence}"):
        Program("prepare", IN, {"a": rank})
    program = Program("prepare", IN, {"a": kl})
    with pytest.raises(FixedPointError, match=f"^kl_of_variance{sentence}"):
        render(program)


def render(program, **ports):
    own = {name: Port(name, f"{name}_t", kind.type, kind.size) for name, kind in IN.items()}
    return render_program("net", "net.h", program, own | ports)


def test_the_header_takes_what_is_read_and_gives_fixed_point():
    text = render(PROGRAM)
    assert "#ifndef NET_PREPARE_H_" in text
    assert "typedef ap_ufixed<7,4> prepare_height_t;" in text
    assert (
        "inline void prepare(const words_t words_port[3], const inputs_t inputs_port[3], "
        "prepare_height_t height[3], prepare_weighted_t weighted[3], prepare_sum_t sum[1]) {"
    ) in text
    alone = render(Program("prepare", IN, {"sum": port(INPUTS).sum()}))
    assert "inline void prepare(const inputs_t inputs_port[3], prepare_sum_t sum[1]) {" in alone


def test_ports_that_do_not_fit_and_names_that_are_none():
    with pytest.raises(ConversionError) as caught:
        render(PROGRAM, words=Port(WORDS, "words_t", FixedPoint(9, 9, False), 4))
    assert str(caught.value) == (
        "port words of program prepare must be 4 x ap_ufixed<9,9>, not 3 x ap_ufixed<9,9>: "
        "make the score from the converted network"
    )
    with pytest.raises(ConversionError) as caught:
        render(Program("prepare", IN, {"for": HEIGHT}))
    assert str(caught.value) == (
        "a name in a program must not be a word of C++, not 'for': choose another name"
    )
