"""Every kind of hardware layer: files, and what does not fit together."""

from dataclasses import replace

import numpy as np
import pytest

from trigger_ad.errors import ConversionError
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.interval import Interval
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.table import KINDS, from_record
from trigger_ad.storage import arrays

BYTE = FixedPoint(8, 4)
WIDE = FixedPoint(24, 12)


def table(*rows):
    return np.array(rows, dtype=np.int32)


def linear(name="windows", source="x", places=None, taps=2, outputs=2):
    weights = np.arange(taps * outputs).reshape(taps, outputs) - 1
    bias = np.arange(outputs) - 1
    kinds = (FixedPoint(6, -1), FixedPoint(5, 9))
    return Linear(name, source, weights, kinds[0], bias, kinds[1], WIDE, BYTE, places)


PLACES = table([0, 1], [2, -1])

#: A layer of every kind, over an input of four elements.
LAYERS = (
    linear(places=PLACES),
    linear("dense", "x", taps=4, outputs=4),
    Maximum("largest", "x", table([0, 1, -1], [2, 3, 0]), BYTE),
    Cast("cast", "dense", 4, FixedPoint(3, -2, False, Rounding.HALF_UP, Overflow.SATURATE), False),
    Cast("relu", "windows", 4, BYTE, True),
    Merge("beside", ("largest", "x", "relu"), How.CONCATENATE, 10, BYTE),
    Merge("sum", ("cast", "relu", "x"), How.ADD, 4, WIDE),
)


def network(*layers, outputs=None):
    names = tuple(layer.name for layer in layers) if outputs is None else outputs
    return HardwareNetwork("net", "x", 4, BYTE, layers, names)


def test_file_of_every_kind(tmp_path):
    path = tmp_path / "network.npz"
    saved = network(*LAYERS)
    assert {layer.kind for layer in LAYERS} == set(KINDS)
    saved.save(path)
    loaded = HardwareNetwork.load(path)
    assert str(loaded) == str(saved)
    assert (loaded.input_type, loaded.outputs) == (BYTE, saved.outputs)
    for left, right in zip(loaded.layers, saved.layers, strict=True):
        assert type(left) is type(right)
        for name, value in vars(right).items():
            other = getattr(left, name)
            assert np.array_equal(other, value)
            if isinstance(value, np.ndarray):
                assert other.dtype == value.dtype
            else:
                assert type(other) is type(value)
    again = tmp_path / "again.npz"
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_schema_of_each_kind(kind, tmp_path):
    """Files of dense layers and casts alone are read by earlier versions, too."""
    layers = {layer.kind: layer for layer in LAYERS}
    chosen = layers[kind]
    needed = [one for one in LAYERS if one.name in ("dense", "cast", "windows", "relu", "largest")]
    before = {
        "cast": [layers["dense"]],
        "relu": [replace(layers["dense"], name="windows")],
        "concatenate": needed,
        "add": needed,
    }
    path = tmp_path / "network.npz"
    network(*before.get(kind, []), chosen).save(path)
    old = kind in ("dense", "relu", "cast")
    assert arrays.load_header(path, "network/1" if old else "network/2")
    assert HardwareNetwork.load(path).layers[-1].kind == kind


def refused(make):
    with pytest.raises(ConversionError) as caught:
        make()
    return str(caught.value)


def test_a_kind_that_is_not_known():
    record = {"name": "a", "kind": "softmax", "source": "x", "output": str(BYTE)}
    assert refused(lambda: from_record(record, {})) == (
        "the kind of layer a must be one of dense, linear, maximum, concatenate, add, cast, relu, "
        "not softmax: write the network again with this version"
    )


