"""QKeras models made elsewhere: what they compute is kept exactly, or they are refused."""

import keras
import numpy as np
import pytest
from qkeras import QActivation, QDense, quantized_bits, quantized_relu, quantized_tanh

from tests.hls import networks
from tests.ladder import public
from trigger_ad import config
from trigger_ad.convert.project import convert
from trigger_ad.emulate.qkeras import QKerasEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.quantize.keras_model import quantized_model

EXACT = [name for name, (_, reason) in public.SHAPES.items() if not reason]


def test_most_shapes_are_exact():
    assert len(public.SHAPES) >= 12
    assert len(EXACT) >= 9


@pytest.mark.parametrize("name", [name for name in public.SHAPES if name not in EXACT])
def test_what_is_not_exact_is_refused(name):
    with pytest.raises(ConversionError) as caught:
        quantized_model(public.model_of(name), "net")
    assert str(caught.value) == public.SHAPES[name][1]


@pytest.mark.parametrize("name", EXACT)
def test_hardware_computes_what_qkeras_computes(name, tmp_path):
    """Single precision holds the sums of these models."""
    model = public.model_of(name)
    quantized = quantized_model(model, "net")
    network = convert(quantized, config.Convert(), tmp_path / "hls")
    rng = np.random.default_rng(2)
    raw = rng.integers(-256, 256, (300, network.input_size))
    raw[100:] >>= rng.integers(0, 8, (200, network.input_size))
    wanted = predicted(model, network.input_type.decode(raw))
    hardware = networks.interpret(network, raw)
    for output, values in zip(network.outputs, wanted, strict=True):
        assert np.array_equal(network.type_of(output).decode(hardware[output]), values)
        assert len(np.unique(values)) > 20
    rebuilt = QKerasEmulator(quantized, network, {}).run(raw)["outputs"]
    assert all(np.array_equal(rebuilt[output], hardware[output]) for output in network.outputs)


def predicted(model: keras.Model, values: np.ndarray) -> list[np.ndarray]:
    parts, first = [], 0
    for port in model.inputs:
        size = int(np.prod(port.shape[1:]))
        part = values[:, first : first + size].reshape(-1, *port.shape[1:])
        parts.append(part.astype(np.float32))
        first += size
    found = model(parts if len(parts) > 1 else parts[0], training=False)
    outputs = found if isinstance(found, list | tuple) else [found]
    return [np.asarray(output).reshape(len(values), -1) for output in outputs]


BITS = quantized_bits(6, 0, alpha=1)


def tiny(*behind, kernel=BITS, bias=BITS, quantised=True, **options):
    keras.utils.set_random_seed(3)
    port = keras.Input((3,), name="port")
    x = QActivation(quantized_bits(9, 4, alpha=1), name="cast")(port) if quantised else port
    x = QDense(2, kernel_quantizer=kernel, bias_quantizer=bias, name="fc", **options)(x)
    for layer in behind:
        x = layer(x)
    return keras.Model(port, x)


def test_sums_without_a_quantizer_keep_all_their_bits():
    model = tiny()
    model.get_layer("fc").set_weights(
        [np.array([[0.5, -0.25], [0.75, 1 / 32], [-0.5, 0.25]]), np.array([0.125, -0.5])]
    )
    quantized = quantized_model(model, "net")
    (types,) = quantized.precision.layers.values()
    assert types.weight.fraction == 5
    kernel = types.weight.encode(quantized.weights["net_fc.kernel"])
    bias = types.bias.encode(quantized.weights["net_fc.bias"])
    assert types.output.fraction == 9
    largest = 256 * np.abs(kernel).sum(axis=0) + (abs(bias) << (9 - types.bias.fraction))
    assert types.output.contains(-int(largest.max()), int(largest.max()), types.output.fraction)


