"""Time from scored events to the rates of a 50-seed menu, by part.

Words are drawn with replacement from the packaged Standard Model events, chunk by chunk, scored
by the fast emulator of a reference model, given to a menu of 50 seeds and counted. Then the
rates with their intervals follow from the counts alone. The whole is done for half of the events
and for all of them: the cost must be linear.

Elapsed seconds are printed beside those of the processors: what else the machine does makes only
the first longer. Parts are compared by the second, the goal is asked of the first. With fewer
events the times for ten million are extrapolated, and said to be.

Usage: python tools/bench_menu.py [--events 10000000] [--threads 1] [--model models/double_ae]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would wait for each other
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

CHECKOUT = Path(__file__).resolve().parents[1]

#: Seconds for this many events on two cores.
GOAL_SECONDS, GOAL_EVENTS = 60.0, 10_000_000

CHUNK = 65_536
PARTS = ("words", "emulator", "fires", "counts", "rates")


def main() -> int:
    """Print all times; 1 where the goal is missed, bookkeeping is dearer, or cost not linear."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--model", type=Path, default=CHECKOUT / "models" / "double_ae")
    parser.add_argument("--events", type=int, default=GOAL_EVENTS)
    parser.add_argument("--threads", type=int, default=1, help="of the emulator")
    options = parser.parse_args()
    print(
        f"python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} processors"
    )
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    bench = Bench(options.model, options.threads)
    bench.run(CHUNK)  # not counted: memory is touched, caches are filled
    half, whole = bench.run(options.events // 2), bench.run(options.events)
    return report(half, whole, options.events)


class Bench:
    """Events, emulator and menu."""

    def __init__(self, model: Path, threads: int) -> None:
        from trigger_ad import config
        from trigger_ad.emulate.fast import FastEmulator
        from trigger_ad.events.packaged import packaged
        from trigger_ad.events.readers import adc2021
        from trigger_ad.features.layouts.table import layout
        from trigger_ad.features.words import scaled_range, to_words
        from trigger_ad.ir.layers.network import HardwareNetwork
        from trigger_ad.menu.counts import MenuCounter
        from trigger_ad.run.folder.trigger import load_scores

        self.layout = layout(config.load(model / "config.yaml").features)
        self.emulator = FastEmulator(
            HardwareNetwork.load(model / "model/double/network.npz"),
            load_scores(model / "model/double/scores.json"),
            *scaled_range(self.layout),
            threads=threads,
        )
        events = adc2021.read(packaged("sm"))
        self.words = to_words(events.values, self.layout).values
        self.clusters = events.parton_event
        self.menu = fifty(self.layout, self._scores(self.words))
        self.counter = MenuCounter(self.menu)

    def _scores(self, words: Any) -> dict[str, Any]:
        from trigger_ad.features.words import scale_array

        return dict(self.emulator.run(scale_array(words, self.layout), ()).scores)

    def run(self, events: int) -> Seconds:
        """Elapsed and processor seconds of each part."""
        from trigger_ad.menu.counts import PatternCounts
        from trigger_ad.menu.fires import fires
        from trigger_ad.menu.rates import menu_rates

        clock = Clock()
        rng = np.random.default_rng(1)
        total = self.counter.zero()
        for start in range(0, events, CHUNK):
            drawn = rng.integers(0, len(self.words), min(CHUNK, events - start))
            words, clusters = self.words[drawn], self.clusters[drawn]
            clock.stop("words")
            scores = self._scores(words)
            clock.stop("emulator")
            patterns = fires(words, self.menu, scores)
            clock.stop("fires")
            total += PatternCounts.of(patterns, self.menu, clusters)
            clock.stop("counts")
        rates = menu_rates(total, self.menu)
        clock.stop("rates")
        if rates.events != events:
            raise SystemExit(f"{rates.events} events counted, not {events}")
        self.rows = len(total.count)
        return clock.seconds


#: Elapsed and processor seconds by part.
Seconds = dict[str, tuple[float, float]]


class Clock:
    """Gives the time since the last stop to a part."""

    def __init__(self) -> None:
        self.seconds: Seconds = dict.fromkeys(PARTS, (0.0, 0.0))
        self.last = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def stop(self, part: str) -> None:
        """End of a part."""
        now = self._now()
        elapsed, used = self.seconds[part]
        self.seconds[part] = (elapsed + now[0] - self.last[0], used + now[1] - self.last[1])
        self.last = now


def fifty(layout: Any, scores: dict[str, Any]) -> Any:
    """Menu of 50 seeds: 46 conventional ones on many quantities, four regions."""
    from trigger_ad.menu.file import Menu
    from trigger_ad.menu.integers import on_hardware

    pt: dict[str, tuple[Any, ...]] = {
        "egamma": (15, 26, 36, 45, 60, [25, 14], [15, 10], [12, 12, 8]),
        "muon": (5, 7, 15, 18, 22, [15, 7], [8, 8], [5, 3, 3]),
        "jet": (35, 60, 90, 120, 180, [100, 100], [150, 35], [95, 75, 65], [70, 55, 40, 40]),
        "met": (60, 80, 100, 120, 150),
        "ht": (120, 200, 255, 280, 320, 360, 400, 450),
    }
    seeds: list[dict[str, Any]] = []
    for kind, cuts in pt.items():
        for number, cut in enumerate(cuts):
            seed = {"name": f"{kind}_{number}", "object": kind, "pt_gev": cut}
            if kind != "met" and number % 2:
                seed["eta"] = 2.1 if number % 4 == 1 else 2.4
            if kind == "ht":
                seed["jet_pt_gev"] = 30
            seeds.append(seed | {"prescale": (1, 10, 2.5, 400)[number % 4]})
    seeds += [
        {"name": f"eta_{kind}_{eta}", "object": kind, "pt_gev": 30, "eta_counts": eta}
        for kind in ("egamma", "muon", "jet")
        for eta in (20, 40, 60)
    ][: 46 - len(seeds)]
    seeds += [
        {"name": f"AD_{region}", "object": "region", "region": region, "prescale": prescale}
        for region, prescale in {"A": 1, "B": 20, "C": 20, "D": 10_000}.items()
    ]
    thresholds = {name: int(np.quantile(values, 0.98)) for name, values in scores.items()}
    record = {"schema": "menu/1", "name": "fifty", "thresholds": thresholds, "seeds": seeds}
    return on_hardware(Menu.model_validate_json(json.dumps(record)), layout)


def report(half: Seconds, whole: Seconds, events: int) -> int:
    """Print seconds by part; how many conditions fail."""
    print(f"elapsed (processor) seconds: {events // 2:,} events, {events:,} events")
    for part in PARTS:
        row = [f"{elapsed:8.2f} ({used:7.2f})" for elapsed, used in (half[part], whole[part])]
        print(f"{part:10}" + "".join(row))
    loops = [
        [sum(run[p][i] for p in PARTS if p != "rates") for run in (half, whole)] for i in (0, 1)
    ]
    ratio = loops[1][1] / loops[1][0]
    scale = GOAL_EVENTS / events
    book = (whole["fires"][1] + whole["counts"][1]) * scale + whole["rates"][1]
    book /= whole["emulator"][1] * scale
    goal, used = (loops[i][1] * scale + whole["rates"][i] for i in (0, 1))
    print(f"twice the events take {ratio:.2f} times the processor seconds, rates left out")
    print(
        f"{GOAL_EVENTS:,} events{'' if scale == 1 else ', extrapolated'}: {goal:.1f} s elapsed, "
        f"{used:.1f} s of processors (goal {GOAL_SECONDS:g} s)"
    )
    print(f"fires, counts and rates of these: {book:.2f} times the emulator")
    return int(goal > GOAL_SECONDS) + int(book > 1) + int(ratio > 2.5)


if __name__ == "__main__":
    sys.exit(main())
