"""Where the arithmetic of the fast emulator changes, for every kind of layer; its blocks."""

import tracemalloc

import numpy as np
import pytest

from tests.rtl.windows import by_hand
from trigger_ad.emulate.fast import BLOCK_BYTES, FastEmulator
from trigger_ad.ir.fixed import FixedPoint, Rounding
from trigger_ad.ir.layers.cast import Cast
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.merge import How, Merge
from trigger_ad.ir.layers.network import HardwareNetwork


def border(kind, largest):
    """A layer over two equal inputs, of which the larger sum, or difference, has this magnitude."""
    wide, small = FixedPoint(60, 60), FixedPoint(2, 2)
    places = np.array([[0, 1], [1, 0], [-1, 1]], dtype=np.int32)
    half = largest // 2 if kind in ("linear", "add") else largest
    layer = {
        "linear": Linear(
            "y", "x", np.ones((2, 1), int), small, np.zeros(1, int), small, wide, wide, places
        ),
        "maximum": Maximum("y", "x", places, wide),
        "add": Merge("y", ("x", "x"), How.ADD, 2, wide),
        "concatenate": Merge("y", ("x", "x"), How.CONCATENATE, 4, wide),
        "relu": Cast("y", "x", 2, wide, True),
    }[kind]
    return HardwareNetwork("border", "x", 2, wide, (layer,), ("y",)), half


@pytest.mark.parametrize("kind", ["linear", "maximum", "add", "concatenate", "relu"])
@pytest.mark.parametrize(
    ("largest", "dtypes"), [(1 << 24, ("float32", "float64")), (1 << 53, ("float64", "int64"))]
)
def test_every_kind_changes_where_floats_end(kind, largest, dtypes):
    for more, dtype in enumerate(dtypes):
        network, half = border(kind, largest + 2 * more)
        low, high = np.array([-half, -half]), np.array([half, half])
        emulator = FastEmulator(network, {}, low, high)
        assert emulator.arithmetic == {"y": dtype}
        inputs = np.array([high, low, high - 1, low + 1, [half, 1 - half], [half - 1, -half]])
        np.testing.assert_array_equal(
            emulator.run(inputs).outputs["y"], [wanted(network, event) for event in inputs]
        )


def test_sums_on_the_way_count_when_sources_are_added():
    """They cancel in the end; float32 would round three of the first."""
    kind, wide = FixedPoint(26, 26), FixedPoint(60, 60)
    minus, none = np.array([[-1]]), np.zeros(1, int)
    turned = Linear("y", "x", minus, FixedPoint(2, 2), none, kind, wide, wide)
    layers = (turned, Merge("sum", ("x",) * 3 + ("y",) * 3, How.ADD, 1, wide))
    network = HardwareNetwork("cancels", "x", 1, kind, layers, ("sum",))
    ends = np.array([(1 << 24) - 100]), np.array([(1 << 24) - 1])
    emulator = FastEmulator(network, {}, *ends)
    assert emulator.arithmetic == {"y": "float32", "sum": "float64"}
    inputs = np.arange(ends[0][0], ends[1][0] + 1)[:, None]
    assert not emulator.run(inputs).outputs["sum"].any()


def wanted(network, event):
    return by_hand(network, event.tolist())["y"]


def one_weight(output):
    wide, small = FixedPoint(60, 60), FixedPoint(2, 2)
    one = np.ones((1, 1), int)
    layer = Linear("y", "x", one, small, 0 * one[0], small, wide, output)
    return HardwareNetwork("one", "x", 1, wide, (layer,), ("y",))


def test_half_an_lsb_counts_at_the_border():
    """It is added to the sum, which then has a bit more."""
    for bits, shift, dtype in ((24, 3, "float32"), (24, 26, "float64"), (53, 3, "float64")):
        top = (1 << bits) - (1 << shift - 1 if bits > shift else 1)
        kind = FixedPoint(60 - shift, 60, rounding=Rounding.HALF_UP)
        network = one_weight(kind)
        for more in (0, 1):
            bounds = np.array([0]), np.array([top + more])
            emulator = FastEmulator(network, {}, *bounds)
            expected = {"float32": "float64", "float64": "int64"}[dtype] if more else dtype
            assert emulator.arithmetic == {"y": expected if bits > shift else dtype}
            inputs = np.array([[top + more], [top - 1], [top // 2], [0]])
            found = emulator.run(inputs).outputs["y"][:, 0].tolist()
            assert found == [(x + (1 << shift - 1)) >> shift for (x,) in inputs.tolist()]


def casts(size, **options):
    kind = FixedPoint(8, 8)
    layers = (Cast("a", "x", size, kind, True), Cast("b", "a", size, kind, False))
    network = HardwareNetwork("image", "x", size, kind, layers, ("b",))
    return FastEmulator(network, {}, np.full(size, -128), np.full(size, 127), **options)


def test_a_network_of_many_values_has_fewer_events_in_a_block():
    assert casts(300).block == 4096
    assert casts(300, block=64).block == 64
    size = 40 * 40 * 5
    emulator = casts(size)
    assert emulator.block == BLOCK_BYTES // (3 * (size + 1) * 4) == 174
    inputs = np.ones((1000, size), dtype=np.int32)
    tracemalloc.start()
    emulator.run(inputs, ())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * BLOCK_BYTES
