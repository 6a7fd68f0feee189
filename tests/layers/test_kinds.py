"""Every kind of layer by itself: shapes, numpy against Keras, files, and what does not fit."""

import json

import keras
import numpy as np
import pytest

from tests.layers.random_networks import architecture
from trigger_ad.errors import ArchitectureError
from trigger_ad.layers.add import Add
from trigger_ad.layers.architecture import Architecture, chain
from trigger_ad.layers.average_pooling import AveragePooling
from trigger_ad.layers.concatenate import Concatenate
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.dense import Dense
from trigger_ad.layers.hardware import Added, Joined, Largest, Sums
from trigger_ad.layers.maximum_pooling import MaximumPooling
from trigger_ad.layers.node import Node
from trigger_ad.layers.part import Part
from trigger_ad.layers.shared import Shared
from trigger_ad.layers.table import KINDS
from trigger_ad.train.network import build_from, extract, initial, predict

#: A kind, the shapes of its sources, and the shape of its output.
KNOWN = [
    (Dense(3), [(4,)], (3,)),
    (Dense(3, bias=False), [(4, 2, 2)], (3,)),
    (Convolution(3, (2,)), [(5, 2)], (4, 3)),
    (Convolution(3, (3, 2), (2, 1), "same"), [(5, 4, 2)], (3, 4, 3)),
    (Convolution(2, (3, 2), (2, 2), bias=False), [(7, 4, 1)], (3, 2, 2)),
    (Shared(3), [(5, 2)], (5, 3)),
    (Shared(2, bias=False), [(3, 4, 2)], (3, 4, 2)),
    (AveragePooling(), [(8, 3)], (3,)),
    (AveragePooling((2, 1)), [(5, 4, 2)], (2, 4, 2)),
    (AveragePooling((4,), (2,)), [(8, 3)], (3, 3)),
    (MaximumPooling(), [(5, 3, 2)], (2,)),
    (MaximumPooling((3,), (2,), "same"), [(6, 2)], (3, 2)),
    (MaximumPooling((2, 3)), [(5, 7, 1)], (2, 2, 1)),
    (Add(), [(4, 2), (4, 2), (4, 2)], (4, 2)),
    (Concatenate(), [(4, 2), (4, 1)], (4, 3)),
    (Concatenate(), [(4,), (3,), (2,)], (9,)),
    (Part(2, (3, 2)), [(9,)], (3, 2)),
]

IDS = [f"{kind.name}-{number}" for number, (kind, *_) in enumerate(KNOWN)]


def weights_of(kind, shapes, seed=3):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(0, 1, shape) for name, shape in kind.weights(shapes).items()}


def values_of(shapes, events=50, seed=4):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 1, (events, *shape)) for shape in shapes]


def test_every_kind_is_known():
    assert {type(kind) for kind, *_ in KNOWN} == set(KINDS.values())
    assert all(name == kind.name for name, kind in KINDS.items())


@pytest.mark.parametrize(("kind", "shapes", "wanted"), KNOWN, ids=IDS)
def test_numpy_is_keras(kind, shapes, wanted):
    assert kind.shape("net_a", shapes) == wanted
    values, weights = values_of(shapes), weights_of(kind, shapes)
    ports = [keras.Input(shape) for shape in shapes]
    flat = [keras.layers.Flatten()(port) for port in ports] if kind.flat else ports
    model = keras.Model(ports, kind.keras("net_a", flat, relu=False))
    if weights:
        model.get_layer("net_a").set_weights(list(weights.values()))
    found = np.asarray(model([v.astype(np.float32) for v in values]))
    flattened = [v.reshape(len(v), -1) for v in values] if kind.flat else values
    ours = kind.evaluate(flattened, weights)
    assert ours.shape == found.shape == (50, *wanted)
    np.testing.assert_allclose(ours, found, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("kind", "shapes", "wanted"), KNOWN, ids=IDS)
