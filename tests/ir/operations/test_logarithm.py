"""log2 by the leading one: every number of a few bits, and numbers of many."""

import numpy as np
import pytest
import tensorflow as tf

from tests.ir.operations import rungs
from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.operations.logarithm import log2
from trigger_ad.ir.program import Program
from trigger_ad.ir.typed import PortType
from trigger_ad.train.expression import render_vector


def program(kind: FixedPoint, fraction: int) -> Program:
    return Program("p", {"x": PortType(kind, 1)}, {"y": log2(port("x"), fraction)})


@pytest.mark.parametrize("fraction", [0, 3, 11])
@pytest.mark.parametrize("kind", ["u1,1", "u9,9", "s9,6", "u7,10", "s6,-1"])
def test_every_number(kind, fraction):
    width, integer = map(int, kind[1:].split(","))
    kind = FixedPoint(width, integer, kind[0] == "s")
    values = {"x": np.arange(kind.minimum, kind.maximum + 1)[:, None]}
    whole = program(kind, fraction)
    expected = rungs.reference(whole, values)["y"]
    np.testing.assert_array_equal(whole.evaluate(values)["y"], expected)
    np.testing.assert_array_equal(rungs.interpret(whole, values)["y"], expected)
    signal = whole.signals["y"]
    assert (signal.low, signal.high) == (expected.min(), expected.max())


def test_numbers_of_many_bits(rng):
    """Also beyond what a float64 holds: one below a power of two is not taken for it."""
    whole = program(FixedPoint(61, 61), 16)
    near = [2**k + d for k in range(60) for d in (-1, 0, 1)]
    values = {"x": np.array([*near, *rng.integers(0, 2**60, 100).tolist(), -(2**60)])[:, None]}
    np.testing.assert_array_equal(whole.evaluate(values)["y"], rungs.reference(whole, values)["y"])


def test_float_training_is_near_the_logarithm():
    values = np.geomspace(1, 1e5, 300, dtype=np.float32)[:, None]
    with tf.GradientTape() as tape:
        x = tf.constant(values)
        tape.watch(x)
        found = render_vector(log2(port("x"), 2), {"x": x})
    missing = np.log2(values) - found.numpy()
    assert missing.min() > -1e-5
    assert 0.08 < missing.max() < 0.0862
    slope = tape.gradient(found, x).numpy()
    np.testing.assert_allclose(slope, 2.0 ** -np.floor(np.log2(values.astype(float))), rtol=1e-6)


@pytest.mark.parametrize("fraction", [-1, 17])
def test_fraction_bits_are_few(fraction):
    with pytest.raises(FixedPointError) as caught:
        program(FixedPoint(8, 8), fraction)
    assert str(caught.value) == (
        f"the fraction bits of log2 in program p must be from 0 to 16, not {fraction}: "
        "choose from these"
    )
