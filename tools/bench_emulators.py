"""Speed of the fast emulator against hls4ml, alkaid and plain matrix products, in one run.

The same network, events and threads for all:

* hls4ml's ``predict`` compiles the project with its own flags and starts from real numbers. The
  fast emulator starts from the raw integers and gives the scores besides.
* alkaid's ``predict`` interprets the circuit of the RTL, from hardware words to scores. So does
  the fast emulator here: the scaling of the words is in its time.
* Products of float32 matrices of the same shapes, in the same blocks, are the distance from the
  limit: what no emulator that multiplies with numpy can beat.

Results are compared before anything is timed. All sides take turns, and the best time of each
counts: whatever else the machine does can only make a time longer.

Usage: python tools/bench_emulators.py [--model models/double_ae]
       python tools/bench_emulators.py --hidden 12 6 3 6 12 --nonzero 0.3 --weight-bits 4
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from threadpoolctl import ThreadpoolController

CHECKOUT = Path(__file__).resolve().parents[1]

#: Times faster than hls4ml's and alkaid's ``predict`` that the fast emulator must be.
GOALS = {"hls4ml": 100.0, "alkaid": 1.0}

#: Events of a matrix product, as in the fast emulator.
BLOCK = 4096


@dataclass(frozen=True)
class Model:
    """A network with its scores, and hls4ml's graph of it where that is wanted."""

    network: Any
    scores: Mapping[str, Any]
    layout: Any
    graph: Any = None


def main() -> int:
    """Print all speeds and ratios; 1 where values differ or a goal is missed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--model", type=Path, default=CHECKOUT / "models" / "double_ae")
    parser.add_argument("--hidden", type=int, nargs="+", help="random networks of these widths")
    parser.add_argument("--nonzero", type=float, default=0.3, help="of the random weights")
    parser.add_argument("--weight-bits", type=int, default=4, help="of the random weights")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=20, help="turns; hls4ml takes 3 of them")
    parser.add_argument("--out", type=Path, help="folder of the HLS project, else a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return bench(options.out or Path(temporary), options)


def bench(folder: Path, options: argparse.Namespace) -> int:
    """Convert, compile, compare and time."""
    if options.hidden:
        model = random(tuple(options.hidden), options.nonzero, options.weight_bits, folder)
    else:
        model = reference(options.model, folder)
    quietly(model.graph.compile)
    words = random_words(model.layout, options.events)
    print(
        f"python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} processors"
    )
    names = ("hls4ml", "alkaid", "numpy")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
    print(model.network)
    print(f"weights that are not 0: {nonzero(model.network):.0%}")
    print(f"{options.events} random events in one batch, full range of every word")
    print(f"flags of hls4ml: {flags(folder)}")

    calls: dict[tuple[str, int], Callable[[], Any]] = {}
    different = 0
    for threads in sorted({1, options.threads}):
        found, wrong = sides(model, words, threads)
        calls |= {(name, threads): call for name, call in found.items()}
        different += wrong
    calls["hls4ml", 1], wrong = hls4ml_side(model, words)
    print(f"values that differ: {different + wrong}")
    seconds = in_turns(calls, options.repeat)
    for (name, threads), taken in seconds.items():
        what = f"{name}, {threads} thread{'s' * (threads > 1)}"
        print(f"{what:46} {options.events / taken:>12,.0f} events/s")
    missed = report(seconds, options.threads)
    return 1 if missed or different or wrong else 0


def report(seconds: Mapping[tuple[str, int], float], threads: int) -> int:
    """Print the ratios; how many goals are missed."""
    missed = 0
    for count in sorted({1, threads}):
        fast, whole = seconds["fast", count], seconds["fast from words", count]
        ratios = {"alkaid": seconds["alkaid from words", count] / whole}
        if count == 1:  # hls4ml has no threads
            ratios["hls4ml"] = seconds["hls4ml", 1] / fast
        for rival, ratio in ratios.items():
            missed += ratio < GOALS[rival]
            print(f"{count} thread(s): {ratio:.1f} times {rival} (goal {GOALS[rival]:g})")
        limit = seconds["matrix products", count]
        print(f"{count} thread(s): {fast / limit:.2f} times the time of its matrix products")
    return missed


def sides(model: Model, words: Any, threads: int) -> tuple[dict[str, Callable[[], Any]], int]:
    """Everything to be timed but hls4ml, and how many scores differ from alkaid's."""
    from trigger_ad.emulate.fast import FastEmulator
    from trigger_ad.features.words import scale_array, scaled_range
    from trigger_ad.rtl.trace import trace
    from trigger_ad.trigger.hardware import Block

    bounds = scaled_range(model.layout)
    emulator = FastEmulator(model.network, model.scores, *bounds, threads=threads)
    scaled = scale_array(words, model.layout)
    circuit = trace(Block(model.layout, model.network, model.scores))
    inputs = np.ascontiguousarray(words[:, list(circuit.inputs)], dtype=np.float64)
    fast, traced = emulator.run(scaled, ()).scores, circuit.run(words)
    different = sum(int(np.count_nonzero(fast[name] != traced[name])) for name in model.scores)
    return {
        "alkaid from words": lambda: circuit.logic.predict(inputs, n_threads=threads),
        "fast from words": lambda: emulator.run(scale_array(words, model.layout), ()),
        "fast": lambda: emulator.run(scaled, ()),
        "fast with outputs": lambda: emulator.run(scaled),
        "matrix products": products(model.network, len(words), threads),
    }, different


