import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigger_ad import config
from trigger_ad.errors import ConfigError
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.layers.architecture import chain
from trigger_ad.quantize.precision import Precision, calibrate, input_type, response
from trigger_ad.scorers.float_model import FloatModel

INPUT = input_type(config.Features())


def float_model(rng: np.random.Generator, scale: float = 1.0, bias: bool = True) -> FloatModel:
    branch = chain("net", (6, 5, 3, 6), (True, False, False), bias)
    weights = {}
    for name, n, m in zip(branch.layers, branch.widths, branch.widths[1:], strict=False):
        weights[f"{name}.kernel"] = rng.normal(0, scale, (n, m)).astype(np.float32)
        if bias:
            weights[f"{name}.bias"] = rng.normal(0, scale / 4, m).astype(np.float32)
    return FloatModel((branch,), weights)


def scaled_inputs(rng: np.random.Generator, events: int = 500) -> np.ndarray:
    return rng.integers(INPUT.minimum, INPUT.maximum + 1, (events, 6)).astype(np.int32)


def error(kind: FixedPoint, values: np.ndarray) -> float:
    return float(np.mean((values - kind.decode(kind.encode(values))) ** 2))


def test_input_type_is_that_of_the_features():
    kind = input_type(config.Features(input_bits=10, input_fraction=3))
    assert str(kind) == "ap_fixed<10,7,AP_RND_CONV,AP_SAT>"


def test_response_is_the_float_network(rng):
    model = float_model(rng)
    values = rng.normal(0, 1, (20, 6))
    (branch,) = model.branches
    w = model.weights
    first = np.maximum(values @ w["net_0.kernel"] + w["net_0.bias"], 0)
    second = first @ w["net_1.kernel"] + w["net_1.bias"]
    assert second.min() < 0
    results = response(branch, w, values)
    np.testing.assert_allclose(results["net_0"], first)
    np.testing.assert_allclose(results["net_1"], second)
    np.testing.assert_allclose(
        results["net_2"], second @ w["net_2.kernel"] + w["net_2.bias"], rtol=1e-6
    )


def test_bits_come_from_the_configuration_and_kinds_from_the_layers(rng):
    model = float_model(rng)
    settings = config.Quantize(
        weight_bits=(4, 5, 6), activation_bits=(7, 8), output_bits=10, bias_bits=9
    )
    layers = calibrate(model, scaled_inputs(rng), INPUT, settings).layers
    assert [layers[f"net_{i}"].weight.width for i in range(3)] == [4, 5, 6]
    assert [layers[f"net_{i}"].output.width for i in range(3)] == [7, 8, 10]
    assert {layer.bias.width for layer in layers.values()} == {9}
    assert [layers[f"net_{i}"].output.signed for i in range(3)] == [False, True, True]
    assert all(str(layer.output).endswith("AP_RND_CONV,AP_SAT>") for layer in layers.values())


@pytest.mark.parametrize("scale", [0.01, 1.0, 300.0])
def test_no_other_binary_point_has_a_smaller_error(rng, scale):
    model = float_model(rng, scale)
    scaled = scaled_inputs(rng)
    layers = calibrate(model, scaled, INPUT, config.Quantize(weight_bits=5)).layers
    results = response(model.branches[0], model.weights, INPUT.decode(scaled))
    for name, layer in layers.items():
        for kind, values in (
            (layer.weight, model.weights[f"{name}.kernel"]),
            (layer.bias, model.weights[f"{name}.bias"]),
            (layer.output, results[name]),
        ):
            others = [
                FixedPoint(kind.width, i, kind.signed, kind.rounding, kind.overflow)
                for i in range(kind.integer - 12, kind.integer + 12)
            ]
            assert error(kind, values) == min(error(other, values) for other in others)


def test_few_activations_saturate(rng):
    model = float_model(rng)
    scaled = scaled_inputs(rng, 5000)
    layers = calibrate(model, scaled, INPUT, config.Quantize()).layers
    results = response(model.branches[0], model.weights, INPUT.decode(scaled))
    for name, layer in layers.items():
        top = layer.output.decode(layer.output.maximum)
        assert np.mean(results[name] > top) < 1e-2


def test_weighted_events_are_those_that_are_repeated(rng):
    model, scaled = float_model(rng), scaled_inputs(rng) // 16
    scaled[:50] *= 16
    often = np.where(np.arange(500) < 50, 1, 40)
    settings = config.Quantize(activation_bits=4, output_bits=4)
    weights = (often / 7).astype(np.float32)
    found = calibrate(model, scaled, INPUT, settings, weights)
    assert found == calibrate(model, np.repeat(scaled, often, axis=0), INPUT, settings)
    assert found != calibrate(model, scaled, INPUT, settings)


def test_layers_of_zeros_have_a_type(rng):
    model = float_model(rng, bias=False)
    zeros = {name: np.zeros_like(values) for name, values in model.weights.items()}
    layers = calibrate(
        FloatModel(model.branches, zeros), scaled_inputs(rng), INPUT, config.Quantize()
    ).layers
    assert str(layers["net_0"].weight) == "ap_fixed<6,1,AP_RND_CONV,AP_SAT>"
    assert str(layers["net_0"].output) == "ap_ufixed<8,0,AP_RND_CONV,AP_SAT>"


@given(st.floats(2.0**-40, 2.0**40), st.integers(2, 16))
def test_one_weight_is_kept_to_half_an_lsb(value, bits):
    branch = chain("net", (1, 1), (False,), False)
    model = FloatModel((branch,), {"net_0.kernel": np.full((1, 1), value, np.float32)})
    settings = config.Quantize(weight_bits=bits, activation_bits=())
    kind = calibrate(model, np.ones((1, 1), np.int32), INPUT, settings).layers["net_0"].weight
    exact = float(np.float32(value))
    assert abs(kind.decode(kind.encode(exact)) - exact) <= kind.lsb / 2
    assert exact >= 2 ** (kind.integer - 3)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"weight_bits": (4, 4)},
            (
                "key 'quantize.weight_bits' must be one number or one for each of the 3 layers, "
                "not 2 numbers: give one number for all of them"
            ),
        ),
        (
            {"activation_bits": (4, 4, 4)},
            (
                "key 'quantize.activation_bits' must be one number or one for each of the "
                "2 hidden layers, not 3 numbers: give one number for all of them"
            ),
        ),
    ],
)
def test_wrong_number_of_bits(rng, settings, sentence):
    with pytest.raises(ConfigError) as caught:
        calibrate(float_model(rng), scaled_inputs(rng), INPUT, config.Quantize(**settings))
    assert str(caught.value) == sentence


def test_json_round_trip(rng):
    precision = calibrate(float_model(rng), scaled_inputs(rng), INPUT, config.Quantize())
    assert Precision.from_json(precision.to_json()) == precision
