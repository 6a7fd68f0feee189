import dataclasses

import keras
import numpy as np
import pytest
from qkeras import QActivation

from trigger_ad.config import Quantize
from trigger_ad.errors import ConfigError, SchemaError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.architecture import chain
from trigger_ad.quantize.model import QuantizedModel, build, extract, float_type, sparsity
from trigger_ad.quantize.precision import LayerPrecision, Precision

BITS, RELU = FixedPoint.quantized_bits, FixedPoint.quantized_relu


def small_model(rng: np.random.Generator, bits: int = 6) -> QuantizedModel:
    branches = (chain("one", (4, 3, 4), (True, False), True), chain("two", (4, 2), (False,), False))
    layers = {
        "one_0": LayerPrecision(BITS(bits, 0), BITS(8, -1), RELU(7, 2)),
        "one_1": LayerPrecision(BITS(bits, 1), BITS(5, 3), BITS(9, 2)),
        "two_0": LayerPrecision(BITS(bits, -2), BITS(8, 0), BITS(8, 1)),
    }
    weights = {
        "one_0.kernel": rng.normal(0, 1, (4, 3)),
        "one_0.bias": rng.normal(0, 1, 3),
        "one_1.kernel": rng.normal(0, 1, (3, 4)),
        "one_1.bias": rng.normal(0, 1, 4),
        "two_0.kernel": rng.normal(0, 1, (4, 2)),
    }
    return QuantizedModel(
        branches,
        Precision(BITS(9, 4), layers),
        {name: values.astype(np.float32) for name, values in weights.items()},
    )


def predict(model, values, dtype):
    with float_type(dtype):
        outputs = model(np.asarray(values, dtype=dtype))
    return [np.asarray(output) for output in (outputs if len(model.outputs) > 1 else [outputs])]


def reference(quantized: QuantizedModel, raw: np.ndarray) -> list[np.ndarray]:
    """Integers all the way."""
    outputs = []
    for branch in quantized.branches:
        values, fraction = raw.astype(np.int64), quantized.precision.input.fraction
        for name, relu in zip(branch.layers, branch.relu, strict=True):
            kinds = quantized.precision.layers[name]
            finest = max(fraction + kinds.weight.fraction, kinds.bias.fraction)
            values = values @ kinds.weight.encode(quantized.weights[f"{name}.kernel"])
            values = values << (finest - fraction - kinds.weight.fraction)
            if f"{name}.bias" in quantized.weights:
                bias = kinds.bias.encode(quantized.weights[f"{name}.bias"])
                values = values + (bias << (finest - kinds.bias.fraction))
            if relu:
                values = np.maximum(values, 0)
            values, fraction = kinds.output.cast(values, finest), kinds.output.fraction
        outputs.append(values)
    return outputs


def test_save_and_load(rng, tmp_path):
    model = small_model(rng)
    model.save(tmp_path / "model.npz")
    loaded = QuantizedModel.load(tmp_path / "model.npz")
    assert loaded.branches == model.branches
    assert loaded.precision == model.precision
    assert loaded.weights.keys() == model.weights.keys()
    for name, values in model.weights.items():
        assert loaded.weights[name].dtype == np.float32
        assert np.array_equal(loaded.weights[name], values)
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]


def test_another_schema_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, header=np.array('{"schema": "quantized_model/9"}'))
    with pytest.raises(SchemaError) as caught:
        QuantizedModel.load(path)
    assert str(caught.value) == (
        f"{path} must have schema quantized_model/2 or quantized_model/1, not quantized_model/9: "
        "write it again with this version"
    )


def test_weights_come_back_unrounded(rng):
    model = small_model(rng)
    weights = extract(build(model.branches, model.precision, model.weights), model.branches)
    assert weights.keys() == model.weights.keys()
    for name, values in model.weights.items():
        assert np.array_equal(weights[name], values)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_network_is_the_integer_network(rng, dtype):
    quantized = small_model(rng)
    kind = quantized.precision.input
    raw = rng.integers(kind.minimum, kind.maximum + 1, (2000, 4))
    model = build(quantized.branches, quantized.precision, quantized.weights, dtype)
    found = predict(model, kind.decode(raw), dtype)
    names = ["one_1", "two_0"]
    for name, output, wanted in zip(names, found, reference(quantized, raw), strict=True):
        assert output.dtype == np.dtype(dtype)
        fraction = quantized.precision.layers[name].output.fraction
        assert np.array_equal(np.ldexp(output, fraction), wanted)
        assert len(np.unique(wanted)) > 50


