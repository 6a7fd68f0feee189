"""Random networks of all kinds: emulator, integers and circuit against loops over integers."""

from itertools import product

import numpy as np
import pytest

from tests.blocks import block
from tests.rtl.windows import by_hand, extremes, windowed_network
from trigger_ad.emulate import arithmetic
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.ir.fixed import FixedPoint, Overflow, Rounding
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.layers.maximum import Maximum
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.layers.places import NOTHING
from trigger_ad.ir.layers.table import KINDS
from trigger_ad.rtl import products
from trigger_ad.rtl.trace import trace

#: Without 7, of which a constant would have more than 24 bits in the circuit.
SEEDS = [seed for seed in range(41) if seed != 7]


def emulated(network, inputs, **options):
    kind, size = network.input_type, network.input_size
    bounds = (np.full(size, kind.minimum), np.full(size, kind.maximum))
    names = [layer.name for layer in network.layers]
    return FastEmulator(network, {}, *bounds, **options).run(inputs, names).outputs


def inputs_of(network, seed, n):
    """As many at random, and at random ends."""
    kind, shape = network.input_type, (n, network.input_size)
    rng = np.random.default_rng(seed)
    inside = rng.integers(kind.minimum, kind.maximum, shape, endpoint=True)
    ends = rng.choice([kind.minimum, kind.maximum], shape)
    return np.concatenate([inside, ends]).astype(np.int32)


def test_networks_are_of_every_sort():
    networks = [windowed_network(seed) for seed in SEEDS]
    layers = [layer for network in networks for layer in network.layers]
    linear = [layer for layer in layers if isinstance(layer, Linear)]
    windows = [layer for layer in layers if isinstance(layer, Linear | Maximum)]
    windows = [layer.places for layer in windows if layer.places is not None]
    assert {layer.kind for layer in layers} == set(KINDS)
    for kind in {type(layer) for layer in layers}:
        modes = {
            (one.output.rounding, one.output.overflow) for one in layers if isinstance(one, kind)
        }
        assert modes == set(product(Rounding, Overflow))
    assert all(len({layer.kind for layer in network.layers}) > 1 for network in networks)
    assert min(len(network.layers) for network in networks) >= 3
    assert sum(bool((places == NOTHING).any()) for places in windows) > 20
    assert {layer.weight_type.width for layer in linear} >= set(range(2, 17))
    assert any(layer.weight_type.integer < 0 for layer in linear)
    assert any(layer.weight_type.integer > layer.weight_type.width for layer in linear)
    assert any(not layer.weights.any(axis=0).all() for layer in linear)
    assert any(not layer.weights.any() for layer in linear)
    assert {layer.accumulator.overflow for layer in linear} == set(Overflow)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_layer_equals_loops_over_integers(seed, monkeypatch):
    network = windowed_network(seed)
    inputs = np.concatenate([extremes(network), inputs_of(network, seed, 8)])
    wanted = [by_hand(network, event) for event in inputs.tolist()]
    fast = emulated(network, inputs, block=13)
    monkeypatch.setattr(arithmetic, "FLOATS", ())
    integers = emulated(network, inputs)
    for layer in network.layers:
        by_loops = np.array([event[layer.name] for event in wanted])
        np.testing.assert_array_equal(fast[layer.name], by_loops, err_msg=str(layer))
        np.testing.assert_array_equal(integers[layer.name], by_loops, err_msg=str(layer))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_circuit_equals_the_emulator(seed):
    network = windowed_network(seed)
    names = [layer.name for layer in network.layers]
    circuit = trace(block(network, {}), layers=names)
    inputs = np.concatenate([extremes(network), inputs_of(network, seed, 500)])
    wanted, found = emulated(network, inputs), circuit.run(inputs)
    for name in names:
        np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)


def shared(particles):
    """A layer of 3 features to 2, the same for so many particles."""
    weights = np.array([[5, -3], [7, 6], [-11, 13]])
    places = np.arange(3 * particles, dtype=np.int32).reshape(particles, 3)
    kind, wide = FixedPoint(6, 6), FixedPoint(20, 20)
    layer = Linear("sum", "x", weights, kind, np.array([1, 0]), kind, wide, wide, places)
    return HardwareNetwork("shared", "x", places.size, kind, (layer,), ("sum",))


def test_a_repeated_window_is_solved_once(monkeypatch):
    solved = []

    def counted(*given, **options):
        solved.append(given)
        return solve(*given, **options)

    solve = products.cmvm_solve
    monkeypatch.setattr(products, "cmvm_solve", counted)
    circuits = [trace(block(shared(n), {}), layers=("sum",)) for n in (2, 5)]
    assert len(solved) == 2
    assert 2 * circuits[1].logic.cost == 5 * circuits[0].logic.cost > 0


def test_windows_in_padding_cost_less():
    """What is read there is 0, which no gate needs to know."""
    whole = shared(3)
    (layer,) = whole.layers
    padded = np.where(np.arange(9).reshape(3, 3) % 3 == 2, NOTHING, layer.places).astype(np.int32)
    padded[1] = layer.places[1]
    half = HardwareNetwork(
        "padded", "x", 9, whole.input_type, (Linear(**vars(layer) | {"places": padded}),), ("sum",)
    )
    costs = [trace(block(network, {}), layers=("sum",)).logic.cost for network in (whole, half)]
    assert costs[1] < costs[0]
    inputs = inputs_of(half, 1, 300)
    found = trace(block(half, {}), layers=("sum",)).run(inputs)
    np.testing.assert_array_equal(found["sum"], emulated(half, inputs)["sum"])
