"""Speed of the fast emulator against hls4ml's own ``predict``, on the same model and events.

A double autoencoder of trigger size with random weights is converted once. hls4ml compiles it
with its own flags and predicts from real numbers; the fast emulator starts from the raw
integers and gives the scores besides. Outputs are compared before anything is timed.

Usage: python tools/bench_emulators.py [--events 20000] [--threads 2] [--repeat 5] [--out DIR]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

#: Times faster that the fast emulator must be.
GOAL = 20.0


def main() -> int:
    """Print both speeds and their ratio; 1 where they differ in a value or miss the goal."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path, help="folder of the HLS project, else a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return bench(options.out or Path(temporary), options)


def bench(folder: Path, options: argparse.Namespace) -> int:
    """Convert, compile, compare and time."""
    from trigger_ad.emulate.fast import FastEmulator

    network, scores, graph, low, high = model(folder)
    quietly(graph.compile)
    emulators = {
        threads: FastEmulator(network, scores, low, high, threads=threads)
        for threads in sorted({1, options.threads})
    }
    rng = np.random.default_rng(2)
    shape = (options.events, network.input_size)
    raw = rng.integers(low, high, shape, endpoint=True).astype(np.int32)
    real = network.input_type.decode(raw).astype(np.float32)

    outputs = emulators[options.threads].run(raw).outputs
    different = sum(
        int(np.count_nonzero(network.type_of(name).decode(outputs[name]) != values))
        for name, values in zip(network.outputs, graph.predict(real), strict=True)
    )
    distinct = min(len(np.unique(values)) for values in outputs.values())
    print(
        f"python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} processors"
    )
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("hls4ml", "numpy")))
    print(network)
    print(f"{options.events} random events in one batch, full range of every port")
    print(
        f"outputs that differ: {different} of {sum(v.size for v in outputs.values())} "
        f"(at least {distinct} distinct values in a branch)"
    )
    slow = timed(lambda: graph.predict(real), min(options.repeat, 3))
    line = "{:34} {:>12,.0f} events/s"
    print(
        line.format("hls4ml predict, 1 thread", options.events / slow), f"  flags: {flags(folder)}"
    )
    ratio = 0.0
    for threads, emulator in emulators.items():
        for what, layers in (("scores", ()), ("scores and outputs", None)):
            seconds = timed(lambda e=emulator, k=layers: e.run(raw, k), options.repeat * 4)  # type: ignore[misc]
            name = f"fast, {threads} thread{'s' * (threads > 1)}, {what}"
            ratio = slow / seconds
            print(line.format(name, options.events / seconds), f"  {ratio:.0f} times")
    kinds = sorted(set(emulators[1].arithmetic.values()))
    print(f"arithmetic: {', '.join(kinds)}; goal {GOAL:.0f} times: ratio {ratio:.1f}")
    return 0 if ratio >= GOAL and different == 0 else 1


def model(folder: Path) -> Any:
    """Network, scores, hls4ml graph and input bounds of a double autoencoder."""
    from trigger_ad import config
    from trigger_ad.convert import project
    from trigger_ad.convert.scores import bind
    from trigger_ad.fixed import FixedPoint
    from trigger_ad.quantize.model import QuantizedModel
    from trigger_ad.quantize.precision import calibrate
    from trigger_ad.scorers import double_ae
    from trigger_ad.scorers.branch import FloatModel

    scorer = config.Scorer()
    branches = double_ae.branches(scorer)
    rng = np.random.default_rng(1)
    weights = {}
    for branch in branches:
        for name, n_in, n_out in zip(
            branch.layers, branch.widths[:-1], branch.widths[1:], strict=True
        ):
            scale = (2.0 / n_in) ** 0.5
            weights[f"{name}.kernel"] = rng.normal(0, scale, (n_in, n_out)).astype(np.float32)
            weights[f"{name}.bias"] = rng.normal(0, 0.1, n_out).astype(np.float32)
    kind = FixedPoint(9, 5)
    low, high = np.full(57, kind.minimum), np.full(57, kind.maximum)
    inputs = rng.integers(low, high, (2000, 57), endpoint=True)
    precision = calibrate(FloatModel(branches, weights), inputs, kind, config.Quantize())
    quantized = QuantizedModel(branches, precision, weights)
    settings = config.Convert()
    network = project.convert(quantized, settings, folder / "checked")
    graph = project._graph(quantized, settings, folder / "hls4ml")  # noqa: SLF001, with predict
    expressions = double_ae.expressions(scorer)
    scores = bind(expressions, [branch.name for branch in branches], network, low, high)
    return network, scores, graph, low, high


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


def timed(call: Callable[[], Any], repeat: int) -> float:
    """Median seconds of a call, after one that is not counted."""
    call()
    seconds = []
    for _ in range(repeat):
        begin = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
