"""Distance correlation with gradient: this project's against the full matrices in TensorFlow.

Each form runs in a process of its own, on the same numbers. Time is the median of its
repetitions after a first call; memory is the peak resident size above that before the
measured calls, so that libraries do not count.

Usage: python tools/bench_disco.py [--events 10000] [--repeat 5]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def samples(events: int) -> tuple[Any, Any]:
    """Two dependent score vectors in single precision."""
    draw = np.random.default_rng(1)
    first = draw.gamma(3.0, size=events)
    return first.astype(np.float32), (draw.gamma(3.0, size=events) + 0.3 * first).astype(np.float32)


def full_matrix(x: Any, y: Any) -> Any:
    """Squared distance correlation through the N x N matrices of distances."""
    import tensorflow as tf

    def centred(v: Any) -> Any:
        distances = tf.abs(v[:, None] - v[None, :])
        rows = tf.reduce_mean(distances, axis=0)
        return distances - rows[None, :] - rows[:, None] + tf.reduce_mean(rows)

    a, b = centred(x), centred(y)
    root = tf.sqrt(tf.reduce_mean(a * a) * tf.reduce_mean(b * b))
    return tf.reduce_mean(a * b) / root


def resident() -> float:
    """Resident size of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak() -> float:
    """Largest resident size of this process so far, or since `forget_peak`, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def forget_peak() -> None:
    """Let the peak start anew from the present size."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure(form: str, events: int, repeat: int) -> dict[str, float]:
    """Run one form in this process."""
    import tensorflow as tf

    from trigger_ad.train.disco import disco

    function = disco if form == "ours" else full_matrix

    def gradient(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            value = function(x, y)
        return value, *tape.gradient(value, [x, y])

    step = tf.function(gradient, autograph=False)

    # Graph and libraries are warm at a small size; the arrays of the large one are not there.
    small = [tf.constant(values) for values in samples(64)]
    step(*small)
    x, y = (tf.constant(values) for values in samples(events))
    forget_peak()
    before = resident()
    begin = time.perf_counter()
    value = float(step(x, y)[0])
    seconds = [time.perf_counter() - begin]
    for _ in range(repeat):
        begin = time.perf_counter()
        step(x, y)
        seconds.append(time.perf_counter() - begin)
    return {"value": value, "seconds": float(np.median(seconds[1:])), "megabytes": peak() - before}


def measure_apart(form: str, events: int, repeat: int) -> dict[str, float]:
    """Run one form in a process of its own: memory that another one freed would hide its peak."""
    environment = dict(os.environ) | {
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, __file__, "--form", form, "--events", str(events)]
    done = subprocess.run(
        [*command, "--repeat", str(repeat)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=900,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Print both forms and the ratios; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--form", choices=("ours", "full"))
    options = parser.parse_args()
    if options.form:
        print(json.dumps(measure(options.form, options.events, options.repeat)))
        return 0
    found = {}
    for form in ("full", "ours"):
        found[form] = measure_apart(form, options.events, options.repeat)
        print(
            f"{form:5} dCor^2 = {found[form]['value']:.8f}   "
            f"{found[form]['seconds'] * 1e3:9.1f} ms   {found[form]['megabytes']:9.1f} MB"
        )
    time_ratio = found["full"]["seconds"] / found["ours"]["seconds"]
    memory_ratio = found["full"]["megabytes"] / max(found["ours"]["megabytes"], 1.0)
    print(
        f"N = {options.events}, with gradient: {time_ratio:.0f} times faster (goal 20), "
        f"{memory_ratio:.0f} times less memory (goal 50)"
    )
    return 0 if time_ratio >= 20 and memory_ratio >= 50 else 1


if __name__ == "__main__":
    sys.exit(main())
