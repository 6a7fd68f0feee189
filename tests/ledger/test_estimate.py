"""The estimate follows its documented model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.blocks import block
from trigger_ad.features.layout import Field, Layout
from trigger_ad.features.words import port_types
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.operations.gather import take
from trigger_ad.ir.score import Score
from trigger_ad.ledger.estimate import estimate, nonzero_digits
from trigger_ad.ledger.rows import ResourceStage
from trigger_ad.trigger.hardware import Block

INPUT, WIDE = FixedPoint(8, 8), FixedPoint(30, 30)


def canonical(value):
    """Non-zero digits by the recoding rule: an odd value loses the digit that makes it even."""
    count = 0
    while value:
        if value & 1:
            value -= 2 - (value & 3)
            count += 1
        value >>= 1
    return count


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1))
def test_digits_are_canonical(values):
    counted = nonzero_digits(np.array(values, dtype=np.int64))
    assert counted.tolist() == [canonical(value) for value in values]


def network(weights, relu=None):
    weights = np.array(weights)
    layer = Linear(
        "dense",
        "x",
        weights,
        FixedPoint(8, 8),
        np.zeros(weights.shape[1], dtype=np.int64),
        FixedPoint(8, 8),
        FixedPoint(30, 30),
        FixedPoint(30, 30),
    )
    layers = (layer,) if relu is None else (layer, Cast("relu", "dense", layer.size, relu, True))
    return HardwareNetwork("n", "x", 2, INPUT, layers, (layers[-1].name,))


@pytest.mark.parametrize(
    ("weights", "lut"),
    [
        ([[0], [0]], 0),
        ([[4], [0]], 0),  # one shifted input needs no adder
        ([[1], [1]], 9),  # one adder of 9 bits
        ([[7], [0]], 11),  # 8 - 1
        ([[5], [-3]], 3 * 11),  # 4 + 1 + (-4 + 1)
        ([[1, 1], [1, 0]], 9),
    ],
)
def test_adders_of_constant_products(weights, lut):
    row = estimate(block(network(weights), {}))
    assert (row.stage, row.lut, row.dsp) == (ResourceStage.ESTIMATE, lut, 0)
    assert row.note.startswith("an estimate: ")
    assert (row.ff, row.latency_cycles, row.ii, row.clock) == (None, None, None, "not timed")


def test_rounding_and_saturation_of_casts():
    relu = FixedPoint.parse("ap_ufixed<4,5,AP_RND_CONV,AP_SAT>")
    assert estimate(block(network([[1], [1]], relu=relu), {})).lut == 9 + 4 + 4
    plain = FixedPoint.parse("ap_ufixed<9,9>")
    assert estimate(block(network([[1], [1]], relu=plain), {})).lut == 9


def of_layers(*layers):
    net = HardwareNetwork("n", "x", 6, INPUT, layers, (layers[-1].name,))
    return estimate(block(net, {})).lut


def table(*rows):
    return np.array(rows, dtype=np.int32)


def windows(places, weights, output=WIDE, bias=0):
    """A linear layer of one channel over an input of six."""
    kind, weights = FixedPoint(8, 8), np.array(weights)[:, None]
    return Linear("w", "x", weights, kind, np.array([bias]), kind, WIDE, output, places)


@pytest.mark.parametrize(
    ("layer", "lut"),
    [
        (windows(table([0, 1], [2, 3], [4, 5]), [1, 1]), 3 * 9),
        (windows(table([0, 1], [1, 2]), [1, 1], bias=1), 2 * 2 * 9),
        (windows(table([0, 1, 2]), [7, 0, -1]), 2 * 11),  # 8 a - a - c
        (windows(table([0, 1], [2, 3]), [1, 1], FixedPoint(8, 9, True, Rounding.HALF_UP)), 2 * 17),
        (Maximum("m", "x", table([0, 1, -1], [3, 4, 5]), INPUT), 2 * 3 * 8),
        (Maximum("m", "x", table([0], [5]), INPUT), 0),
        (Maximum("m", "x", table([0, 1]), FixedPoint(4, 4, overflow=Overflow.SATURATE)), 8 + 4),
        (Merge("a", ("x", "x", "x"), How.ADD, 6, FixedPoint(10, 10)), 2 * 6 * 10),
        (Merge("c", ("x", "x"), How.CONCATENATE, 12, INPUT), 0),
        (Merge("c", ("x",), How.CONCATENATE, 6, FixedPoint(7, 8, True, Rounding.HALF_EVEN)), 42),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_each_kind_of_layer(layer, lut):
    assert of_layers(layer) == lut


#: Three words each, by wires alone.
X, Y = take(port("words"), (0, 1, 2)), take(port("words"), (3, 4, 5))
WORDS = Layout("six", tuple(Field(f"w{i}", "k", "q", 8, signed=True) for i in range(6)), 8, 0)


@pytest.mark.parametrize(
    ("expression", "lut", "dsp"),
    [
        (X.subtract(Y).absolute().sum(), 3 * 9 + 3 * 8 + 2 * 10, 0),
        (X.square().sum(), 2 * 16, 3),
        (X.dot(Y), 2 * 17, 3),
        (X.multiply(Y).sum(), 2 * 17, 3),
        (X.maximum(Y).sum().shorten(2), 3 * 2 * 8 + 2 * 10, 0),
        (X.sum().saturate(4), 2 * 10 + 4, 0),
        (X.sum().shorten(3).table(tuple(range(96))), 2 * 10 + 2 * 7, 0),
    ],
)
def test_operations_of_scores(expression, lut, dsp):
    score = Score("s", expression, {"words": port_types(WORDS)["words"]})
    row = estimate(Block(WORDS, None, {"s": score}, label="words"))
    assert (row.lut, row.dsp) == (lut, dsp)
