"""Speed of the fast emulator against plain products of the same shapes, layer by layer, in one run.

Both sides multiply with numpy, in the same arithmetic, in blocks of as many events, in one thread:

* plain products of a dense layer are ``(events, inputs) @ (inputs, outputs)``; those of a layer
  with windows, which are gathered before, ``(events x windows, elements) @ (elements, channels)``;
* the fast emulator checks and turns its integer inputs, adds biases, rounds, and clips besides.

Before anything is timed the emulator is held to the same network in int64. Sides take turns, and
the best time of each counts: whatever else the machine does can only make a time longer.

Usage: python tools/bench_layers.py [--events 20000] [--repeat 7]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

#: Least speed of the emulator relative to plain products.
GOALS = {"dense": 1 / 4, "windows": 1 / 8}

WEIGHTS, BIAS, INPUT = "ap_fixed<6,1>", "ap_fixed<8,2>", "ap_fixed<8,4>"
HIDDEN = "ap_ufixed<8,4,AP_RND_CONV,AP_SAT>"


@dataclass(frozen=True)
class Case:
    """A chain of layers, each of which is given by its places and its channels."""

    name: str
    size: int
    layers: tuple[tuple[Any, int], ...]

    @property
    def goal(self) -> float:
        """Of this kind of layers."""
        return GOALS["windows" if any(places is not None for places, _ in self.layers) else "dense"]


def main() -> int:
    """Print all speeds and ratios; 1 where values differ or a goal is missed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    print(f"numpy {np.__version__}, {os.cpu_count()} processors, one thread of them used")
    return int(sum(bench(case, options.events, options.repeat) for case in cases()) > 0)


def bench(case: Case, events: int, repeat: int) -> int:
    """Compare, time and print one case; 1 where values differ or the goal is missed."""
    from trigger_ad.emulate.fast import FastEmulator

    network = build(case)
    rng = np.random.default_rng(2)
    kind = network.input_type
    inputs = rng.integers(kind.minimum, kind.maximum, (events, case.size), endpoint=True)
    inputs = inputs.astype(np.int32)
    bounds = (np.full(case.size, end) for end in (kind.minimum, kind.maximum))
    emulator = FastEmulator(network, {}, *bounds)
    wrong = different(network, emulator, inputs[:200])
    block, dtype = emulator.block, next(iter(emulator.arithmetic.values()))
    best = in_turns(
        {
            "fast": lambda: emulator.run(inputs, ()),
            "plain": products(network, inputs.astype(dtype), block),
        },
        repeat,
    )
    ratio = best["plain"] / best["fast"]
    print(
        f"{case.name:40} {dtype} in blocks of {block:5}: {events / best['fast']:>11,.0f} events/s, "
        f"plain {events / best['plain']:>11,.0f}, ratio {ratio:.2f} (goal {case.goal:g})"
        + (f"; {wrong} values differ" if wrong else "")
    )
    return int(wrong > 0 or ratio < case.goal)


def cases() -> tuple[Case, ...]:
    """Dense chains, layers shared by particles, convolutions in one and two dimensions."""
    chain = tuple((None, n) for n in (16, 8, 4, 8, 16, 57))
    image = (18, 14)
    return (
        Case("dense 57-16-8-4-8-16-57", 57, chain),
        Case("dense 64-64-64", 64, ((None, 64), (None, 64))),
        Case("shared 16 x 8 -> 32 -> 32", 128, ((tiles(16, 8), 32), (tiles(16, 32), 32))),
        Case(
            "convolution 3 x 3, 18 x 14 x 1 -> 8 -> 8",
            252,
            ((windows(image, 1, 1), 8), (windows(image, 8, 1), 8)),
        ),
        Case("the same, stride 2", 252, ((windows(image, 1, 2), 8), (windows((9, 7), 8, 2), 8))),
        Case(
            "convolution 3, 64 x 4 -> 8 -> 8",
            256,
            ((windows((64,), 4, 1), 8), (windows((64,), 8, 1), 8)),
        ),
    )


def tiles(particles: int, features: int) -> Any:
    """Places of particles side by side."""
    return np.arange(particles * features, dtype=np.int32).reshape(particles, features)


