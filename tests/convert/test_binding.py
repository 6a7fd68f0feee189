"""Expressions bound to a network: functions of a port are tables, ranks are those of events."""

import numpy as np
import pytest

from trigger_ad.convert.binding import bind
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.errors import FixedPointError
from trigger_ad.ir.expression import fold, port
from trigger_ad.ir.layers.network import HardwareNetwork
from trigger_ad.ir.score import PortType, Score
from trigger_ad.scorers.ranked import Events
from trigger_ad.storage.shipped import shipped_path

NAMES = ("ae1", "ae2")


@pytest.fixture(scope="module")
def network():
    return HardwareNetwork.load(shipped_path("models") / "double_ae/model/double/network.npz")


@pytest.fixture(scope="module")
def bounds(network):
    kind, size = network.input_type, network.input_size
    return np.full(size, kind.minimum), np.full(size, kind.maximum)


def events(network, count, seed):
    kind = network.input_type
    shape = (count, network.input_size)
    return np.random.default_rng(seed).integers(kind.minimum // 4, kind.maximum // 4, shape)


def operations(score):
    def visit(node, arguments):
        return {node.operation}.union(*arguments)

    return fold(score.expression, visit)


def test_a_function_of_a_port_is_a_table_of_all_its_values(network, bounds):
    expression = port("ae1").kl_of_variance(5).sum()
    (score,) = bind({"s": expression}, NAMES, network, *bounds).values()
    assert "table" in operations(score)
    assert "kl_of_variance" not in operations(score)
    (name, kind), *_ = score.ports.items()
    codes = np.arange(kind.type.minimum, kind.type.maximum + 1)[:, None].repeat(kind.size, axis=1)
    raw = np.clip(codes, kind.minimum, kind.maximum)
    unbound = Score("s", port(name).kl_of_variance(5).sum(), {name: PortType(kind.type, kind.size)})
    assert score.evaluate({name: raw}).tolist() == unbound.evaluate({name: raw}).tolist()
    value = np.minimum(kind.type.decode(raw), 8)
    each = np.rint((np.exp(value) - value - 1) * 2**5)
    assert np.abs(score.evaluate({name: raw}) - each.sum(axis=1)).max() <= kind.size


def test_a_rank_is_that_among_the_events_it_is_given(network, bounds):
    background = events(network, 600, 1)

    def evaluate(score):
        return (
            FastEmulator(network, {score.name: score}, *bounds).run(background).scores[score.name]
        )

    distance = port("input").subtract(port("ae2")).absolute().sum()
    bound = bind(
        {"s": distance, "r": distance.rank(6, "tail")}, NAMES, network, *bounds, Events(evaluate)
    )
    found = FastEmulator(network, bound, *bounds).run(background).scores
    order = np.argsort(found["s"])
    assert (np.diff(found["r"][order]) >= 0).all()
    for rank in (8, 20, 40, 63):
        accepted = np.count_nonzero(found["r"] >= rank)
        assert accepted <= 600 ** (1 - rank / 63) * (1 + 1e-9)
    with pytest.raises(FixedPointError, match="must have background events to be made of"):
        bind({"r": distance.rank(6, "tail")}, NAMES, network, *bounds)


def test_without_bounds_a_port_has_the_whole_range_of_its_type(network, bounds):
    expressions = {"s": port("ae1").kl_of_variance(5).sum()}
    (wide,), (narrow,) = (
        bind(expressions, NAMES, network, *given).values() for given in ((), bounds)
    )
    (kind,) = wide.ports.values()
    assert (kind.minimum, kind.maximum) == ((), ())
    low, high = kind.type.minimum, kind.type.maximum
    values = {name: np.array([[low] * kind.size, [high] * kind.size]) for name in wide.ports}
    assert wide.evaluate(values).shape == (2,)
    raw = {name: np.zeros((1, kind.size), int) for name in wide.ports}
    assert wide.evaluate(raw) == narrow.evaluate(raw) == [0]
