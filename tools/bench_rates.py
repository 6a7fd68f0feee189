"""Scan of rates: two Dask workers against one, and memory against events, in one run.

The events are copies of a file of the packaged sample, through the reference model. Each worker
is a process with one thread. Both clusters are there from the beginning and have counted once
before anything is timed; they take turns, and the best time of each counts. What two processes
gain over one on this machine at that moment is measured beside it, by a product of matrices
that needs nothing from outside: a machine that is busy otherwise limits both alike.

Memory is the peak resident size of a scan in a process of its own.

Usage: python tools/bench_rates.py [--files 8] [--events 50000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

#: Times faster that two workers must be than one.
GOAL = 1.7

#: Events of a piece.
CHUNK = 10_000

#: A shipped model is a run folder.
MODEL = ROOT / "models/double_ae"


def main() -> int:
    """Print times, their ratio and memory; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--events", type=int, default=50_000, help="of each file")
    parser.add_argument("--repeat", type=int, default=3, help="turns")
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        return peak(options.peak, options.files)
    for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[library] = "1"  # of the processes that do the work
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, options.events, max(options.files, 8))
        missed = speed(folder, options.files, options.events, options.repeat)
        memory(folder, options.events)
    return missed


def make(folder: Path, events: int, files: int) -> None:
    """Event files."""
    from trigger_ad.events.packaged import packaged
    from trigger_ad.events.readers import adc2021

    sample = adc2021.read(packaged("sm"), 60_000)
    chosen = np.random.default_rng(1).integers(0, len(sample), events)
    adc2021.write(folder / "e_0.h5", sample[chosen], adc2021.read_origin(packaged("sm")))
    for number in range(1, files):
        shutil.copy(folder / "e_0.h5", folder / f"e_{number}.h5")


def count(folder: Path, files: int, scheduler: str = "local") -> None:
    """Scan the first files."""
    from trigger_ad.run.rates import scan

    inputs = [str(folder / f"e_{number}.h5") for number in range(files)]
    scan(MODEL, inputs, folder / "o.json", scheduler=scheduler, chunk_events=CHUNK)


def spin(size: int) -> float:
    """Work that needs a core and nothing else."""
    values = np.full((size, size), 1e-3, dtype=np.float32)
    for _ in range(40):
        values = values @ values
    return float(values[0, 0])


def spin_all(pool: ProcessPoolExecutor) -> None:
    """Eight such pieces of work."""
    for _ in pool.map(spin, [700] * 8):
        pass


def speed(folder: Path, files: int, events: int, repeat: int) -> int:
    """Print the times of one and two workers; 1 if two are not `GOAL` times faster."""
    from distributed import LocalCluster

    calls: dict[str, Callable[[], object]] = {}
    with ExitStack() as stack:
        for workers in (1, 2):
            cluster: Any = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, dashboard_address=":0"
            )
            stack.enter_context(cluster)
            address = cluster.scheduler_address.replace("tcp://", "dask://")
            pool = stack.enter_context(ProcessPoolExecutor(workers, get_context("spawn")))
            calls[f"scan {workers}"] = partial(count, folder, files, address)
            calls[f"spin {workers}"] = partial(spin_all, pool)
        for call in calls.values():
            call()
        seconds = dict.fromkeys(calls, float("inf"))
        for _ in range(repeat):
            for name, call in calls.items():
                start = time.perf_counter()
                call()
                seconds[name] = min(seconds[name], time.perf_counter() - start)
    ratio = seconds["scan 1"] / seconds["scan 2"]
    load = os.getloadavg()[0]
    print(f"{files} files of {events} events, {os.cpu_count()} processors, load {load:.1f}")
    for workers in (1, 2):
        taken = seconds[f"scan {workers}"]
        print(f"{workers} Dask worker(s): {taken:.2f} s, {files * events / taken:,.0f} events/s")
    print(f"two workers: {ratio:.2f} times one (goal {GOAL})")
    print(f"two bare processes: {seconds['spin 1'] / seconds['spin 2']:.2f} times one")
    return int(ratio < GOAL)


def memory(folder: Path, events: int) -> None:
    """Print the peak memory of scans of 1, 2, 4 and 8 files."""
    for files in (1, 2, 4, 8):
        command = [sys.executable, __file__, "--peak", str(folder), "--files", str(files)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1800)
        print(f"{files * events:>9} events: peak of {json.loads(done.stdout)['mib']:.0f} MiB")


def peak(folder: Path, files: int) -> int:
    """Print the peak memory of one scan in this process."""
    count(folder, files)
    print(json.dumps({"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