def test_hardware_is_numpy(kind, shapes, wanted):
    values, weights = values_of(shapes), weights_of(kind, shapes)
    flat = [v.reshape(len(v), -1) for v in values]
    ours = kind.evaluate(flat if kind.flat else values, weights).reshape(50, -1)
    first, *others = kind.hardware(shapes, weights)
    result = of_form(first, flat)
    for form in others:
        result = of_form(form, [result])
    np.testing.assert_allclose(result, ours, rtol=1e-12, atol=1e-12)
    assert result.shape[1] == np.prod(wanted)


def of_form(form, sources):
    """A form of hardware over real numbers, element by element."""
    if isinstance(form, Joined):
        return np.concatenate(sources, axis=1)
    if isinstance(form, Added):
        return sum(sources)
    (source,) = sources
    if isinstance(form, Largest):
        return np.stack([source[:, places].max(axis=1) for places in form.places], axis=1)
    assert isinstance(form, Sums)
    table = np.arange(source.shape[1])[None] if form.places is None else form.places
    padded = np.concatenate([source, np.zeros((len(source), 1))], axis=1)
    parts = [padded[:, places] @ form.kernel for places in table]
    bias = 0 if form.bias is None else form.bias
    return np.concatenate([part + bias for part in parts], axis=1)


@pytest.mark.parametrize(("kind", "shapes", "wanted"), KNOWN, ids=IDS)
def test_a_node_goes_through_a_file(kind, shapes, wanted):
    node = Node("a", kind, tuple(f"s{i}" for i in range(len(shapes))), relu=kind.typed)
    assert Node.from_json(json.loads(json.dumps(node.to_json()))) == node


@pytest.mark.parametrize("seed", range(6))
def test_random_networks(seed):
    """Built, extracted, evaluated, and through a file."""
    shape = [(24,), (5, 4, 1), (6, 3)][seed % 3]
    network = architecture("net", shape, seed)
    assert Architecture.from_json(json.loads(json.dumps(network.to_json()))) == network
    start = initial((network,), seed)
    model = build_from(start)
    again = extract(model, (network,))
    assert all(np.array_equal(again.weights[name], v) for name, v in start.weights.items())
    values = np.random.default_rng(seed).normal(0, 1, (40, network.inputs)).astype(np.float32)
    found = predict(start, values, batch=16)["net"]
    assert found.shape == (40, network.size)
    np.testing.assert_allclose(found, np.asarray(model(values)), rtol=1e-4, atol=1e-4)


def test_chains_of_earlier_versions_are_read():
    record = {"name": "ae", "widths": [4, 3, 4], "relu": [True, False], "bias": False}
    network = Architecture.from_json(record)
    assert network == chain("ae", (4, 3, 4), (True, False), False)
    assert network.layers == ("ae_0", "ae_1")


SAYS = "layer net_a, "


