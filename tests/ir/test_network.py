"""The record of the hardware network: file, bounds, accumulators."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.errors import ConversionError, SchemaError
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval, rounded
from trigger_ad.ir.layers.linear import (
    Linear,
    accumulator_needed,
    accumulator_range,
    partial_sum,
    product_range,
)
from trigger_ad.ir.layers.network import HardwareNetwork

TYPES = st.builds(
    FixedPoint,
    width=st.integers(1, 8),
    integer=st.integers(-2, 10),
    signed=st.booleans(),
    rounding=st.sampled_from(Rounding),
    overflow=st.sampled_from(Overflow),
)


@st.composite
def layers(draw, n_in=2, n_out=2):
    """A dense layer of small types with its input type."""
    source, weight, bias, output = (draw(TYPES) for _ in range(4))
    integers = st.integers(weight.minimum, weight.maximum)
    rows = st.lists(integers, min_size=n_out, max_size=n_out)
    weights = draw(st.lists(rows, min_size=n_in, max_size=n_in))
    biases = draw(st.lists(st.integers(bias.minimum, bias.maximum), min_size=n_out, max_size=n_out))
    accumulator = FixedPoint(40, 20)
    layer = Linear(
        "dense", "x", np.array(weights), weight, np.array(biases), bias, accumulator, output
    )
    return source, layer


def sample():
    relu = FixedPoint.parse("ap_ufixed<8,4,AP_RND_CONV,AP_SAT>")
    wide = FixedPoint(20, 11)
    layer = Linear(
        "dense",
        "x",
        np.arange(6).reshape(3, 2),
        FixedPoint(6, 1),
        np.array([1, -2]),
        FixedPoint(5, 2),
        wide,
        wide,
    )
    casts = (Cast("relu", "dense", 2, relu, True), Cast("cast", "dense", 2, relu, False))
    return HardwareNetwork("net", "x", 3, FixedPoint(9, 5), (layer, *casts), ("relu", "cast"))


def equal(first, second):
    assert str(first) == str(second)
    assert (first.input_type, first.outputs) == (second.input_type, second.outputs)
    for left, right in zip(first.layers, second.layers, strict=True):
        assert type(left) is type(right)
        for name, value in vars(left).items():
            other = getattr(right, name)
            if isinstance(value, np.ndarray):
                assert other.dtype == np.int64
                np.testing.assert_array_equal(value, other)
            else:
                assert value == other


def test_file_round_trip(tmp_path):
    path = tmp_path / "network.npz"
    sample().save(path)
    equal(HardwareNetwork.load(path), sample())
    assert [p.name for p in tmp_path.iterdir()] == ["network.npz"]


@settings(max_examples=20, deadline=None)
@given(layers())
def test_file_round_trip_of_any_type(tmp_path_factory, case):
    kind, layer = case
    network = HardwareNetwork("any", "x", 2, kind, (layer,), ("dense",))
    path = tmp_path_factory.mktemp("any") / "network.npz"
    network.save(path)
    equal(HardwareNetwork.load(path), network)


def test_other_schema_is_refused(tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, header=np.array(json.dumps({"schema": "network/3"})))
    with pytest.raises(
        SchemaError,
        match=r"network.npz must have schema network/1 or network/2, not network/3: write it again "
        r"with this version$",
    ):
        HardwareNetwork.load(path)


def test_names():
    network = sample()
    assert network.layer("relu").size == 2
    assert network.type_of("x") == FixedPoint(9, 5)
    assert network.type_of("dense") == FixedPoint(20, 11)
    with pytest.raises(KeyError):
        network.layer("absent")
    assert str(network) == (
        "net: 3 x ap_fixed<9,5> as x\n"
        "  dense = dense(x): 2 x ap_fixed<20,11>\n"
        "  relu = relu(dense): 2 x ap_ufixed<8,4,AP_RND_CONV,AP_SAT>\n"
        "  cast = cast(dense): 2 x ap_ufixed<8,4,AP_RND_CONV,AP_SAT>\n"
        "  -> relu, cast"
    )


def sums(layer, inputs, fraction):
    """Exact sums of a dense layer, and their fraction."""
    products = layer.weight_type.fraction + fraction
    finest = max(products, layer.bias_type.fraction)
    total = (inputs @ layer.weights) * 2 ** (finest - products)
    return total + layer.bias * 2 ** (finest - layer.bias_type.fraction), finest


@settings(max_examples=100, deadline=None)
@given(layers(), st.booleans(), st.data())
def test_intervals_hold_every_result(case, relu, data):
    kind, layer = case
    low, high = [], []
    for _ in range(2):
        ends = sorted(data.draw(st.integers(kind.minimum, kind.maximum)) for _ in range(2))
        low.append(ends[0])
        high.append(min(ends[1], ends[0] + 20))
    last = Cast("cast", "dense", 2, data.draw(TYPES), relu)
    network = HardwareNetwork("n", "x", 2, kind, (layer, last), ("cast",))
    intervals = network.intervals(np.array(low), np.array(high))
    grid = np.array(list(product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))))
    total, fraction = sums(layer, grid, kind.fraction)
    exact = network.exact(layer, intervals)
    assert exact.fraction == fraction
    np.testing.assert_array_equal(exact.minimum, total.min(axis=0))
    np.testing.assert_array_equal(exact.maximum, total.max(axis=0))
    values = layer.output.cast(total, fraction)
    after = last.output.cast(np.maximum(values, 0) if relu else values, layer.output.fraction)
    for name, found in (("dense", values), ("cast", after)):
        assert np.all(intervals[name].minimum <= found)
        assert np.all(found <= intervals[name].maximum)
    rounds = layer.output.overflow is Overflow.SATURATE
    if rounds:  # monotone, so that both ends are reached
        np.testing.assert_array_equal(intervals["dense"].minimum, values.min(axis=0))
        np.testing.assert_array_equal(intervals["dense"].maximum, values.max(axis=0))


@settings(max_examples=100, deadline=None)
@given(layers(n_in=3, n_out=1), st.permutations(range(4)))
def test_partial_sums_hold_in_any_order(case, order):
    kind, layer = case
    source = Interval(np.full(3, kind.minimum), np.full(3, kind.maximum), kind.fraction)
    bound = partial_sum(layer, source)
    reached = 0
    for corner in product([kind.minimum, kind.maximum], repeat=3):
        products = layer.weight_type.fraction + kind.fraction
        finest = max(products, layer.bias_type.fraction)
        terms = [
            int(w) * x * 2 ** (finest - products)
            for w, x in zip(layer.weights[:, 0], corner, strict=True)
        ]
        terms.append(int(layer.bias[0]) * 2 ** (finest - layer.bias_type.fraction))
        steps = np.cumsum([terms[index] for index in order])
        reached = max(reached, int(np.abs(steps).max()))
    assert reached <= bound


@settings(max_examples=100, deadline=None)
@given(layers(n_out=1), st.booleans())
def test_accumulator_needed_is_enough_and_no_wider(case, saturates):
    kind, layer = case
    overflow = Overflow.SATURATE if saturates else Overflow.WRAP
    layer = replace(layer, accumulator=FixedPoint(40, 20, overflow=overflow))
    source = Interval(np.full(2, kind.minimum), np.full(2, kind.maximum), kind.fraction)
    needed = accumulator_needed(layer, source)
    corners = np.array(list(product([kind.minimum, kind.maximum], repeat=2)))
    total, fraction = sums(layer, corners, kind.fraction)
    idle = fraction - needed.fraction  # low bits that are zero in every sum
    assert idle >= 0
    assert np.all(total % 2**idle == 0)
    low, high = min(int(total.min()), 0) >> idle, max(int(total.max()), 0) >> idle
    narrowest = FixedPoint.holding(low, high, needed.fraction)
    if saturates:
        assert needed.contains(narrowest.minimum, narrowest.maximum, needed.fraction)
        bound = partial_sum(layer, source)
        assert FixedPoint.holding(-bound - 1, bound, fraction).width >= needed.width
    else:
        assert needed == narrowest


def test_sums_too_wide_for_the_analysis():
    wide = FixedPoint(40, 40)
    layer = Linear(
        "dense",
        "x",
        np.full((3, 1), wide.maximum),
        wide,
        np.zeros(1, dtype=np.int64),
        wide,
        FixedPoint(62, 62),
        wide,
    )
    network = HardwareNetwork("wide", "x", 3, wide, (layer,), ("dense",))
    with pytest.raises(
        ConversionError,
        match=r"^the sum of layer dense must fit 62 bits, not 81: use narrower weights, biases or "
        r"activations$",
    ):
        network.intervals(np.full(3, wide.minimum), np.full(3, wide.maximum))


@given(TYPES, st.integers(-(2**40), 2**40), st.integers(-40, 60))
def test_rounding_of_bounds_is_that_of_casts(kind, raw, fraction):
    ends = np.array([raw])
    (low,), (high,) = rounded(kind, Interval(ends, ends, fraction))
    assert low == high
    kept = min(max(low, kind.minimum), kind.maximum)
    saturating = FixedPoint(kind.width, kind.integer, kind.signed, kind.rounding, Overflow.SATURATE)
    assert int(saturating.cast(raw, fraction)) == kept


def one(weights, bias, bias_fraction=0, accumulator="ap_fixed<40,20>"):
    """A layer of one output over inputs of the same range."""
    wide = FixedPoint.parse(accumulator)
    kind = FixedPoint(8, 8 - bias_fraction)
    kernel = np.array(weights)[:, None]
    return Linear("one", "x", kernel, FixedPoint(8, 8), np.array([bias]), kind, wide, wide)


def test_ranges_hold_zero_where_no_sum_and_no_product_is():
    """An accumulator starts there, and so does a product with a pruned weight."""
    above, below = (
        Interval(np.array([ends[0]]), np.array([ends[1]]), 0) for ends in ((2, 3), (-3, -2))
    )
    assert accumulator_range(one([5], 20), above) == (0, 35, 0)
    assert accumulator_range(one([5], -20), below) == (-35, 0, 0)
    assert product_range(one([5], 20), above) == (0, 15, 0)
    assert product_range(one([5], -20), below) == (-15, 0, 0)


@pytest.mark.parametrize(
    ("weight", "bias", "bias_fraction", "wanted"),
    [
        (4, 0, 0, (0, 12 >> 2, -2)),
        (4, 2, 0, (0, 14 >> 1, -1)),
        (1, 8, 3, (0, 4, 0)),
        (1, 16, 3, (0, 5, 0)),
        (1, 4, 3, (0, 28 >> 2, 1)),
        (1, 1, 3, (0, 25, 3)),
        (2, 1, -2, (0, 10 >> 1, -1)),
        (4, 1, -1, (0, 14 >> 1, -1)),
        (0, 0, 0, (0, 0, 0)),
    ],
)
def test_low_bits_that_are_zero_in_every_sum_need_no_room(weight, bias, bias_fraction, wanted):
    source = Interval(np.array([0]), np.array([3]), 0)
    assert accumulator_range(one([weight], bias, bias_fraction), source) == wanted
