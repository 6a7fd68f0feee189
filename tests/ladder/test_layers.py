"""Every kind of layer, mixed at random, gives the same bits in every form.

Three networks; ten, and the shapes that others have published, with ``--ladder``.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.hls import tops
from tests.ladder import forms, layers, public
from tests.ladder.table import Case
from tests.layouts import signed_numbers
from trigger_ad.ir.expression import port
from trigger_ad.ir.layers.linear import Linear
from trigger_ad.layers.convolution import Convolution
from trigger_ad.layers.table import KINDS
from trigger_ad.quantize.keras_model import quantized_model
from trigger_ad.trigger.rule import Rule

RUNGS = {"qkeras", "fast", "csim", "top", "rtl", "abi"}


def pytest_generate_tests(metafunc):
    every = metafunc.config.getoption("ladder")
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", layers.DRAWN if every else layers.QUICK)
    if "shape" in metafunc.fixturenames:
        exact = [name for name, (_, reason) in public.SHAPES.items() if not reason]
        metafunc.parametrize("shape", exact if every else ())


def test_the_networks_hold_what_the_ladder_promises():
    cases = {seed: layers.drawn(seed) for seed in layers.DRAWN}
    networks = {seed: case.branches[0].branch for seed, case in cases.items()}
    kinds = {seed: Counter(n.kind.name for n in net.nodes) for seed, net in networks.items()}
    assert len(cases) == 10
    assert all(len(found) >= 4 and found.total() >= 8 for found in kinds.values())
    assert set().union(*(kinds[seed] for seed in layers.QUICK)) == set(KINDS)
    windows = [
        node.kind
        for network in networks.values()
        for node in network.nodes
        if isinstance(node.kind, Convolution)
    ]
    assert {len(kind.kernel) for kind in windows} == {1, 2}
    assert {kind.padding for kind in windows} == {"same", "valid"}
    assert {max(kind.stride) for kind in windows} == {1, 2}
    assert any(len(n.shape) == 3 and n.shape[0] != n.shape[1] for n in networks.values())
    assert any(len(case.branches[0].zero) > 0 for case in cases.values())
    assert any(case.branches[0].kept < 1 for case in cases.values())
    models = [tops.sketch(case.layout, case.branches, seed) for seed, case in cases.items()]
    types = [layer for model in models for layer in model.precision.layers.values()]
    bits = {layer.weight.width for layer in types if layer.weight is not None}
    assert min(bits) == 2
    assert max(bits) == 16
    integers = {layer.output.integer for layer in types}
    integers |= {layer.weight.integer for layer in types if layer.weight is not None}
    assert min(integers) < 0
    assert max(integers) > 8


def test_every_rung_is_equal(seed, tmp_path, request):
    case, number = layers.drawn(seed), _events(request)
    made = forms.build(case, tmp_path)
    network = made.trigger.hardware.blocks[0].own_network
    assert any(isinstance(layer, Linear) and layer.windows > 1 for layer in network.layers)
    _compare(made, case, number)


@pytest.mark.slow
def test_published_shapes_are_equal(shape, tmp_path):
    """Two outputs are two networks; the scores are of the first and the last."""
    quantized = quantized_model(public.model_of(shape), "net")
    names = [network.name for network in quantized.branches]
    score1 = port(names[0]).square().sum()
    score2 = port("input").sum().add(port(names[-1]).sum())
    layout = signed_numbers(quantized.branches[0].inputs)
    case = Case(layout, (), score1, score2, Rule.CMS_COUNTER, "240mhz", 3)
    _compare(forms.build_of(quantized, case, tmp_path), case, 100_000)


def test_a_lost_weight_is_found(tmp_path):
    """In the weights of a window, of which hardware has several."""
    case = layers.drawn(layers.QUICK[0])
    made = forms.build(case, tmp_path, built=("csim",))
    lost = replace(made, quantized=forms.lose(made.quantized))
    found = forms.climb_network(lost, forms.words(case, 2000))
    assert found["fast"].against == "qkeras"
    assert found["fast"].mismatches > 0
    assert found["csim"].mismatches == 0


def _events(request) -> int:
    return 100_000 if request.config.getoption("ladder") else 2000


def _compare(made: forms.Forms, case: Case, number: int) -> None:
    given = forms.words(case, number)
    found = forms.climb(made, given)
    assert set(found) == RUNGS
    for rung, row in found.items():
        assert row.claimed or number < 100_000, (rung, row)
        assert row.mismatches == row.extreme_mismatches == 0, (rung, row)
        assert row.events >= number
        assert row.extremes > 2000
    values = made.trigger.scores_of_words(given["events"]).values()
    least = 1000 if number > 10_000 else 300
    assert min(len(np.unique(score)) for score in values) >= least
