"""A kind of layer is one folder and one line: this one goes through every rung."""

import json

import keras
import numpy as np
import pytest
from qkeras import QActivation, QConv1D, QDense, quantized_bits

from tests.hls import networks
from tests.ladder import forms
from tests.ladder.table import Case
from tests.layers.repeat.kind import Repeat
from tests.layouts import signed_numbers
from trigger_ad.ir.expression import port
from trigger_ad.layers.architecture import Architecture
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.node import Node
from trigger_ad.layers.table import KINDS
from trigger_ad.quantize.keras_model import quantized_model
from trigger_ad.train.network import build, extract, predict
from trigger_ad.trigger.rule import Rule


@pytest.fixture(autouse=True)
def _one_line(monkeypatch):
    monkeypatch.setitem(KINDS, "repeat", Repeat)


def network() -> Architecture:
    nodes = (
        Node("twice", Repeat(2)),
        Node("conv", Convolution(2, (3,)), ("twice",), relu=True),
        Node("fc", Dense(3), ("conv",)),
    )
    return Architecture("net", (3, 2), nodes, "fc")


def test_it_is_trained_and_saved():
    shape = network()
    assert Architecture.from_json(json.loads(json.dumps(shape.to_json()))) == shape
    model = build((shape,), 2)
    values = np.random.default_rng(1).normal(size=(20, 6)).astype(np.float32)
    found = predict(extract(model, (shape,)), values)["net"]
    np.testing.assert_allclose(found, np.asarray(model(values)), rtol=1e-5, atol=1e-5)


def test_it_is_read_from_qkeras():
    bits = {"kernel_quantizer": quantized_bits(5, 0, alpha=1)}
    port = keras.Input((3, 2), name="particles")
    x = QActivation(quantized_bits(9, 4, alpha=1), name="cast")(port)
    x = keras.layers.UpSampling1D(2, name="twice")(x)
    x = QConv1D(2, 3, use_bias=False, name="conv", **bits)(x)
    x = QDense(3, use_bias=False, name="fc", **bits)(keras.layers.Flatten(name="flat")(x))
    kinds = [
        node.kind.name for node in quantized_model(keras.Model(port, x), "net").branches[0].nodes
    ]
    assert kinds == ["repeat", "convolution", "part", "dense"]


def test_every_rung_is_equal(tmp_path):
    sketch = networks.Sketch(network(), networks.bits(output_bits=12))
    score1, score2 = port("net").square().sum(), port("net").sum()
    case = Case(signed_numbers(6), (sketch,), score1, score2, Rule.CMS_COUNTER, "240mhz", 5)
    made = forms.build(case, tmp_path)
    for rung, row in forms.climb(made, forms.words(case, 2000)).items():
        assert row.mismatches == row.extreme_mismatches == 0, (rung, row)
