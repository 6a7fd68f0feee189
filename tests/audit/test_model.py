"""Layers without quantizers, scales that are no power of two, records of another model."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from qkeras import QActivation, QDense, quantized_bits, quantized_relu

from tests.audit.planting import records, sentences
from trigger_ad.audit.model import check_model
from trigger_ad.errors import ConversionError
from trigger_ad.ir.findings import require
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.quantize.quantizers import check_quantizers

REMEDY = ": build the network with trigger_ad.quantize.model"
AGAIN = ": convert the model again"
RULE = "must be quantised by quantized_bits or quantized_relu"
SCALE = "must be quantised with a scale that is a power of two, known beforehand"


def bits(**values):
    return quantized_bits(6, 1, **({"alpha": 1} | values))


def model_of(*layers):
    inputs = keras.Input((3,), name="inputs")
    values = QActivation(quantized_bits(8, 2, alpha=1), name="scaled")(inputs)
    for layer in layers:
        values = layer(values)
    return keras.Model(inputs, values)


def dense(kernel, bias):
    return QDense(2, kernel_quantizer=kernel, bias_quantizer=bias, name="dense")


def test_a_quantised_model_has_no_findings():
    relu = QActivation(quantized_relu(6, 2), name="relu")
    checked = check_quantizers(model_of(dense(bits(), bits(alpha=0.25)), relu))
    assert checked.findings == ()
    assert checked.counts == {"quantized layers": 3, "quantizers": 4}


@pytest.mark.parametrize(
    ("layer", "found"),
    [
        (keras.layers.Dense(2, name="dense"), [f"layer dense {RULE}, not Dense{REMEDY}"]),
        (keras.layers.ReLU(name="act"), [f"layer act {RULE}, not ReLU{REMEDY}"]),
        (
            dense(None, None),
            [
                f"the {part} of layer dense {RULE}, not without a quantizer{REMEDY}"
                for part in ("weights", "bias")
            ],
        ),
        (
            dense(bits(alpha="auto"), bits()),
            [f"the weights of layer dense {SCALE}, not alpha 'auto'{REMEDY}"],
        ),
        (
            dense(bits(), bits(alpha=1.5)),
            [f"the bias of layer dense {SCALE}, not alpha 1.5{REMEDY}"],
        ),
        (
            QActivation(quantized_bits(6, 1, alpha=0.7), name="act"),
            [f"layer act {SCALE}, not alpha 0.7{REMEDY}"],
        ),
    ],
    ids=["dense", "relu", "no quantizer", "auto", "1.5", "activation"],
)
def test_each_planted_layer_is_named(layer, found):
    checked = check_quantizers(model_of(layer))
    assert sentences(checked) == found
    with pytest.raises(ConversionError) as caught:
        require(checked)
    assert str(caught.value) == found[0]


@pytest.fixture
def quantized(planted_run):
    return QuantizedModel.load(planted_run / "model/double/quantized.npz")


def changed(network, name, **changes):
    layers = tuple(
        replace(layer, **changes) if layer.name == name else layer for layer in network.layers
    )
    return replace(network, layers=layers)


def test_the_record_is_that_of_its_model(quantized, planted_run):
    network, _, _ = records(planted_run)
    checked = check_model(quantized, network)
    assert checked.findings == ()
    assert checked.counts == {"quantized layers": 7, "quantizers": 10, "rounded weights": 403}


def test_another_weight_or_bias(quantized, planted_run):
    network, _, _ = records(planted_run)
    layer = network.layer("first")
    weights = layer.weights.copy()
    weights[1, 3] += 1
    planted = changed(network, "first", weights=weights)
    kind = quantized.precision.layers["first_1"].weight
    assert sentences(check_model(quantized, planted)) == [
        f"weights of first must be those of the model, rounded to {kind}, not others{AGAIN}"
    ]
    planted = changed(network, "second", bias=network.layer("second").bias + 1)
    (finding,) = sentences(check_model(quantized, planted))
    assert finding.startswith("bias of second must be those of the model, rounded to ")
    layer = network.layer("second")
    planted = changed(network, "second", weights=layer.weights[:, :-1], bias=layer.bias[:-1])
    for part, finding in zip(
        ("weights", "bias"), sentences(check_model(quantized, planted)), strict=True
    ):
        assert finding.startswith(f"{part} of second must be those of the model")


def test_another_type_behind_a_layer(quantized, planted_run):
    network, _, _ = records(planted_run)
    planted = changed(network, "first_0_relu", output=FixedPoint(9, 3, signed=False))
    kind = quantized.precision.layers["first_0"].output
    assert sentences(check_model(quantized, planted)) == [
        f"the quantizer behind first_0_relu must be {kind}, not ap_ufixed<9,3>{AGAIN}"
    ]
    planted = replace(network, input_type=FixedPoint(9, 5))
    assert sentences(check_model(quantized, planted)) == [
        "the quantizer behind input must be ap_fixed<9,5,AP_RND_CONV,AP_SAT>, not ap_fixed<9,5>"
        + AGAIN
    ]


def test_layers_of_one_only(quantized, planted_run):
    network, _, _ = records(planted_run)
    planted = replace(network, layers=network.layers[:-1], outputs=("first",))
    assert sentences(check_model(quantized, planted)) == [
        f"layer second of the model must be in the record{AGAIN}"
    ]
    extra = Cast("extra", "first", network.layer("first").size, FixedPoint(9, 3), relu=False)
    planted = replace(network, layers=(*network.layers, extra))
    assert sentences(check_model(quantized, planted)) == [
        f"layer extra of the record must be quantised in the model{AGAIN}"
    ]
    assert np.all(network.layer("second").weights.shape == (57, 2))