def test_an_activation_of_the_layer_itself():
    quantized = quantized_model(tiny(activation=quantized_relu(5, 2)), "net")
    (types,) = quantized.precision.layers.values()
    assert str(types.output) == "ap_ufixed<5,2,AP_RND_CONV,AP_SAT>"
    assert quantized.branches[0].nodes[0].relu


def test_a_relu_before_a_quantizer():
    relu = keras.layers.ReLU(name="relu")
    unsigned = QActivation(quantized_bits(5, 2, keep_negative=False, alpha=1), name="q")
    quantized = quantized_model(tiny(relu, unsigned), "net")
    assert quantized.branches[0].nodes[0].relu


def test_a_quantizer_that_changes_nothing_is_left_out():
    twice = [QActivation(quantized_bits(bits, 3, alpha=1), name=f"q{bits}") for bits in (7, 9)]
    quantized = quantized_model(tiny(*twice), "net")
    (types,) = quantized.precision.layers.values()
    assert types.output.width == 7


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (
            lambda: tiny(quantised=False),
            "input port must be followed by a QActivation: quantise it with quantized_bits",
        ),
        (
            lambda: tiny(kernel=None),
            "the kernel of layer fc must be quantised: give it a quantizer of QKeras",
        ),
        (
            lambda: tiny(kernel=quantized_bits(6, 0, alpha="auto")),
            "the kernel of layer fc must be rounded to a type of at most 24 bits, not ",
        ),
        (
            lambda: tiny(QActivation(quantized_tanh(6), name="tanh")),
            (
                "layer tanh must round to a binary fixed-point type, not quantized_tanh: "
                "use quantized_bits or quantized_relu"
            ),
        ),
        (
            lambda: tiny(QActivation(quantized_bits(6, 0, symmetric=1, alpha=1), name="even")),
            (
                "the quantizer of layer even must round to ap_fixed<6,1,AP_RND_CONV,AP_SAT> as "
                "hardware does, not quantized_bits(6,0,1"
            ),
        ),
        (
            lambda: tiny(
                QActivation(quantized_bits(9, 3, alpha=1), name="wide"),
                QActivation(quantized_bits(5, 3, alpha=1), name="narrow"),
            ),
            (
                "layer narrow must quantise the sums of one layer, not values that have a type "
                "already: put it right behind that layer, in place of any other quantizer there"
            ),
        ),
        (
            lambda: tiny(keras.layers.LeakyReLU(name="leaky")),
            public.refused("leaky", "LeakyReLU") + "build it from Add, AveragePooling1D, ",
        ),
        (
            lambda: tiny(keras.layers.Reshape((2, 1)), keras.layers.UpSampling1D(name="up")),
            public.refused("up", "UpSampling1D"),
        ),
        (
            lambda: tiny(
                kernel=quantized_bits(16, 0, alpha=1), bias=quantized_bits(20, 0, alpha=1)
            ),
            "layer fc must be followed by a quantizer, or have values of up to 24 bits, not ",
        ),
    ],
)
def test_what_cannot_be_kept_is_named(model, sentence):
    with pytest.raises(ConversionError) as caught:
        quantized_model(model(), "net")
    assert str(caught.value).startswith(sentence)


def test_a_layer_that_is_used_twice():
    port = keras.Input((3,), name="port")
    x = QActivation(quantized_bits(9, 4, alpha=1), name="cast")(port)
    layer = QDense(3, kernel_quantizer=BITS, bias_quantizer=BITS, name="fc")
    with pytest.raises(ConversionError) as caught:
        quantized_model(keras.Model(port, layer(layer(x))), "net")
    assert str(caught.value) == (
        "layer fc must be used once, not several times: make a layer for each use"
    )


def test_a_sequential_model():
    model = keras.Sequential(
        [
            keras.Input((3,)),
            QActivation(quantized_bits(9, 4, alpha=1), name="cast"),
            QDense(2, kernel_quantizer=BITS, bias_quantizer=BITS, name="fc"),
        ]
    )
    assert quantized_model(model, "net").branches[0].widths == (3, 2)
