"""Cost of training the 63 members of an SVDD ensemble together and one by one, in one run.

The same members, events, batches and epochs on all sides, all in this process:

* together: `trigger_ad.references.svdd.fit`, all members at once;
* apart: each member as a network of Keras, with its own ``fit``, one after the other. What a
  training costs before its first full-speed epoch (building, tracing) is measured too, and
  given by itself: it counts 63 times apart, but less the longer the training is. It is taken
  once for each dimension, and multiplied by the number of targets;
* one by one: `trigger_ad.references.svdd.fit` for each member alone. Says how much is due to the
  code and how much to the company.

Epochs are not extrapolated: all 63 members are trained on all sides. Elapsed seconds are printed
beside those of the processors: what else the machine does makes mainly the first longer.
Starting weights differ in their draws, which costs nothing.

Members of the paper's size are bound by their products of matrices, which are the same on all
sides: company saves their starts, and lets every processor work on whole members. Members of a
trigger's size gain from company, from activations that stay in cache, and most from a last layer
that is never longer than what can be independent.

Usage: python tools/bench_svdd.py [--size reference] [--events 50000] [--epochs 3]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from trigger_ad.references.svdd.fit import fit
from trigger_ad.references.svdd.settings import TRIGGER_SIZED, Settings, SvddMember
from trigger_ad.train import environment

#: Part of the cost apart that the cost together must stay below.
GOAL = 0.7

#: Hidden layers of the paper, or of a trigger; dimensions and targets are the paper's in both.
SIZES = {
    "trigger": replace(Settings(), hidden=TRIGGER_SIZED.hidden, activation="relu", bias=False),
    "reference": Settings(),
}

Times = tuple[float, float]


def main() -> int:
    """Print all costs; 1 where together is not clearly cheaper than apart."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="trigger")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    settings = replace(SIZES[options.size], epochs=options.epochs)
    x = np.random.default_rng(1).normal(size=(options.events, 57)).astype(np.float32)
    print(f"python {platform.python_version()}, {os.cpu_count()} processors")
    print(f"{len(settings.members)} members, hidden {settings.hidden}, {settings.activation}")
    print(f"{options.events} events in batches of {settings.batch}, {options.epochs} epochs")

    def ours(members: tuple[SvddMember, ...]) -> Times:
        return timed(
            lambda: fit(settings, x, x[:1000], seed=1, members=members, threads=options.threads)
        )

    ours(settings.members[:1])
    together = ours(settings.members)
    show("together", together)
    single = total(ours((member,)) for member in settings.members)
    show("one by one", single)
    starts, apart = with_keras(settings, x)
    show("apart (Keras)", apart)
    show("  their starts", starts)
    ratio("one by one", together, single)
    ratio("apart with starts", together, total([apart, starts]))
    ratios = ratio("apart", together, apart)
    met = max(ratios) < GOAL
    print(f"goal: both below {GOAL} without starts: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def with_keras(settings: Settings, x: Any) -> tuple[Times, Times]:
    """Train every member by itself; times of the starts, and of the epochs."""
    import keras

    environment.start()
    keras.utils.set_random_seed(1)
    starts, epochs = [], []
    for dimension in settings.dimensions:
        model = network(settings, dimension)
        for target in settings.targets:
            targets = np.full((len(x), dimension), target, np.float32)
            if target == settings.targets[0]:
                part = slice(settings.batch)
                starts += [timed(partial(train, model, x[part], targets[part], settings, 1))]
            epochs.append(timed(partial(train, model, x, targets, settings, settings.epochs)))
    return total(starts * len(settings.targets)), total(epochs)


def train(model: Any, x: Any, targets: Any, settings: Settings, epochs: int) -> None:
    """Fit a network of Keras."""
    model.fit(x, targets, batch_size=settings.batch, epochs=epochs, verbose=0)


def network(settings: Settings, dimension: int) -> Any:
    """One member, as the paper describes it."""
    import keras

    dense = keras.layers.Dense
    hidden = [dense(n, settings.activation, use_bias=settings.bias) for n in settings.hidden]
    last = dense(dimension, use_bias=settings.bias)
    model = keras.Sequential([keras.Input((57,)), *hidden, last])
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


def timed(work: Callable[[], object]) -> Times:
    """Elapsed seconds, and those of the processors."""
    begin = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin[0], time.process_time() - begin[1]


def total(times: Any) -> Times:
    """Sum of all."""
    elapsed, used = zip(*times, strict=True)
    return sum(elapsed), sum(used)


def ratio(name: str, one: Times, other: Times) -> Times:
    """Print and return how much of another cost one is, elapsed and of processors."""
    elapsed, used = one[0] / other[0], one[1] / other[1]
    print(f"together / {name}: {elapsed:.2f} elapsed, {used:.2f} of processors")
    return elapsed, used


def show(name: str, times: Times) -> None:
    """One line."""
    print(f"{name:16} {times[0]:8.2f} s elapsed {times[1]:8.2f} s of processors", flush=True)


if __name__ == "__main__":
    sys.exit(main())
