"""The traced circuit gives the integers of the fast emulator, words and scores of every kind."""

from dataclasses import replace

import numpy as np
import pytest

from tests.blocks import block
from tests.layouts import OTHERS
from tests.rtl.networks import (
    every_operation,
    extreme_words,
    ports,
    random_words,
    small_layout,
    small_network,
    two_scores,
)
from trigger_ad.config import Features
from trigger_ad.emulate.fast import FastEmulator
from trigger_ad.errors import ConversionError
from trigger_ad.features.layouts.table import layout
from trigger_ad.features.words import scale_array, scaled_range
from trigger_ad.ir.expression import port
from trigger_ad.ir.fixed import FixedPoint
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.ir.score import Score
from trigger_ad.rtl.trace import Solver, trace


def compare(network, scores, words_layout, words, solver=None):
    """Every layer and score against the fast emulator."""
    layers = [layer.name for layer in network.layers]
    circuit = trace(block(network, scores, words_layout), solver, layers)
    fast = FastEmulator(network, scores, *scaled_range(words_layout))
    expected = fast.run(scale_array(words, words_layout), layers=layers)
    found = circuit.run(words)
    for name in layers:
        np.testing.assert_array_equal(found[name], expected.outputs[name], err_msg=name)
    for name in scores:
        np.testing.assert_array_equal(found[name], expected.scores[name], err_msg=name)
    return circuit, expected


@pytest.mark.parametrize("seed", range(12))
def test_equals_the_fast_emulator(seed, rng):
    """Types, roundings, overflows and saturations of words differ from seed to seed."""
    words_layout = small_layout(5 + seed % 5)
    network = small_network(seed, words_layout)
    words = np.concatenate(
        [random_words(rng, words_layout, 2000), extreme_words(rng, words_layout, 500)]
    )
    compare(network, every_operation(network), words_layout, words)


def test_all_57_words(rng):
    """Offsets, shifts and empty slots of the whole layout."""
    words_layout = layout(Features())
    network = small_network(3, words_layout, bits=3, hidden=(3,))
    words = np.concatenate(
        [random_words(rng, words_layout, 1000), extreme_words(rng, words_layout, 500)]
    )
    circuit, expected = compare(network, two_scores(network), words_layout, words)
    assert len(np.unique(expected.scores["score1"])) > 500
    assert len(circuit.inputs) == 56  # MET has no pseudorapidity


@pytest.mark.parametrize("words_layout", OTHERS, ids=lambda ports: ports.name)
def test_words_of_anything(words_layout, rng):
    network = small_network(5, words_layout, bits=3, hidden=(3,))
    words = np.concatenate(
        [random_words(rng, words_layout, 1000), extreme_words(rng, words_layout, 500)]
    )
    compare(network, two_scores(network), words_layout, words)


@pytest.mark.parametrize(
    "solver",
    [
        Solver(together=False),
        Solver(decompose=False),
        Solver(method="mc"),
        Solver(method="wmc-dc", depth=1),
        Solver(method="dummy"),
    ],
    ids=str,
)
def test_solver_changes_no_number(solver, rng):
    words_layout = small_layout()
    network = small_network(1, words_layout)
    words = random_words(rng, words_layout, 1000)
    compare(network, two_scores(network), words_layout, words, solver)


def test_difference_is_taken_the_cheaper_way():
    """Bits below the coarser operand pass without subtraction."""
    words_layout = small_layout()
    network = small_network(2, words_layout)
    x, one = port("input"), port("one")
    both = ports(network, "input", "one")
    costs = [
        trace(
            block(
                network,
                {"score": Score("score", a.subtract(b).absolute().sum(), both)},
                words_layout,
            )
        ).logic.cost
        for a, b in ((x, one), (one, x))
    ]
    assert network.type_of("one").fraction != network.input_type.fraction
    assert costs[0] == costs[1]


def test_constant_that_float32_would_cut_is_refused():
    words_layout = small_layout()
    network = small_network(1, words_layout)
    layer = network.layers[0]
    assert isinstance(layer, Linear)
    loose = FixedPoint(60, 30)
    wide = replace(
        layer,
        bias=np.full(layer.size, 2**28 + 1),
        bias_type=FixedPoint(30, 2),
        accumulator=loose,
        output=loose,
    )
    one = replace(network, layers=(wide,), outputs=("one_0",))
    with pytest.raises(ConversionError, match=r"a constant of the circuit must have at most 24"):
        trace(block(one, {}, words_layout), layers=["one_0"])


def test_what_is_always_larger_needs_no_choice(rng):
    """alkaid would take the top bit of a difference that is never negative for its sign."""
    words_layout = small_layout()
    network = small_network(1, words_layout)
    x = port("input")
    expressions = {
        "above": x.offset(13).maximum(x).sum(),
        "below": x.minimum(x.offset(13)).sum(),
        "itself": x.maximum(x).minimum(x.offset(-1)).sum(),
    }
    kinds = ports(network, "input")
    scores = {name: Score(name, expression, kinds) for name, expression in expressions.items()}
    compare(network, scores, words_layout, random_words(rng, words_layout, 500))