@pytest.mark.parametrize(
    ("layers", "outputs", "sentence"),
    [
        (
            (linear(source="y", places=PLACES),),
            None,
            "source y of network net must be the input or a layer before windows: choose from x",
        ),
        (
            (linear("a", "b", PLACES), linear("b", "x", PLACES)),
            None,
            "source b of network net must be the input or a layer before a: choose from x",
        ),
        (
            (linear("a", "a", PLACES),),
            None,
            "source a of network net must be the input or a layer before a: choose from x",
        ),
        (
            (linear("x", "x", PLACES),),
            None,
            "layer x of network net must have a name of its own: rename it",
        ),
        (
            (linear(places=PLACES),),
            ("x",),
            "output x of network net must be a layer: choose from windows",
        ),
        (
            (linear(places=table([0, 1], [3, 4])),),
            None,
            (
                "the places of layer windows must lie below 4, the size of its source, not 4: "
                "correct its places"
            ),
        ),
        (
            (Maximum("m", "x", table([0, 7]), BYTE),),
            None,
            (
                "the places of layer m must lie below 4, the size of its source, not 7: correct "
                "its places"
            ),
        ),
        (
            (linear("d", taps=3),),
            None,
            (
                "the source of layer d must have the 3 elements of its weights, not 4: correct its "
                "source"
            ),
        ),
        (
            (Cast("c", "x", 3, BYTE, False),),
            None,
            (
                "the source of layer c must have the 3 elements of its output, not 4: correct its "
                "source"
            ),
        ),
        (
            (Merge("m", ("x", "x"), How.CONCATENATE, 7, BYTE),),
            None,
            (
                "the sources of layer m must concatenate to 7 elements, not sizes of 4, 4: correct "
                "its sources"
            ),
        ),
        (
            (linear("d", taps=4, outputs=3), Merge("m", ("x", "d"), How.ADD, 4, BYTE)),
            None,
            "the sources of layer m must add to 4 elements, not sizes of 4, 3: correct its sources",
        ),
        (
            (Merge("m", (), How.ADD, 4, BYTE),),
            None,
            "the sources of layer m must add to 4 elements, not none: correct its sources",
        ),
    ],
)
def test_what_does_not_fit_together(layers, outputs, sentence):
    assert refused(lambda: network(*layers, outputs=outputs)) == sentence


TABLE = "must be a table of windows and indices of the source, not an array of shape "


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: linear(places=table([0, -2])),
            (
                f"the places of layer windows {TABLE}(1, 2): give one row for each window, -1 for "
                "padding"
            ),
        ),
        (
            lambda: Maximum("m", "x", np.arange(3, dtype=np.int32), BYTE),
            f"the places of layer m {TABLE}(3,): give one row for each window, -1 for padding",
        ),
        (
            lambda: Maximum("m", "x", np.zeros((0, 3), dtype=np.int32), BYTE),
            f"the places of layer m {TABLE}(0, 3): give one row for each window, -1 for padding",
        ),
        (
            lambda: Maximum("m", "x", table([0, -1], [-1, -1]), BYTE),
            "a window of layer m must have an element: leave it out",
        ),
        (
            lambda: linear(places=table([0, 1, 2])),
            (
                "the windows of layer windows must have the 2 elements of its weights, not 3: "
                "correct its places"
            ),
        ),
        (
            lambda: replace(linear(), bias=np.zeros(3, dtype=np.int64)),
            (
                "the bias of layer windows must have the shape (2,) of its outputs, not (3,): give "
                "one for each output"
            ),
        ),
    ],
)
def test_layers_that_are_none(make, sentence):
    assert refused(make) == sentence


def test_a_window_of_padding_alone_is_a_bias():
    """Of sums, which have a value without any element."""
    layer = linear(places=table([-1, -1], [0, 1]))
    low, high = np.full(4, BYTE.minimum), np.full(4, BYTE.maximum)
    exact = layer.exact(Interval(low, high, BYTE.fraction))
    assert exact.minimum[:2].tolist() == exact.maximum[:2].tolist()


def test_sums_of_windows_too_wide_for_the_analysis():
    kind = FixedPoint(30, 30)
    weights = np.full((8, 1), kind.maximum)
    twice = table([0, 1, 2, 3, 0, 1, 2, 3])
    layer = Linear("w", "x", weights, kind, np.zeros(1, int), kind, WIDE, BYTE, twice)
    ends = (np.full(4, -(2**30)), np.full(4, 2**30 - 1))
    net = HardwareNetwork("wide", "x", 4, FixedPoint(31, 31), (layer,), ("w",))
    assert refused(lambda: net.intervals(*ends)) == (
        "the sum of layer w must fit 62 bits, not 63: use narrower weights, biases or activations"
    )
    half = tuple(end // 2 for end in ends)
    assert net.intervals(*half)["w"].fraction == BYTE.fraction


@pytest.mark.parametrize(
    ("how", "sources", "far", "width"),
    [
        (How.CONCATENATE, ("x", "fine"), 54, 63),
        (How.CONCATENATE, ("x", "x", "fine"), 53, None),
        (How.ADD, ("x", "fine"), 54, 63),
        (How.ADD, ("x", "fine"), 53, None),
        (How.ADD, ("x", "x", "fine"), 53, 63),
    ],
)
def test_merged_sources_too_far_apart(how, sources, far, width):
    fine = FixedPoint(8, 4 - far)
    size = 4 if how is How.ADD else 4 * len(sources)
    layers = (Cast("fine", "x", 4, fine, False), Merge("m", sources, how, size, BYTE))
    ends = (np.full(4, -128), np.full(4, 127))
    net = network(*layers)
    if width is None:
        assert set(net.intervals(*ends)) == {"x", "fine", "m"}
        return
    assert refused(lambda: net.intervals(*ends)) == (
        f"the merged sources of layer m must fit 62 bits, not {width}: give them binary points "
        "that lie closer together"
    )