@pytest.mark.parametrize(
    ("kind", "shapes", "sentence"),
    [
        (Dense(0), [(4,)], "a dense layer, must have units from 1, not 0: give more"),
        (
            Shared(3),
            [(4,)],
            (
                "a layer shared between particles, must read values of 1 or 2 dimensions and "
                "channels, "
                "not shape (4,): use a dense layer for a vector"
            ),
        ),
        (
            Convolution(3, (2, 2)),
            [(5, 2)],
            (
                "a convolution, must read values of 2 dimensions and channels, not shape (5, 2): "
                "change "
                "the layer or the one before it"
            ),
        ),
        (
            Convolution(3, (6,)),
            [(5, 2)],
            (
                "a convolution, must have a window that fits into (5,), not (6,): change the "
                "layer or "
                "the one before it, or pad"
            ),
        ),
        (
            Convolution(3, (2,), (1, 1)),
            [(5, 2)],
            (
                "a convolution, must have 1 strides from 1, one for each dimension, not (1, 1): "
                "change "
                "the layer or the one before it"
            ),
        ),
        (
            AveragePooling((3,)),
            [(6, 2)],
            (
                "an average pooling, must have a power of two of values, not 3: pool over 2, 4, "
                "8, 16 "
                "or 32 values"
            ),
        ),
        (
            AveragePooling(),
            [(6, 2)],
            (
                "an average pooling, must have a power of two of values, not 6: pool over 2, 4, "
                "8, 16 "
                "or 32 values"
            ),
        ),
        (
            AveragePooling((2,), padding="same"),
            [(6, 2)],
            (
                "an average pooling, must have padding valid, not same: a window at the end "
                "would have "
                "fewer values; pad in the layer before"
            ),
        ),
        (
            MaximumPooling(stride=(2,)),
            [(6, 2)],
            (
                "a maximum pooling, must have a window where it has a stride or padding: without a "
                "window it pools everything"
            ),
        ),
        (
            MaximumPooling((2,), (0,)),
            [(6, 2)],
            (
                "a maximum pooling, must have 1 strides from 1, one for each dimension, not (0,): "
                "change the layer or the one before it"
            ),
        ),
        (
            Add(),
            [(6, 2), (6, 3)],
            (
                "a sum of layers, must read sources of one shape, not (6, 2) and (6, 3): make them "
                "alike in the layers before"
            ),
        ),
        (
            Concatenate(),
            [(6, 2), (5, 2)],
            (
                "a concatenation, must read sources that differ only in their channels, not (6, "
                "2) and "
                "(5, 2): make them alike in the layers before"
            ),
        ),
        (
            Part(7, (3,)),
            [(9,)],
            (
                "a part of its source, must lie within the 9 values of its source, not 7 to 10: "
                "change "
                "first or size"
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused(kind, shapes, sentence):
    with pytest.raises(ArchitectureError) as caught:
        kind.shape("net_a", shapes)
    assert str(caught.value) == SAYS + sentence


def network(*nodes, output="b", shape=(4, 2)):
    return Architecture("net", shape, nodes, output)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (
            lambda: network(Node("a", Dense(2)), Node("a", Dense(2), ("a",))),
            "layer net_a must be there once, not twice: rename it",
        ),
        (
            lambda: network(Node("b", Dense(2), ("c",))),
            "layer net_b must read one of input, not c: put its source before it",
        ),
        (
            lambda: network(Node("a_b", Dense(2))),
            (
                "the name of a layer must be up to 32 letters and digits, and none of input, "
                "shaped, "
                "flat, cast, column, kept, not 'a_b': rename it"
            ),
        ),
        (
            lambda: network(Node("b", Add(), ("input",))),
            "layer net_b, a sum of layers, must have 2 sources or more, not 1: change its sources",
        ),
        (
            lambda: network(Node("b", Dense(2), ("input", "input"))),
            "layer net_b, a dense layer, must have 1 source, not 2: change its sources",
        ),
        (
            lambda: network(Node("b", MaximumPooling(), relu=True)),
            (
                "layer net_b, a maximum pooling, must not be followed by ReLU: put it behind the "
                "layer "
                "before"
            ),
        ),
        (
            lambda: network(Node("a", Dense(2)), Node("b", Dense(2))),
            "layer net_a must be read by another layer, or be the output: leave it out",
        ),
        (
            lambda: network(Node("a", Dense(2))),
            "the output of network net must be one of a, not 'b': name a node",
        ),
        (
            lambda: network(Node("b", Dense(2)), shape=(0, 2)),
            (
                "the input shape of network net must be (n,), (length, channels) or (height, "
                "width, "
                "channels), all from 1, not (0, 2): change it"
            ),
        ),
    ],
)
def test_layers_that_do_not_fit_each_other(made, sentence):
    with pytest.raises(ArchitectureError) as caught:
        made()
    assert str(caught.value) == sentence


def test_a_kind_that_nobody_knows():
    record = Node("a", Dense(2)).to_json() | {"kind": "attention"}
    with pytest.raises(ArchitectureError) as caught:
        Node.from_json(record)
    assert str(caught.value) == (
        f"layer a: kind must be one of {', '.join(KINDS)}, not attention: use the version that "
        "wrote it"
    )