def hls4ml_side(model: Model, words: Any) -> tuple[Callable[[], Any], int]:
    """hls4ml's ``predict`` of the same events, and how many outputs differ."""
    from trigger_ad.emulate.fast import FastEmulator
    from trigger_ad.features.words import scale_array, scaled_range

    network = model.network
    scaled = scale_array(words, model.layout)
    real = network.input_type.decode(scaled).astype(np.float32)
    outputs = FastEmulator(network, {}, *scaled_range(model.layout)).run(scaled).outputs
    different = sum(
        int(np.count_nonzero(network.type_of(name).decode(outputs[name]) != values))
        for name, values in zip(network.outputs, model.graph.predict(real), strict=True)
    )
    return lambda: model.graph.predict(real), different


def products(network: Any, events: int, threads: int) -> Callable[[], Any]:
    """Float32 products of all dense layers, in blocks that the threads share."""
    shapes = [layer.weights.shape for layer in network.layers if hasattr(layer, "weights")]
    controller = ThreadpoolController()

    def work(starts: Any) -> None:
        arrays = [
            (
                np.ones((m, n), np.float32),
                np.ones((n, BLOCK), np.float32),
                np.empty((m, BLOCK), np.float32),
            )
            for n, m in shapes
        ]
        for start in starts:
            size = min(BLOCK, events - start)
            for matrix, source, result in arrays:
                np.matmul(matrix, source[:, :size], out=result[:, :size])

    def run() -> None:
        starts = iter(range(0, events, BLOCK))
        with controller.limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
            for task in [pool.submit(work, starts) for _ in range(threads)]:
                task.result()

    return run


def reference(folder: Path, out: Path) -> Model:
    """The model of a folder such as ``models/double_ae``, converted anew."""
    from trigger_ad import config
    from trigger_ad.convert.differences import compare
    from trigger_ad.features.layouts.table import layout
    from trigger_ad.ir.layers.network import HardwareNetwork
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.run.folder.trigger import load_scores

    settings = config.load(folder / "config.yaml")
    records = folder / "model/double"
    quantized = QuantizedModel.load(records / "quantized.npz")
    network, graph = convert(quantized, settings.convert, out)
    compare(network, HardwareNetwork.load(records / "network.npz"))
    return Model(network, load_scores(records / "scores.json"), layout(settings.features), graph)


def random(hidden: tuple[int, ...], kept: float, bits: int, out: Path) -> Model:
    """Two random pruned autoencoders of these widths."""
    from trigger_ad import config
    from trigger_ad.convert.binding import bind
    from trigger_ad.features.layouts.table import layout
    from trigger_ad.features.words import scaled_range
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.quantize.precision import calibrate
    from trigger_ad.scorers import double_ae
    from trigger_ad.scorers.float_model import FloatModel

    scorer = double_ae.DoubleAe(hidden=hidden)
    ports = layout(config.Features())
    branches = double_ae.branches(scorer, len(ports.fields))
    rng = np.random.default_rng(1)
    weights = {}
    for branch in branches:
        for name, n_in, n_out in zip(
            branch.layers, branch.widths[:-1], branch.widths[1:], strict=True
        ):
            kernel = rng.normal(0, (2.0 / (kept * n_in)) ** 0.5, (n_in, n_out))
            kernel *= rng.random(kernel.shape) < kept
            weights[f"{name}.kernel"] = kernel.astype(np.float32)
            weights[f"{name}.bias"] = rng.normal(0, 0.1, n_out).astype(np.float32)
    low, high = scaled_range(ports)
    inputs = rng.integers(low, high, (2000, len(low)), endpoint=True)
    settings = config.Quantize(weight_bits=bits)
    precision = calibrate(FloatModel(branches, weights), inputs, ports.input, settings)
    quantized = QuantizedModel(branches, precision, weights)
    network, graph = convert(quantized, config.Convert(), out)
    names = [branch.name for branch in branches]
    scores = bind(double_ae.expressions(scorer), names, network, low, high)
    return Model(network, scores, ports, graph)


def convert(quantized: Any, settings: Any, folder: Path) -> tuple[Any, Any]:
    """Checked network, and hls4ml's graph, which predicts."""
    from trigger_ad.convert import graph, project

    network = project.convert(quantized, settings, folder / "checked")
    return network, graph.graph_of(quantized, settings, folder / "hls4ml")


def nonzero(network: Any) -> float:
    """Fraction of the weights that are not 0."""
    weights = [layer.weights for layer in network.layers if hasattr(layer, "weights")]
    return sum(np.count_nonzero(w) for w in weights) / sum(w.size for w in weights)


def random_words(layout: Any, events: int) -> Any:
    """Words over the full range of their ports."""
    rng = np.random.default_rng(2)
    shape = (events, len(layout.fields))
    return rng.integers(layout.minimum, layout.maximum, shape, endpoint=True).astype(np.int32)


def flags(folder: Path) -> str:
    """Compiler flags of hls4ml's build script, the alternatives for old compilers included."""
    text = (folder / "hls4ml" / "build_lib.sh").read_text(encoding="utf-8")
    return " ".join(flag.strip() for flag in re.findall(r'\bCFLAGS\+?="([^"]*)"', text))


def quietly(call: Callable[[], Any]) -> None:
    """Keep the compiler's warnings off the screen unless it fails."""
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 2)
        try:
            call()
        except BaseException:
            log.seek(0)
            os.write(screen, log.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def in_turns(
    calls: Mapping[tuple[str, int], Callable[[], Any]], repeat: int
) -> dict[tuple[str, int], float]:
    """Best seconds of each call, after one that is not counted."""
    best = dict.fromkeys(calls, float("inf"))
    for turn in range(repeat + 1):
        for key, call in calls.items():
            if key[0] == "hls4ml" and turn > 3:
                continue
            begin = time.perf_counter()
            call()
            if turn:
                best[key] = min(best[key], time.perf_counter() - begin)
    return best


if __name__ == "__main__":
    sys.exit(main())
