"""Random networks of all kinds: emulator, integers and circuit against loops over integers."""

import numpy as np
import pytest

from tests.blocks import block
from tests.rtl.windows import by_hand, extremes, windowed_network
from trigger_ad.emulate import arithmetic
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.rtl.trace import trace

SEEDS = range(40)


def bounds(network):
    kind, size = network.input_type, network.input_size
    return np.full(size, kind.minimum), np.full(size, kind.maximum)


def emulated(network, inputs, block=4096):
    names = [layer.name for layer in network.layers]
    return FastEmulator(network, {}, *bounds(network), block=block).run(inputs, names).outputs


def inputs_of(network, seed, n):
    kind = network.input_type
    rng = np.random.default_rng(seed)
    shape = (n, network.input_size)
    random = rng.integers(kind.minimum, kind.maximum, shape, endpoint=True)
    picked = rng.choice([kind.minimum, kind.maximum], shape)
    return np.concatenate([random, picked]).astype(np.int32)


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
    inputs = np.concatenate([extremes(network), inputs_of(network, seed, 1000)])
    wanted, found = emulated(network, inputs), circuit.run(inputs)
    for name in names:
        np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)
