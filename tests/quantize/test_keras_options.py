"""Options of QKeras models made elsewhere, and what reads what in them: exact, or refused."""

import keras
import numpy as np
import pytest
from keras import layers
from qkeras import (
    QActivation,
    QConv1D,
    QConv2D,
    QDense,
    QDenseBatchnorm,
    bernoulli,
    quantized_bits,
    quantized_relu,
)

from tests.hls import networks
from tests.quantize.test_keras_model import predicted
from trigger_ad import config
from trigger_ad.convert.project import convert
from trigger_ad.errors import ConversionError
from trigger_ad.quantize.keras_model import quantized_model

BITS = quantized_bits(6, 0, alpha=1)
OPTIONS = {"kernel_quantizer": BITS, "bias_quantizer": BITS}


def bits(width, integer, name):
    return QActivation(quantized_bits(width, integer, alpha=1), name=name)


def given(*shape):
    port = keras.Input(shape, name="port")
    return port, bits(9, 4, "cast")(port)


def drawn(model):
    """The model with weights of a fixed seed."""
    rng = np.random.default_rng(4)
    for layer in model.layers:
        layer.set_weights([rng.normal(0, 0.5, array.shape) for array in layer.get_weights()])
    return model


def assert_exact(model, folder):
    network = convert(quantized_model(drawn(model), "net"), config.Convert(), folder)
    raw = np.random.default_rng(2).integers(-256, 256, (300, network.input_size))
    (wanted,) = predicted(model, network.input_type.decode(raw))
    found = networks.interpret(network, raw)["net"]
    assert np.array_equal(network.type_of("net").decode(found), wanted)
    assert len(np.unique(wanted)) > 20


def assert_refused(model, sentence):
    with pytest.raises(ConversionError) as caught:
        quantized_model(model, "net")
    assert str(caught.value).startswith(sentence)


def sums():
    port, x = given(3)
    return port, QDense(3, **OPTIONS, name="fc")(x)


def beside(quantise, other):
    """Two layers that read the same sums; the first quantises them."""
    port, x = sums()
    first = quantise(x)
    return keras.Model(port, layers.Add(name="sum")([first, other(x)]))


@pytest.mark.parametrize(
    ("quantise", "other", "name"),
    [
        (bits(4, 1, "q"), QDense(3, **OPTIONS, name="raw"), "q"),
        (bits(4, 1, "q"), bits(10, 3, "wider"), "q"),
        (layers.ReLU(name="relu"), QDense(3, **OPTIONS, name="raw"), "relu"),
        (QActivation(quantized_relu(6, 2), name="relu"), bits(10, 3, "wider"), "relu"),
        (bits(4, 1, "q"), layers.Dropout(0.5, name="drop"), "q"),
    ],
)
def test_sums_that_are_read_quantised_and_as_they_are(quantise, other, name):
    sentence = (
        f"layer {name} must be the only one that reads what it quantises: let all others read it, "
        "or make a layer for each"
    )
    assert_refused(beside(quantise, other), sentence)


def test_sums_that_are_quantised_after_they_were_read():
    port, x = sums()
    raw = QDense(3, **OPTIONS, name="raw")(x)
    model = keras.Model(port, layers.Add(name="sum")([raw, bits(4, 1, "q")(x)]))
    assert_refused(model, "layer q must quantise the sums of one layer, not values that have a ")


def test_sums_that_are_an_output_too():
    port, x = sums()
    model = keras.Model(port, [x, bits(4, 1, "q")(x)])
    assert_refused(model, "layer q must be the only one that reads what it quantises: ")


def test_what_is_read_twice_behind_its_quantizer(tmp_path):
    port, x = sums()
    x = bits(8, 3, "q")(layers.Dropout(0.5, name="drop")(x))
    model = keras.Model(port, layers.Add(name="sum")([x, QDense(3, **OPTIONS, name="next")(x)]))
    assert_exact(model, tmp_path / "hls")


def test_an_input_that_is_an_output():
    port, x = given(3)
    model = keras.Model(port, x)
    assert_refused(model, f"output {x.name} must be made by a layer, not the input: leave it out")


def test_the_order_of_a_flatten():
    port, x = given(4, 3)
    x = layers.Flatten(data_format="channels_first", name="flat")(x)
    model = keras.Model(port, QDense(3, **OPTIONS, name="fc")(x))
    sentence = "data_format of layer flat must be channels_last, not channels_first: change it"
    assert_refused(model, sentence)


def test_a_kernel_with_a_mask(tmp_path):
    port, x = given(4, 3, 1)
    mask = np.array([[1, 0], [0, 1]], np.float32)
    model = keras.Model(port, QConv2D(2, (2, 2), mask=mask, **OPTIONS, name="conv")(x))
    assert_exact(model, tmp_path / "hls")


def test_weights_that_are_drawn_by_lot():
    port, x = given(3)
    layer = QDense(2, kernel_quantizer=bernoulli(alpha=1), bias_quantizer=BITS, name="fc")
    sentence = "the kernel of layer fc must be rounded alike at every call, not by bernoulli, "
    assert_refused(keras.Model(port, layer(x)), sentence)


def test_weights_that_are_no_numbers():
    port, x = sums()
    model = keras.Model(port, x)
    model.get_layer("fc").set_weights([np.full((3, 3), np.nan), np.zeros(3)])
    assert_refused(model, "the kernel of layer fc must be finite: train it again")


def test_a_batch_normalisation_without_center():
    port, x = given(3)
    model = keras.Model(port, QDenseBatchnorm(2, center=False, **OPTIONS, name="fc")(x))
    sentence = (
        "the batch normalisation of layer fc must have center and scale: QKeras computes no other"
    )
    assert_refused(model, sentence)


@pytest.mark.parametrize(
    ("function", "found"), [(layers.ReLU(), "ReLU"), (quantized_relu(5, 2), "quantized_relu")]
)
def test_an_activation_that_is_no_function(function, found):
    port, x = sums()
    model = keras.Model(port, layers.Activation(function, name="act")(x))
    assert_refused(
        model, f"layer act must be a layer that hardware computes exactly, not {found}: "
    )


def test_a_quantizer_that_qkeras_cannot_compute():
    port, x = sums()
    model = keras.Model(port, QActivation(quantized_relu(6, -1), name="relu")(x))
    sentence = (
        "the quantizer of layer relu must be one that QKeras can compute, not quantized_relu of "
        "6 bits, -1 of them integer: use quantized_bits with keep_negative=False and alpha=1"
    )
    assert_refused(model, sentence)


def test_a_sequential_model_that_grew(tmp_path):
    """Keras calls the first layers again for each that is added, and keeps a record of it."""
    model = keras.Sequential([keras.Input((3,)), bits(9, 4, "cast")])
    model.add(QDense(4, **OPTIONS, name="fc"))
    model.add(layers.Softmax(name="end"))
    model.pop()
    assert_exact(model, tmp_path / "hls")


def test_a_layer_of_another_model_too(tmp_path):
    port, x = given(4, 2)
    layer = QConv1D(2, 2, **OPTIONS, name="conv")
    model = keras.Model(port, layer(x))
    layer(keras.Input((5, 2)))
    assert_exact(model, tmp_path / "hls")


def test_a_model_without_an_input():
    sentence = (
        "the model must be functional or sequential, and have an input, not Sequential: begin it "
        "with keras.Input"
    )
    assert_refused(keras.Sequential([QDense(4, **OPTIONS)]), sentence)
