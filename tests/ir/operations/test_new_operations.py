"""The operations of programs: one meaning, in numpy, C++, circuits and TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf

from tests.ir.operations import rungs
from trigger_ad.ir.expression import constant, port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.extremes import (
    argument_of_maximum,
    largest,
    segment_maximum,
    smallest,
)
from trigger_ad.ir.operations.gather import element, join, take
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.operations.periodic import wrap
from trigger_ad.ir.operations.presence import filled
from trigger_ad.ir.operations.sums import segment_sum
from trigger_ad.ir.program import Program
from trigger_ad.ir.typed import PortType
from trigger_ad.train.expression import render_vector

PT, PHI, X, FINE = port("pt"), port("phi"), port("x"), port("fine")

PORTS = {
    "pt": PortType(FixedPoint(10, 10, False), 8),
    "phi": PortType(FixedPoint(8, 8, False), 8, (0,) * 8, (143,) * 7 + (100,)),
    "x": PortType(FixedPoint(7, 5), 8),
    "fine": PortType(FixedPoint(9, 4, False), 4, (0, 5, 40, 0), (511, 511, 500, 31)),
}
TURN = PHI.subtract(take(PHI, (1, 2, 3, 4, 5, 6, 7, 0)))

EXPRESSIONS = {
    "wrapped": wrap(TURN, 144),
    "odd": wrap(TURN, 145),
    "quarters": wrap(X, 87, 3),
    "power": wrap(X, 64, 2),
    "height": log2(PT, 4),
    "coarse": log2(PT, 0),
    "signed_height": log2(X, 3),
    "fine_height": log2(FINE, 6),
    "of_tens": log2(PT.shorten(3), 5),
    "jets": segment_sum(X, 4),
    "pairs": segment_sum(X.subtract(PT).absolute(), 2),
    "leading": segment_maximum(X, 2),
    "largest": largest(X),
    "smallest": smallest(TURN),
    "first": argument_of_maximum(PT),
    "first_of_few": argument_of_maximum(X.shorten(5)),
    "first_known": argument_of_maximum(FINE),
    "there": filled(PT),
    "there_fine": filled(FINE),
    "there_signed": filled(X),
    "some": take(X, (7, 0, 0, 3)),
    "one": element(PT, 5),
    "both": join(FINE, X),
    "numbers": constant((3, -5, 0), 1),
    "with_numbers": join(X, constant((7, -1))),
    "scaled": X.multiply(constant((3, 1, -2, 5, 7, 9, 11, 13), 2)),
    "weighted": X.multiply(element(FINE, 0)),
    "weighted_left": largest(PT).multiply(X),
    "moment": segment_sum(PT.shorten(2).multiply(wrap(TURN, 144).square()), 4),
    "masked": X.multiply(filled(PT)),
}


def program(expressions=EXPRESSIONS):
    return Program("prepare", PORTS, expressions)


@pytest.fixture(scope="module")
def run():
    """A program of all expressions, events, and what they give."""
    whole = program()
    values = rungs.events(whole, np.random.default_rng(5), 60)
    return whole, values, rungs.reference(whole, values)


def assert_equal(found, expected):
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


def test_numpy_means_what_it_says(run):
    whole, values, expected = run
    assert whole.largest < 2**24
    for dtype in (np.int64, np.float32, np.float64):
        memory = {}
        for part in (slice(0, 50), slice(50, None)):
            some = {name: array[part] for name, array in values.items()}
            found = whole.evaluate(some, dtype, memory)
            assert {array.dtype for array in found.values()} == {np.dtype(dtype)}
            assert_equal(found, {name: array[part] for name, array in expected.items()})


def test_bounds_hold_and_are_reached(run):
    whole, _, expected = run
    loose = {
        "quarters",
        "power",
        "moment",
        "pairs",
        "wrapped",
        "odd",
        "smallest",
    }  # of unlikely ends
    for name, signal in whole.signals.items():
        assert (expected[name] >= np.array(signal.minimum)).all(), name
        assert (expected[name] <= np.array(signal.maximum)).all(), name
        if name not in loose:
            assert (expected[name].min(), expected[name].max()) == (signal.low, signal.high), name


def test_circuits_give_the_same_integers(run):
    whole, values, expected = run
    assert_equal(rungs.interpret(whole, values), expected)


def test_the_compiled_header_gives_the_same_integers(run, tmp_path):
    whole, values, expected = run
    assert_equal(rungs.simulate(whole, values, tmp_path), expected)


def test_training_sees_the_same_numbers(run):
    whole, values, expected = run
    real = {
        name: tf.constant(PORTS[name].type.decode(array), tf.float32)
        for name, array in values.items()
    }
    for name, expression in whole.outputs.items():
        found = render_vector(expression, real, PORTS).numpy()
        scale = 2.0 ** whole.signals[name].fraction
        np.testing.assert_array_equal(found * scale, expected[name], err_msg=name)
