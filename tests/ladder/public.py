"""Networks of the shapes that others have published, built in QKeras as they would be."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers
from qkeras import (
    QActivation,
    QConv1D,
    QConv2D,
    QConv2DBatchnorm,
    QDense,
    QDenseBatchnorm,
    quantized_bits,
    quantized_po2,
    quantized_relu,
    ternary,
)

#: That of the layouts of `tests.layouts.pixels`: 9 bits, 4 of them behind the point.
INPUT = (9, 4)


def bits(width: int = 6, integer: int = 0):
    return quantized_bits(width, integer, alpha=1)


def given(shape, name):
    port = keras.Input(shape, name=name)
    return port, QActivation(bits(*INPUT), name=f"{name}_q")(port)


def relu(x, name, width=8, integer=4):
    return QActivation(quantized_relu(width, integer), name=name)(x)


def dense(x, units, name, kernel=None):
    layer = QDense(units, kernel_quantizer=kernel or bits(), bias_quantizer=bits(), name=name)
    return layer(x)


def cast(x, name, width=12, integer=6):
    return QActivation(bits(width, integer), name=name)(x)


def jet_tagger(softmax: bool = False, kernel=None):
    """16-64-32-32-5: Duarte et al., JINST 13 (2018) P07027, there with a softmax."""
    port, x = given((16,), "features")
    for number, units in enumerate((64, 32, 32)):
        x = relu(dense(x, units, f"fc{number}", kernel), f"relu{number}")
    x = cast(dense(x, 5, "logits", kernel), "logits_q")
    return keras.Model(port, layers.Activation("softmax", name="softmax")(x) if softmax else x)


def autoencoder():
    """57-32-16-3-16-32-57: Govorkova et al., Nature Mach. Intell. 4 (2022) 154."""
    port, x = given((57,), "objects")
    for number, units in enumerate((32, 16, 3, 16, 32)):
        x = relu(dense(x, units, f"fc{number}"), f"relu{number}")
    return keras.Model(port, cast(dense(x, 57, "decoded"), "decoded_q"))


def variational():
    """Encoder with two heads, as the variational form of the same paper."""
    port, x = given((57,), "objects")
    x = relu(dense(x, 32, "fc0"), "relu0")
    x = relu(dense(x, 16, "fc1"), "relu1")
    heads = [cast(dense(x, 3, name), f"{name}_q") for name in ("mean", "log_variance")]
    return keras.Model(port, heads)


def calorimeter():
    """Regions of a calorimeter, 18 x 14, one convolution and two dense layers to one number."""
    port, x = given((18, 14, 1), "regions")
    conv = QConv2D(4, (2, 2), strides=(2, 2), use_bias=False, kernel_quantizer=bits(), name="conv")
    x = layers.Flatten(name="flat")(relu(conv(x), "relu0"))
    x = relu(dense(x, 8, "fc0"), "relu1")
    return keras.Model(port, relu(dense(x, 1, "score"), "score_q", 14, 8))


def _particles(x):
    for number, units in enumerate((12, 8)):
        shared = QConv1D(
            units, 1, kernel_quantizer=bits(), bias_quantizer=bits(), name=f"phi{number}"
        )
        x = relu(shared(x), f"phi{number}_relu")
    return x


def deep_sets(pool):
    """Eight particles of three numbers: Odagiu et al., Mach. Learn. Sci. Tech. 5 (2024) 035017."""
    port, x = given((8, 3), "particles")
    x = pool(name="pool")(_particles(x))
    x = relu(dense(x, 12, "rho0"), "rho0_relu")
    return keras.Model(port, cast(dense(x, 5, "rho1"), "rho1_q"))


def images():
    """Convolutions and pooling on a small image that is not square.

    As Aarrestad et al., Mach. Learn. Sci. Tech. 2 (2021) 045015.
    """
    port, x = given((9, 7, 2), "image")
    options = {"kernel_quantizer": bits(), "bias_quantizer": bits()}
    x = relu(QConv2D(4, 3, padding="same", name="conv0", **options)(x), "relu0")
    x = layers.MaxPooling2D((2, 2), name="maximum")(x)
    x = relu(QConv2D(4, (2, 2), name="conv1", **options)(x), "relu1")
    x = layers.AveragePooling2D((1, 2), name="average")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(port, cast(dense(x, 5, "fc"), "fc_q"))


def two_inputs():
    """Particles and numbers of the event, merged; a residual sum at the end."""
    left, x = given((6, 3), "particles")
    right, y = given((5,), "event")
    x = layers.GlobalMaxPooling1D(name="pool")(_particles(x))
    y = relu(dense(y, 4, "event_fc"), "event_relu")
    x = layers.Concatenate(name="both")([x, y])
    x = relu(dense(x, 6, "fc0"), "fc0_relu")
    y = relu(dense(x, 6, "fc1"), "fc1_relu")
    x = cast(layers.Add(name="residual")([x, y]), "residual_q", 10, 5)
    return keras.Model([left, right], cast(dense(x, 3, "fc2"), "fc2_q"))


def normalised():
    """A batch normalisation between a layer and its quantizer."""
    port, x = given((16,), "features")
    x = layers.BatchNormalization(name="bn")(dense(x, 8, "fc0"))
    return keras.Model(port, cast(dense(relu(x, "relu0"), 3, "fc1"), "fc1_q"))


def folded():
    """Batch normalisations that are folded into the layers before their weights are rounded."""
    port, x = given((6, 4, 1), "image")
    options = {"kernel_quantizer": bits(7, 1), "bias_quantizer": bits(8, 2)}
    x = relu(QConv2DBatchnorm(3, (2, 2), name="conv", **options)(x), "relu0")
    x = layers.Flatten(name="flat")(x)
    x = relu(QDenseBatchnorm(6, name="fc0", **options)(x), "relu1")
    return keras.Model(port, cast(dense(x, 3, "fc1"), "fc1_q"))


def unrolled():
    """A dense layer over particles."""
    port, x = given((16, 3), "particles")
    x = layers.Flatten(name="flat")(relu(dense(x, 4, "phi"), "relu0"))
    return keras.Model(port, cast(dense(x, 3, "fc"), "fc_q"))


def refused(layer: str, found: str) -> str:
    return f"layer {layer} must be a layer that hardware computes exactly, not {found}: "


#: By name: what makes it, and why it is refused.
SHAPES: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "jet_tagger": (jet_tagger, ""),
    "softmax": (
        lambda: jet_tagger(softmax=True),
        refused("softmax", "softmax")
        + "end the network before it, keras.Model(model.inputs, LAYER.output), which does not "
        + "change the order of its outputs",
    ),
    "ternary": (lambda: jet_tagger(kernel=ternary(alpha=1)), ""),
    "powers_of_two": (lambda: jet_tagger(kernel=quantized_po2(4, 1)), ""),
    "autoencoder": (autoencoder, ""),
    "two_heads": (variational, ""),
    "calorimeter": (calorimeter, ""),
    "deep_sets_mean": (lambda: deep_sets(layers.GlobalAveragePooling1D), ""),
    "deep_sets_maximum": (lambda: deep_sets(layers.GlobalMaxPooling1D), ""),
    "images": (images, ""),
    "two_inputs": (two_inputs, ""),
    "folded": (folded, ""),
    "normalised": (
        normalised,
        refused("bn", "BatchNormalization")
        + "use QDenseBatchnorm or QConv2DBatchnorm, which round the folded weights",
    ),
    "unrolled": (
        unrolled,
        (
            "layer phi, a QDense, must read a vector, not shape (16, 3): "
            "use QConv1D or QConv2D with a kernel of 1, or Flatten before it"
        ),
    ),
}


#: Of random weights; with others the one output of this shape has few values.
SEEDS = {"calorimeter": 13}


def model_of(name: str) -> keras.Model:
    """A model with random weights, half of them 0, and moments of a batch normalisation."""
    model = SHAPES[name][0]()
    rng = np.random.default_rng(SEEDS.get(name, 5))
    for layer in model.layers:
        found = []
        for variable, values in zip(layer.weights, layer.get_weights(), strict=True):
            own = rng.normal(0, 0.5, values.shape)
            if variable.name in ("moving_variance", "gamma"):
                own = 0.5 + rng.random(values.shape)
            elif variable.name == "kernel":
                own *= (rng.random(values.shape) < 0.5) / np.sqrt(np.prod(values.shape[:-1])) * 4
            elif values.dtype != np.float32:
                own = values
            found.append(own.astype(values.dtype))
        layer.set_weights(found)
    return model