def test_float64_is_exact_where_float32_is_not(rng):
    """Sums of 40 bits, whose last bit reaches the output."""
    branch = chain("net", (8, 8, 4), (True, False), True)
    layers = {
        "net_0": LayerPrecision(BITS(16, 0), BITS(16, 0), RELU(24, 20)),
        "net_1": LayerPrecision(BITS(16, 0), BITS(16, 0), BITS(24, 23)),
    }
    weights = {
        "net_0.kernel": rng.uniform(-1, 1, (8, 8)).astype(np.float32),
        "net_0.bias": rng.uniform(-1, 1, 8).astype(np.float32),
        "net_1.kernel": rng.uniform(-1, 1, (8, 4)).astype(np.float32),
        "net_1.bias": rng.uniform(-1, 1, 4).astype(np.float32),
    }
    quantized = QuantizedModel((branch,), Precision(BITS(20, 19), layers), weights)
    raw = rng.integers(-(2**19), 2**19, (5000, 8))
    (wanted,) = reference(quantized, raw)
    (exact,) = predict(build((branch,), quantized.precision, weights, "float64"), raw, "float64")
    (rough,) = predict(build((branch,), quantized.precision, weights), raw, "float32")
    assert np.array_equal(exact, wanted)
    assert not np.array_equal(rough, wanted)


@pytest.mark.parametrize("integer", [-3, -1, 0, 2, 7])
def test_unsigned_bits_are_quantized_relu(integer):
    kind = RELU(5, integer)
    values = np.linspace(-2, 1.5, 4001) * 2.0**integer
    values = np.append(values, (np.arange(-70, 70) / 4) * kind.lsb)[:, None].astype(np.float32)
    branch = chain("net", (1, 1), (True,), False)
    layer = LayerPrecision(BITS(8, 7), BITS(8, 7), kind)
    precision = Precision(BITS(24, 14), {"net_0": layer})
    weights = {"net_0.kernel": np.ones((1, 1), np.float32)}
    for dtype in ("float32", "float64"):
        model = build((branch,), precision, weights, dtype)
        (found,) = predict(model, values, dtype)
        read = precision.input.decode(precision.input.encode(values))
        assert np.array_equal(found, kind.decode(kind.encode(np.maximum(read, 0))))


def test_type_of_floats_is_put_back_after_an_error():
    def fail() -> None:
        with float_type("float64"):
            assert keras.config.floatx() == "float64"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert keras.config.floatx() == "float32"


def test_gradients_pass_the_quantizers(rng):
    import tensorflow as tf

    quantized = small_model(rng)
    model = build(quantized.branches, quantized.precision, quantized.weights)
    with tf.GradientTape() as tape:
        one, two = model(rng.normal(0, 1, (50, 4)).astype(np.float32))
        loss = tf.reduce_sum(one**2) + tf.reduce_sum(two**2)
    gradients = tape.gradient(loss, model.trainable_variables)
    assert len(gradients) == len(quantized.weights)
    assert all(np.any(np.asarray(gradient)) for gradient in gradients)


def test_every_output_ends_in_a_quantizer(rng):
    quantized = small_model(rng)
    model = build(quantized.branches, quantized.precision, quantized.weights)
    for output in model.outputs:
        assert isinstance(output._keras_history.operation, QActivation)


def test_rounded_weights_give_the_same_network(rng):
    quantized = small_model(rng)
    rounded = {}
    for name, values in quantized.weights.items():
        layer, array = name.split(".")
        kinds = quantized.precision.layers[layer]
        kind = kinds.weight if array == "kernel" else kinds.bias
        rounded[name] = kind.decode(kind.encode(values)).astype(np.float32)
    again = dataclasses.replace(quantized, weights=rounded)
    raw = rng.integers(-256, 256, (200, 4))
    values = quantized.precision.input.decode(raw)
    models = [build(q.branches, q.precision, q.weights) for q in (quantized, again)]
    for left, right in zip(*(predict(m, values, "float32") for m in models), strict=True):
        assert np.array_equal(left, right)


def test_sparsity_by_layer(rng):
    branches = small_model(rng).branches[:1]
    assert sparsity(branches, Quantize(sparsity=0.5)) == {"one_0": 0.5, "one": 0.5}
    assert sparsity(branches, Quantize(sparsity=(0.8, 0.0))) == {"one_0": 0.8, "one": 0.0}
    settings = Quantize(sparsity=0.5, output_sparsity=0.25)
    assert sparsity(branches, settings) == {"one_0": 0.5, "one": 0.25}
    with pytest.raises(ConfigError) as caught:
        sparsity(branches, Quantize(sparsity=(0.8,)))
    assert str(caught.value) == (
        "key 'quantize.sparsity' must be one number or one for each of the 2 layers, not 1 "
        "numbers: give one number for all of them"
    )
