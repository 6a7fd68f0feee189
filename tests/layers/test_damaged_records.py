"""Files of networks in which something is missing, or of another type: one sentence each."""

import copy
from itertools import islice

import numpy as np
import pytest

from tests.hls import networks
from tests.layers.random_networks import architecture
from tests.rtl.windows import windowed_network
from trigger_ad.errors import SchemaError, TriggerAdError
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.quantize.model import QuantizedModel
from trigger_ad.scorers.float_model import FloatModel
from trigger_ad.storage import arrays

OTHERS = (None, "x", -1, {}, ["x"])
AGAIN = "write it again with this version"


def quantized():
    branch = architecture("net", (5, 4, 1), 6)
    return networks.quantised((networks.Sketch(branch, networks.bits()),), 1)


def floating():
    model = quantized()
    return FloatModel(model.branches, model.weights)


FILES = {
    "network/2": (lambda: windowed_network(3), HardwareNetwork),
    "quantized_model/2": (quantized, QuantizedModel),
    "float_model/2": (floating, FloatModel),
}


def places(tree, above=()):
    """Where something is in a tree."""
    for key in tree if isinstance(tree, dict) else range(len(tree)):
        yield (*above, key)
        if isinstance(tree[key], dict | list):
            yield from places(tree[key], (*above, key))


def changed(header):
    """Headers in which one thing is gone or another."""
    for *above, last in places(header):
        for other in (*OTHERS, KeyError):
            found = copy.deepcopy(header)
            inside = found
            for key in above:
                inside = inside[key]
            if other is KeyError:
                del inside[last]
            elif type(inside[last]) is type(other):
                continue
            else:
                inside[last] = other
            yield found


@pytest.mark.parametrize("schema", FILES)
def test_headers_are_read_or_refused(schema, tmp_path):
    make, kind = FILES[schema]
    path = tmp_path / "file.npz"
    make().save(path)
    kind.load(path)
    header, values = arrays.load(path, schema)
    header.pop("schema")
    told = number = 0
    for other in islice(changed(header), 0, None, 3):
        arrays.save(path, schema, other, values, compress=False)
        number += 1
        try:
            kind.load(path)
        except TriggerAdError:
            told += 1
    assert told > 0.9 * number


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda array: None, "must hold real numbers of shape {shape} as {name}, not none"),
        (
            lambda array: array.reshape(-1),
            "must hold real numbers of shape {shape} as {name}, not float32 of shape {flat}",
        ),
        (
            lambda array: array.astype(np.int64),
            "must hold real numbers of shape {shape} as {name}, not int64 of shape {shape}",
        ),
    ],
)
@pytest.mark.parametrize("schema", ["quantized_model/2", "float_model/2"])
def test_weights_that_do_not_fit(schema, change, sentence, tmp_path):
    make, kind = FILES[schema]
    path = tmp_path / "file.npz"
    make().save(path)
    header, values = arrays.load(path, schema)
    name = next(name for name, array in values.items() if array.ndim > 1)
    shape, flat = values[name].shape, (values[name].size,)
    values[name] = change(values[name])
    kept = {key: array for key, array in values.items() if array is not None}
    arrays.save(path, schema, {k: v for k, v in header.items() if k != "schema"}, kept)
    with pytest.raises(SchemaError) as caught:
        kind.load(path)
    told = sentence.format(shape=shape, name=name, flat=flat)
    assert str(caught.value) == f"{path} {told}: {AGAIN}"


def test_types_of_a_layer_that_are_missing(tmp_path):
    path = tmp_path / "file.npz"
    model = quantized()
    model.save(path)
    header, values = arrays.load(path, "quantized_model/2")
    name = model.branches[0].layers[0]
    del header["precision"]["layers"][name], header["schema"]
    arrays.save(path, "quantized_model/2", header, values)
    with pytest.raises(SchemaError) as caught:
        QuantizedModel.load(path)
    rule = f"must hold the types of every layer, not one without {name}"
    assert str(caught.value) == f"{path} {rule}: {AGAIN}"


def test_numbers_that_are_not_whole(tmp_path):
    path = tmp_path / "file.npz"
    windowed_network(3).save(path)
    header, values = arrays.load(path, "network/2")
    name = next(name for name in values if name.endswith(".weights"))
    values[name] = values[name] + 0.5
    arrays.save(path, "network/2", {k: v for k, v in header.items() if k != "schema"}, values)
    with pytest.raises(SchemaError) as caught:
        HardwareNetwork.load(path)
    assert str(caught.value) == f"{path} must hold integers as {name}, not float64: {AGAIN}"
