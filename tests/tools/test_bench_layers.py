"""The emulator of the bench gives the numbers of int64, and both sides the same products."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trigger_ad.emulate.fast import FastEmulator

PATH = Path(__file__).parents[2] / "tools" / "bench_layers.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("bench_layers", PATH)
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # where its records look for their module
    spec.loader.exec_module(found)
    yield found
    del sys.modules[spec.name]


def emulator_of(network):
    kind, size = network.input_type, network.input_size
    return FastEmulator(network, {}, np.full(size, kind.minimum), np.full(size, kind.maximum))


def test_every_case_is_exact(tool, rng):
    for case in tool.cases():
        network = tool.build(case)
        kind = network.input_type
        inputs = rng.integers(kind.minimum, kind.maximum, (20, case.size), endpoint=True)
        assert tool.different(network, emulator_of(network), inputs.astype(np.int32)) == 0


def test_values_that_differ_are_counted(tool, rng):
    network = tool.build(tool.cases()[2])
    emulator = emulator_of(network)
    first, *others = network.layers
    changed = replace(network, layers=(replace(first, bias=first.bias + 1), *others))
    inputs = rng.integers(-128, 127, (20, network.input_size)).astype(np.int32)
    assert tool.different(changed, emulator, inputs) >= 20 * first.size


def test_plain_products_are_those_of_the_layers(tool, rng):
    """Of a layer alone, whose sums the emulator gives but for their bias."""
    for case in tool.cases():
        network = tool.build(replace(case, layers=case.layers[:1]))
        (layer, _) = network.layers
        inputs = rng.integers(-128, 127, (9, case.size)).astype(np.int32)
        found = tool.products(network, inputs.astype(np.float32), 4)()
        bias = layer.bias << (layer.output.fraction - layer.bias_type.fraction)
        sums = emulator_of(network).run(inputs, (layer.name,)).outputs[layer.name]
        sums = (sums.reshape(-1, len(bias)) - bias).reshape(len(inputs), -1)
        shift = layer.output.fraction - layer.weight_type.fraction - network.input_type.fraction
        np.testing.assert_array_equal(np.ldexp(found, shift), sums[8:])


def test_windows_of_the_bench(tool):
    assert tool.windows((3,), 2, 1).tolist() == [
        [-1, -1, 0, 1, 2, 3],
        [0, 1, 2, 3, 4, 5],
        [2, 3, 4, 5, -1, -1],
    ]
    assert tool.windows((5, 3), 1, 2).shape == (6, 9)
    assert tool.windows((5, 3), 1, 2)[1].tolist() == [-1, -1, -1, 1, 2, -1, 4, 5, -1]


@pytest.mark.parametrize(("goal", "missed"), [(1e-9, 0), (1e9, 1)])
def test_a_goal_that_is_missed(tool, capsys, monkeypatch, goal, missed):
    monkeypatch.setattr(tool, "GOALS", {"dense": goal, "windows": goal})
    case = tool.cases()[2]
    assert tool.bench(case, 100, 1) == missed
    assert "shared 16 x 8 -> 32 -> 32" in capsys.readouterr().out
