"""Circuits of sums of sums, and of single bits with a sign, have the numbers of the emulator."""

import numpy as np
import pytest

from tests.blocks import block
from tests.rtl.test_windows import emulated, inputs_of
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint, Rounding
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.rtl import cast as casts
from trigger_ad.rtl import trace as tracing
from trigger_ad.rtl.trace import trace

WIDE = FixedPoint(53, 53)


def dense(name, source, weights, bias=0, output=WIDE):
    weights = np.array(weights)
    biases = np.full(weights.shape[1], bias)
    return Linear(name, source, weights, FixedPoint(16, 16), biases, WIDE, WIDE, output)


def found_and_wanted(network):
    inputs = inputs_of(network, 3, 500)
    name = network.outputs[0]
    found = trace(block(network, {}), layers=(name,)).run(inputs)[name]
    return found, emulated(network, inputs)[name]


def chain():
    """Three layers without rounding: all that reaches the end is a multiple of 27 bits."""
    layers = (
        dense("a", "x", [[693, -905], [4267, 3]], 5),
        dense("b", "a", [[4267, 2945], [-6825, 107]], -4),
        dense("c", "b", [[-5513, 1985], [2999, 4733]], 33),
    )
    return HardwareNetwork("chain", "x", 2, FixedPoint(6, 6), layers, ("c",))


def test_sums_of_sums_keep_their_last_bits():
    np.testing.assert_array_equal(*found_and_wanted(chain()))


def test_long_biases_keep_their_last_bits():
    """All multiples are even, and all that is odd comes from biases."""
    layers = (dense("a", "x", [[256]], 65537), dense("b", "a", [[4099]], 2))
    network = HardwareNetwork("biases", "x", 1, FixedPoint(9, 9), layers, ("b",))
    found, wanted = found_and_wanted(network)
    np.testing.assert_array_equal(found, wanted)
    assert np.all(wanted % 2 == 1)


def test_alkaid_alone_loses_them(monkeypatch):
    """Or nothing need be done about it any more."""
    monkeypatch.setattr(tracing, "followed", lambda values, *_, **__: values)
    found, wanted = found_and_wanted(chain())
    assert np.any(found != wanted)


def test_sums_of_multiples_far_apart():
    fine = FixedPoint(40, 10)
    layers = (
        dense("a", "x", [[32749, 1], [1, 32719]], 3),
        dense("b", "x", [[32693, 5], [3, 32687]], 1, fine),
        Merge("sum", ("a", "b", "a"), How.ADD, 2, FixedPoint(53, 23)),
    )
    network = HardwareNetwork("merged", "x", 2, FixedPoint(6, 6), layers, ("sum",))
    np.testing.assert_array_equal(*found_and_wanted(network))


def test_scores_that_add_long_multiples(rng):
    weights = rng.integers(2**17, 2**18, (2, 99)) | 1
    layer = Linear(**vars(dense("sum", "x", weights)) | {"weight_type": FixedPoint(20, 20)})
    network = HardwareNetwork("added", "x", 2, FixedPoint(6, 6), (layer,), ("sum",))
    ends = (np.full(2, -32), np.full(2, 31))
    found = network.intervals(*ends)["sum"]
    kind = PortType(WIDE, 99, tuple(found.minimum.tolist()), tuple(found.maximum.tolist()))
    scores = {"total": Score("total", port("sum").sum(), {"sum": kind})}
    inputs = inputs_of(network, 3, 500)
    wanted = FastEmulator(network, scores, *ends).run(inputs).scores["total"]
    np.testing.assert_array_equal(trace(block(network, scores)).run(inputs)["total"], wanted)


def test_single_bits_with_a_sign():
    """Of which alkaid would make the address of a table, as if they were 0 and 1."""
    weights = np.arange(1, 8)[:, None]
    bit = FixedPoint(1, 1)
    layer = Linear("sum", "x", weights, FixedPoint(6, 6), np.zeros(1, int), bit, WIDE, WIDE)
    network = HardwareNetwork("bits", "x", 7, bit, (layer,), ("sum",))
    found, wanted = found_and_wanted(network)
    np.testing.assert_array_equal(found, wanted)
    assert (wanted.min(), wanted.max()) == (-28, 0)


@pytest.mark.parametrize(("weight", "fits"), [(127, True), (129, False)])
def test_sums_beyond_float64_are_refused(weight, fits):
    wide = FixedPoint(60, 60)
    last = dense("b", "a", [[weight]], 0, FixedPoint(20, 50))
    layers = (dense("a", "x", [[32767]]), Linear(**vars(last) | {"accumulator": wide}))
    network = HardwareNetwork("wide", "x", 1, FixedPoint(31, 31), layers, ("b",))
    if fits:
        np.testing.assert_array_equal(*found_and_wanted(network))
        return
    with pytest.raises(ConversionError) as caught:
        trace(block(network, {}), layers=("b",))
    assert str(caught.value) == (
        "what layer b computes must fit 53 bits, not 54: use narrower weights, biases or "
        "activations"
    )


def constant(weight):
    """A dead element that is 2**20 + 1, times a weight, and a bias; then half an LSB is added."""
    first = Linear(**vars(dense("a", "x", [[0, 1]], 0)) | {"bias": np.array([2**20 + 1, 0])})
    output = FixedPoint(34, 44, True, Rounding.HALF_UP)
    layers = (first, dense("b", "a", [[weight], [77]], 100, output))
    return HardwareNetwork("constant", "x", 1, FixedPoint(9, 9), layers, ("b",))


def test_a_long_constant_is_no_more_hidden_by_the_next_one():
    np.testing.assert_array_equal(*found_and_wanted(constant(9)))
    network = constant(4095)
    with pytest.raises(ConversionError) as caught:
        trace(block(network, {}), layers=("b",))
    assert str(caught.value) == (
        "a constant of the circuit must have at most 24 bits, not 4293922915.0: use narrower "
        "weights and biases"
    )


def test_alkaid_alone_hides_it(monkeypatch):
    monkeypatch.setattr(casts, "check_constant", lambda value: None)
    found, wanted = found_and_wanted(constant(4095))
    assert np.any(found != wanted)