def windows(shape: tuple[int, ...], channels: int, stride: int) -> Any:
    """Places of windows of 3 in every direction, padded with nothing to the same size."""
    padded = np.full([n + 2 for n in shape] + [channels], -1, dtype=np.int32)
    inside = (slice(1, -1),) * len(shape)
    padded[inside] = np.arange(np.prod(shape) * channels).reshape(*shape, channels)
    axes = tuple(range(len(shape)))
    found = np.lib.stride_tricks.sliding_window_view(padded, (3,) * len(shape), axes)
    found = np.moveaxis(found[tuple(slice(None, None, stride) for _ in shape)], len(shape), -1)
    return np.ascontiguousarray(found.reshape(-1, 3 ** len(shape) * channels))


def build(case: Case) -> Any:
    """Random weights; each sum is exact and then cast, by ReLU but for the last."""
    from trigger_ad.ir.fixed import FixedPoint
    from trigger_ad.ir.layers.cast import Cast
    from trigger_ad.ir.layers.linear import Linear, accumulator_needed
    from trigger_ad.ir.layers.network import HardwareNetwork

    rng = np.random.default_rng(1)
    weight, bias, hidden = (FixedPoint.parse(text) for text in (WEIGHTS, BIAS, HIDDEN))
    port = FixedPoint.parse(INPUT)
    network = HardwareNetwork("bench", "x", case.size, port, (), ())
    ends = tuple(np.full(case.size, end) for end in (port.minimum, port.maximum))
    source, n = "x", case.size
    for i, (places, channels) in enumerate(case.layers):
        taps = n if places is None else places.shape[1]
        layer = Linear(
            f"sum_{i}",
            source,
            rng.integers(weight.minimum, weight.maximum, (taps, channels), endpoint=True),
            weight,
            rng.integers(bias.minimum, bias.maximum, channels, endpoint=True),
            bias,
            FixedPoint(60, 30),
            FixedPoint(60, 30),
            places,
        )
        needed = accumulator_needed(layer, network.intervals(*ends)[source])
        layer = replace(layer, accumulator=needed, output=needed)
        last = i == len(case.layers) - 1
        kind = FixedPoint.parse("ap_fixed<9,5,AP_RND_CONV,AP_SAT>") if last else hidden
        source, n = f"cast_{i}", layer.size
        cast = Cast(source, layer.name, n, kind, relu=not last)
        network = replace(network, layers=(*network.layers, layer, cast), outputs=(source,))
    return network


def different(network: Any, emulator: Any, inputs: Any) -> int:
    """Values of all layers that the emulator gives otherwise than int64."""
    values = {network.input_name: inputs.astype(np.int64)}
    for layer in network.layers:
        source = values[layer.source]
        fraction = network.type_of(layer.source).fraction
        if hasattr(layer, "weights"):
            gathered = np.moveaxis(layer.window(source.T), -1, 0)
            finest = max(fraction + layer.weight_type.fraction, layer.bias_type.fraction)
            found = (gathered @ layer.weights) << (finest - fraction - layer.weight_type.fraction)
            found = found + (layer.bias << (finest - layer.bias_type.fraction))
            source, fraction = found.reshape(len(inputs), -1), finest
        elif layer.relu:
            source = np.maximum(source, 0)
        values[layer.name] = layer.output.cast(source, fraction)
    found = emulator.run(inputs, [layer.name for layer in network.layers]).outputs
    return sum(int(np.count_nonzero(values[name] != array)) for name, array in found.items())


def products(network: Any, inputs: Any, block: int) -> Callable[[], Any]:
    """The products alone, in blocks of events; what is called gives those of the last block."""
    layers = [
        (layer.weights.astype(inputs.dtype), layer.places)
        for layer in network.layers
        if hasattr(layer, "weights")
    ]

    def run() -> Any:
        values = inputs
        for start in range(0, len(inputs), block):
            values = inputs[start : start + block]
            for weights, places in layers:
                n = len(values)
                if places is None:
                    values = values @ weights
                else:
                    if places.min() < 0:  # in padding the last column is read, which is 0
                        values = np.concatenate([values, np.zeros((n, 1), values.dtype)], axis=1)
                    gathered = np.take(values, places, axis=1, mode="wrap")
                    values = (gathered.reshape(-1, len(weights)) @ weights).reshape(n, -1)
        return values

    return run


def in_turns(calls: Mapping[str, Callable[[], Any]], repeat: int) -> dict[str, float]:
    """Best seconds of each call, after one that is not counted."""
    best = dict.fromkeys(calls, float("inf"))
    for turn in range(repeat + 1):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            if turn:
                best[name] = min(best[name], time.perf_counter() - begin)
    return best


if __name__ == "__main__":
    sys.exit(main())
