"""The fast emulator equals plain integer arithmetic, whatever it chooses."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigger_ad.emulate.arithmetic import magnitude
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score

TYPES = st.builds(
    FixedPoint,
    width=st.integers(1, 20),
    integer=st.integers(-6, 26),
    signed=st.booleans(),
    rounding=st.sampled_from(Rounding),
    overflow=st.sampled_from(Overflow),
)


def reference(network, inputs):
    """Every layer by int64 matrix products and `FixedPoint.cast`."""
    values = {network.input_name: inputs.astype(np.int64)}
    for layer in network.layers:
        source, kind = values[layer.source], network.type_of(layer.source)
        fraction = kind.fraction
        if isinstance(layer, Linear):
            products = layer.weight_type.fraction + kind.fraction
            fraction = max(products, layer.bias_type.fraction)
            source = (source @ layer.weights) * 2 ** (fraction - products)
            source = source + layer.bias * 2 ** (fraction - layer.bias_type.fraction)
        elif layer.relu:
            source = np.maximum(source, 0)
        values[layer.name] = layer.output.cast(source, fraction)
    return values


def dense(name, source, source_type, n_in, n_out, output, rng, *types):
    """Dense layer of random full-range weights and biases of two types, accumulated exactly."""
    weight_type, bias_type = types
    fraction = max(weight_type.fraction + source_type.fraction, bias_type.fraction)
    weights, biases = (
        rng.integers(kind.minimum, kind.maximum, shape, endpoint=True)
        for kind, shape in ((weight_type, (n_in, n_out)), (bias_type, n_out))
    )
    accumulator = FixedPoint(62, 62 - fraction)
    return Linear(name, source, weights, weight_type, biases, bias_type, accumulator, output)


@st.composite
def networks(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.integers(1, 6))
    types = {"x": draw(TYPES)}
    sizes, layers = {"x": size}, []
    for index in range(draw(st.integers(1, 6))):
        name, source = f"layer_{index}", draw(st.sampled_from(sorted(types)))
        output = draw(TYPES)
        sizes[name] = sizes[source]
        if draw(st.booleans()):
            weight_type = draw(TYPES.filter(lambda kind: kind.width <= 12))
            products = weight_type.fraction + types[source].fraction
            bias_type = FixedPoint(draw(st.integers(1, 10)), draw(st.integers(-2, 8)) - products)
            sizes[name] = draw(st.integers(1, 6))
            layers.append(
                dense(
                    name,
                    source,
                    types[source],
                    sizes[source],
                    sizes[name],
                    output,
                    rng,
                    weight_type,
                    bias_type,
                )
            )
        else:
            layers.append(Cast(name, source, sizes[name], output, draw(st.booleans())))
        types[name] = output
    outputs = tuple(layer.name for layer in layers)
    return HardwareNetwork("random", "x", size, types["x"], tuple(layers), outputs)


def inputs_of(kind, size, seed, n=50):
    rng = np.random.default_rng(seed)
    random = rng.integers(kind.minimum, kind.maximum, (n, size), endpoint=True)
    ends = rng.choice([kind.minimum, kind.maximum], (n, size))
    same = np.repeat([[kind.minimum], [kind.maximum]], size, axis=1)
    return np.concatenate([random, ends, same]).astype(np.int32)


@settings(max_examples=200, deadline=None)
@given(networks(), st.integers(0, 1000), st.integers(1, 200))
def test_every_layer_equals_integer_reference(network, seed, block):
    bounds = (
        np.full(network.input_size, network.input_type.minimum),
        np.full(network.input_size, network.input_type.maximum),
    )
    inputs = inputs_of(network.input_type, network.input_size, seed)
    expected = reference(network, inputs)
    result = FastEmulator(network, {}, *bounds, block=block).run(inputs)
    assert set(result.outputs) == {layer.name for layer in network.layers}
    for name, values in result.outputs.items():
        assert values.dtype == np.int64
        np.testing.assert_array_equal(values, expected[name], err_msg=name)


def double_autoencoder(seed=3, hidden=(16, 8, 4, 8, 16), size=57):
    """Two branches with trigger-sized types and absolute-difference scores."""
    rng = np.random.default_rng(seed)
    input_type = FixedPoint.parse("ap_fixed<9,5>")
    weight_type = FixedPoint.parse("ap_fixed<6,1>")
    relu_type = FixedPoint.parse("ap_ufixed<8,4,AP_RND_CONV,AP_SAT>")
    output_type = FixedPoint.parse("ap_fixed<9,5,AP_RND_CONV,AP_SAT>")
    widths = (size, *hidden, size)
    layers, outputs = [], []
    for branch in ("one", "two"):
        source, source_type = "x", input_type
        for index, (n_in, n_out) in enumerate(pairwise(widths)):
            name, last = f"{branch}_{index}", index == len(hidden)
            wide = FixedPoint(24, 24 - 5 - source_type.fraction)
            layers.append(
                dense(name, source, source_type, n_in, n_out, wide, rng, weight_type, weight_type)
            )
            source_type = output_type if last else relu_type
            layers.append(Cast(name + "_cast", name, n_out, source_type, not last))
            source = name + "_cast"
        outputs.append(source)
    network = HardwareNetwork("double", "x", size, input_type, tuple(layers), tuple(outputs))
    scores = {
        output: Score(
            output,
            port("x").subtract(port(output)).absolute().sum(),
            {"x": PortType(input_type, size), output: PortType(output_type, size)},
        )
        for output in outputs
    }
    return network, scores, np.full(size, -256), np.full(size, 255)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("n", [0, 1, 1000])
def test_scores_equal_integer_reference(threads, n):
    network, scores, low, high = double_autoencoder()
    inputs = inputs_of(network.input_type, 57, 5, 1000)[:n]
    result = FastEmulator(network, scores, low, high, threads=threads, block=64).run(inputs)
    expected = reference(network, inputs)
    for name, score in scores.items():
        np.testing.assert_array_equal(result.outputs[name], expected[name])
        by_hand = np.abs(expected["x"] - expected[name]).sum(axis=1)
        np.testing.assert_array_equal(result.scores[name], by_hand)
        assert result.scores[name].dtype == np.int64
        np.testing.assert_array_equal(score.evaluate(expected), by_hand)


def test_small_layers_run_in_single_precision():
    network, scores, low, high = double_autoencoder()
    assert set(FastEmulator(network, scores, low, high).arithmetic.values()) == {"float32"}


def test_layers_to_return_can_be_chosen():
    network, scores, low, high = double_autoencoder()
    emulator = FastEmulator(network, scores, low, high)
    inputs = inputs_of(network.input_type, 57, 6, 20)
    assert emulator.run(inputs, layers=()).outputs == {}
    every = emulator.run(inputs, layers=[layer.name for layer in network.layers]).outputs
    expected = reference(network, inputs)
    for layer in network.layers:  # also sums that are kept in the next layer's unit
        np.testing.assert_array_equal(every[layer.name], expected[layer.name])


def one_layer(weights, input_type, weight_type, output, accumulator=None):
    weights = np.asarray(weights)
    wide = FixedPoint(62, 62 - weight_type.fraction - input_type.fraction)
    layer = Linear(
        "sum",
        "x",
        weights,
        weight_type,
        np.zeros(weights.shape[1], dtype=np.int64),
        weight_type,
        accumulator or wide,
        output,
    )
    return HardwareNetwork("one", "x", len(weights), input_type, (layer,), ("sum",))


@pytest.mark.parametrize(
    ("largest", "dtype"),
    [
        (1 << 24, "float32"),
        ((1 << 24) + 1, "float64"),
        (1 << 53, "float64"),
        ((1 << 53) + 1, "int64"),
    ],
)
def test_arithmetic_changes_where_floats_end(largest, dtype):
    kind = FixedPoint(60, 60)
    network = one_layer([[1], [1]], FixedPoint(60, 60), FixedPoint(2, 2), kind)
    low, high = np.array([0, 0]), np.array([largest // 2, largest - largest // 2])
    emulator = FastEmulator(network, {}, low, high)
    assert emulator.arithmetic == {"sum": dtype}
    result = emulator.run(np.array([high, low, high - 1])).outputs["sum"]
    np.testing.assert_array_equal(result[:, 0], [largest, 0, largest - 2])


def test_half_up_near_the_last_exact_integer():
    kind = FixedPoint(20, 45, rounding=Rounding.HALF_UP)
    network = one_layer([[1]], FixedPoint(25, 25), FixedPoint(2, 2), kind)
    top = (1 << 24) - 1  # just under half an LSB of the result
    result = FastEmulator(network, {}, np.array([0]), np.array([top])).run(np.array([[top]]))
    assert result.outputs["sum"][0, 0] == 0


def test_accumulator_that_can_wrap_is_refused():
    kind = FixedPoint(16, 6)
    network = one_layer(
        np.full((57, 1), 31), FixedPoint(9, 5), FixedPoint(6, 1), kind, accumulator=kind
    )
    with pytest.raises(
        ConversionError,
        match=r"^the accumulator of layer sum must hold sums of type ap_fixed<20,11> \(20 bits\), "
        r"not ap_fixed<16,6>: widen it: the hardware would wrap or round$",
    ):
        FastEmulator(network, {}, np.full(57, -256), np.full(57, 255))


def test_magnitude_is_that_of_the_furthest_bound():
    for low, high, wanted in (([-100, 5], [6, 7], 100), ([-3, -2], [9, -1], 9), ([], [], 0)):
        bounds = Interval(np.array(low, dtype=int), np.array(high, dtype=int), 0)
        assert magnitude(bounds) == wanted


def test_input_below_the_bounds_is_refused():
    network, scores, low, high = double_autoencoder()
    low = low + 6
    emulator = FastEmulator(network, scores, low, high)
    inputs = np.full((4, 57), low[0], dtype=np.int32)
    emulator.run(inputs)
    inputs[1, 56] -= 1
    with pytest.raises(ConversionError, match=r"^input 56 of x must lie from -250 to 255, not fr"):
        emulator.run(inputs)


def test_input_outside_the_bounds_is_refused():
    network, scores, low, high = double_autoencoder()
    emulator = FastEmulator(network, scores, low, high)
    inputs = np.zeros((4, 57), dtype=np.int32)
    inputs[2, 11] = 256
    with pytest.raises(
        ConversionError,
        match=r"^input 11 of x must lie from -256 to 255, not from 0 to 256: saturate it as the "
        r"hardware does$",
    ):
        emulator.run(inputs)


@pytest.mark.parametrize("inputs", [np.zeros((4, 57)), np.zeros((4, 56), dtype=np.int32)])
def test_inputs_of_another_kind_are_refused(inputs):
    emulator = FastEmulator(*double_autoencoder())
    with pytest.raises(
        ConversionError, match=r"^input x must be integers of shape \(n_events, 57\), not "
    ):
        emulator.run(inputs)


def test_score_port_the_network_lacks_is_refused():
    network, _, low, high = double_autoencoder()
    kind = PortType(FixedPoint(9, 5), 57)
    score = Score("other", port("z").sum(), {"z": kind})
    with pytest.raises(
        ConversionError, match=r"^port z of score other must be a layer or the input of the network"
    ):
        FastEmulator(network, {"other": score}, low, high)


@pytest.mark.parametrize("kind", [FixedPoint(9, 4), FixedPoint(8, 4)])
def test_score_port_of_another_type_is_refused(kind):
    network, _, low, high = double_autoencoder()
    score = Score("other", port("x").sum(), {"x": PortType(kind, 57)})
    with pytest.raises(
        ConversionError,
        match=r"^port x of score other must be 57 x ap_fixed<9,5>, as the network gives, not "
        r"57 x ap_fixed<\d,4>: build the score from the network's types$",
    ):
        FastEmulator(network, {"other": score}, low, high)


def test_saturation_limit_that_single_precision_lacks():
    kind = FixedPoint(28, 18, overflow=Overflow.SATURATE)
    network = one_layer([[1]], FixedPoint(20, 20), FixedPoint(2, 2), kind)
    top = FixedPoint(20, 20).maximum
    emulator = FastEmulator(network, {}, np.array([-top]), np.array([top]))
    assert emulator.arithmetic == {"sum": "float64"}
    result = emulator.run(np.array([[top], [-top], [3]])).outputs["sum"][:, 0]
    assert result.tolist() == [2**27 - 1, -(2**27), 3 << 10]


def test_shift_beyond_the_exponents_of_floats():
    network = one_layer([[1]], FixedPoint(8, 8), FixedPoint(2, 2), FixedPoint(8, 208))
    emulator = FastEmulator(network, {}, np.array([-128]), np.array([127]))
    result = emulator.run(np.array([[-128], [-1], [0], [127]])).outputs["sum"][:, 0]
    assert result.tolist() == [-1, -1, 0, 0]


def test_outputs_that_cancel_in_a_sum(rng):
    """Nine outputs of 24 bits about +-8,000,000: single precision rounds what is in between."""
    wide, narrow = FixedPoint(24, 24), FixedPoint(4, 4)
    biases = np.array([8_000_000] * 4 + [5] + [-8_000_000] * 4)
    weights = rng.integers(-8, 7, (3, 9), endpoint=True)
    layer = Linear("out", "x", weights, narrow, biases, wide, FixedPoint(40, 40), wide)
    network = HardwareNetwork("wide", "x", 3, narrow, (layer,), ("out",))
    x = rng.integers(-8, 7, (20_000, 3), endpoint=True).astype(np.int32)
    bounds = tuple(np.array([limit] * 3) for limit in (narrow.minimum, narrow.maximum))
    reach = 8 * np.abs(weights).sum(axis=0)
    kind = PortType(wide, 9, tuple((biases - reach).tolist()), tuple((biases + reach).tolist()))
    score = Score("score", port("out").sum(), {"out": kind})
    emulator = FastEmulator(network, {"score": score}, *bounds)
    wanted = reference(network, x)["out"].sum(axis=1)
    assert np.count_nonzero(emulator.run(x).scores["score"] != wanted) == 0
    assert len(np.unique(wanted)) > 100
