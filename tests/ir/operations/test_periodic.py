"""Differences of angles: every period, every difference."""

import numpy as np
import pytest
import tensorflow as tf

from tests.ir.operations import rungs
from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.periodic import wrap
from trigger_ad.ir.program import Program
from trigger_ad.ir.typed import PortType
from trigger_ad.train.expression import render_vector


def program(low, high, period) -> Program:
    kind = PortType(FixedPoint(10, 10), 1, (low,), (high,))
    return Program("p", {"x": kind}, {"y": wrap(port("x"), period)})


@pytest.mark.parametrize("period", [2, 3, 4, 5, 7, 8, 63, 64, 144])
def test_every_difference_of_two_angles(period):
    """From 0 up to the period, in every program that sees a part of them."""
    for low, high in ((1 - period, period - 1), (0, period - 1), (1 - period, 0), (-1, 1)):
        values = {"x": np.arange(low, high + 1)[:, None]}
        whole = program(low, high, period)
        expected = rungs.reference(whole, values)["y"]
        np.testing.assert_array_equal(whole.evaluate(values)["y"], expected)
        np.testing.assert_array_equal(rungs.interpret(whole, values)["y"], expected)
        signal = whole.signals["y"]
        assert (signal.low, signal.high) == (expected.min(), expected.max())


def test_three_halves_of_a_period_are_the_most():
    values = {"x": np.arange(-216, 216)[:, None]}
    whole = program(-216, 215, 144)
    np.testing.assert_array_equal(whole.evaluate(values)["y"], rungs.reference(whole, values)["y"])
    for low, high in ((-217, 0), (0, 216)):
        with pytest.raises(FixedPointError) as caught:
            program(low, high, 144)
        assert str(caught.value) == (
            "the argument of wrap in program p must lie from -216 to 215, half a period and one "
            f"more, not from {low} to {high}: take the difference of two angles of one period"
        )


@pytest.mark.parametrize("period", [-3, 0, 1])
def test_a_period_has_two_values(period):
    with pytest.raises(FixedPointError) as caught:
        program(0, 1, period)
    assert str(caught.value) == (
        f"the period of wrap in program p must be 2 or more, not {period}: give a larger one"
    )


def test_training_brings_real_numbers_back():
    x = tf.constant([[-5.0], [-2.6], [-2.4], [0.3], [2.4], [2.6], [7.1]])
    found = render_vector(wrap(port("x"), 5), {"x": x}).numpy()[:, 0]
    np.testing.assert_allclose(found, [0.0, 2.4, -2.4, 0.3, 2.4, -2.4, 2.1], atol=1e-6)
