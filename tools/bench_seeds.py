"""Time and memory of menus of 64 and of 512 seeds on the same number of events.

Half of the seeds are cuts on words, half are bits that the event file has. Crossings are drawn
with replacement from the packaged zero bias, and each momentum is changed by 10 %, once for the
words and once more for the recorded bits, as different resolutions would: so patterns of fires are
as manifold as those of fresh crossings. Timed are what a scan does with words: the scores of the
shipped trigger, fires, counts, and rates with all intervals and bins of pile-up. Making events is
not. The goal is asked of the whole; what the menu alone takes is printed beside it.

Each menu has a process of its own, of which the peak memory is taken, the library included.

With ``--strata`` the first menu is also counted in so many strata, by the momentum of the leading
jet, which must take at most 1.3 times as long.

Usage: python tools/bench_seeds.py [--events 10000000] [--seeds 64 512] [--strata 8]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # processor seconds of one thread
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

#: Most memory in GiB, and most time of the largest menu relative to the smallest.
GOAL_GIB, GOAL_RATIO = 2.0, 4.0

#: Most time of counting in strata relative to plain counting.
GOAL_STRATA = 1.3

CHUNK = 65_536
PARTS = ("scores", "fires", "counts", "rates")


def main() -> int:
    """Print times and memory; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[64, 512])
    parser.add_argument("--strata", type=int, default=0, help="count in so many strata, too")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(measured(options.events, options.seeds[0], max(options.strata, 1))))
        return 0
    if options.strata:
        return in_strata(options.events, options.seeds[0], options.strata)
    found = [in_process(options.events, seeds) for seeds in options.seeds]
    for seeds, row in zip(options.seeds, found, strict=True):
        times = ", ".join(f"{part} {row[part]:.1f}" for part in PARTS)
        print(
            f"{seeds} seeds, {options.events:,} events: {total(row):.1f} processor seconds "
            f"({times}); {row['patterns']:,} patterns in {row['rows']:,} rows; "
            f"peak of {row['gib']:.2f} GiB"
        )
    ratio = total(found[-1]) / total(found[0])
    alone = [total(row) - row["scores"] for row in (found[-1], found[0])]
    print(
        f"{options.seeds[-1]} seeds take {ratio:.2f} times as long (goal {GOAL_RATIO:g}), "
        f"the menu alone {alone[0] / alone[1]:.2f} times"
    )
    return int(ratio > GOAL_RATIO) + int(max(row["gib"] for row in found) > GOAL_GIB)


def in_strata(events: int, seeds: int, strata: int) -> int:
    """Print times of one menu with strata and without; 1 where the goal is missed."""
    plain, drawn = (in_process(events, seeds, number) for number in (1, strata))
    ratio = total(drawn) / total(plain)
    alone = [total(row) - row["scores"] for row in (drawn, plain)]
    print(
        f"{seeds} seeds, {events:,} events: {total(plain):.1f} processor seconds plain, "
        f"{total(drawn):.1f} in {strata} strata: {ratio:.2f} times (goal {GOAL_STRATA:g}), the "
        f"menu alone {alone[0] / alone[1]:.2f} times; peaks of {plain['gib']:.2f} and "
        f"{drawn['gib']:.2f} GiB"
    )
    return int(ratio > GOAL_STRATA) + int(drawn["gib"] > GOAL_GIB)


def total(row: dict[str, float]) -> float:
    """Processor seconds of all parts."""
    return sum(row[part] for part in PARTS)


def in_process(events: int, seeds: int, strata: int = 1) -> dict[str, Any]:
    """What one menu takes, in a process of its own."""
    numbers = ("--events", str(events), "--seeds", str(seeds), "--strata", str(strata))
    command = [sys.executable, __file__, "--alone", *numbers]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=7200)
    return dict(json.loads(done.stdout))


def measured(events: int, seeds: int, number: int) -> dict[str, Any]:
    """Processor seconds of each part, and the peak memory of this process."""
    from trigger_ad.events.strata import Strata
    from trigger_ad.menu.counts import MenuCounter, PatternCounts
    from trigger_ad.menu.fires import fires
    from trigger_ad.menu.patterns import unpack
    from trigger_ad.menu.rates import menu_rates
    from trigger_ad.rates.counters import RunningSum
    from trigger_ad.run.counting import MENU_PILEUP
    from trigger_ad.run.folder.trigger import load_trigger
    from trigger_ad.storage.shipped import shipped_path

    trigger = replace(load_trigger(shipped_path("models", "double_ae_zb")), threads=1)
    sample = Sample()
    menu, hidden = menus(sample.layout, seeds)
    strata = Strata(tuple(f"s{place}" for place in range(number)), (1 / number,) * number)
    counter, rng = MenuCounter(menu, MENU_PILEUP, strata), np.random.default_rng(1)
    jet = sample.words[:, 27]
    places = np.searchsorted(np.quantile(jet, np.arange(1, number) / number), jet, side="right")
    once = np.ones((1, menu.words), dtype=np.uint64)
    menu_rates(PatternCounts.of(once, menu, np.ones(1, dtype=np.int64)), menu)  # imports
    running, seconds = RunningSum(counter.zero()), dict.fromkeys(PARTS, 0.0)
    for start in range(0, events, CHUNK):
        drawn = rng.integers(0, len(sample.words), min(CHUNK, events - start))
        fired = unpack(fires(sample.changed(drawn, rng), hidden), len(hidden.seeds))
        bits = dict(zip(menu.bits, np.ascontiguousarray(fired.T), strict=True))
        words = sample.changed(drawn, rng)
        start_of_scores = time.process_time()
        scores = trigger.scores_of_words(words.astype(np.int32))
        begin = time.process_time()
        seconds["scores"] += begin - start_of_scores
        patterns = fires(words, menu, scores, bits)
        middle = time.process_time()
        clusters, pileup = sample.clusters[drawn], sample.pileup[drawn]
        stratum = places[drawn] if number > 1 else None
        running.add(
            PatternCounts.of(
                patterns, menu, clusters, pileup, MENU_PILEUP, stratum=stratum, strata=strata
            )
        )
        seconds["fires"] += middle - begin
        seconds["counts"] += time.process_time() - middle
    begin = time.process_time()
    counts = running.total()
    middle = time.process_time()
    rates = menu_rates(counts, menu, strata=strata)
    seconds["counts"] += middle - begin
    seconds["rates"] += time.process_time() - middle
    if rates.events != events:
        raise SystemExit(f"{rates.events} events counted, not {events}")
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {**seconds, "patterns": len(counts.patterns), "rows": len(counts.row), "gib": gib}


class Sample:
    """Words of the packaged zero bias."""

    def __init__(self) -> None:
        from trigger_ad.config import Features
        from trigger_ad.events.packaged import packaged
        from trigger_ad.events.readers import adc2021
        from trigger_ad.features.layouts.table import layout
        from trigger_ad.features.words import to_words

        self.layout = layout(Features())
        events = adc2021.read(packaged("zero_bias"))
        self.words = to_words(events.values, self.layout).values.astype(np.int16)
        self.clusters = events.parton_event
        pileup = adc2021.read_pileup(packaged("zero_bias"))
        self.pileup = np.full(len(events), -1) if pileup is None else pileup
        fields = list(enumerate(self.layout.fields))
        self.momenta = [index for index, field in fields if field.quantity == "pt"]
        self.most = [self.layout.fields[index].maximum for index in self.momenta]

    def changed(self, drawn: Any, rng: np.random.Generator) -> Any:
        """(n, 57) of int16: events with other momenta."""
        words = self.words[drawn]
        factor = rng.normal(1, 0.1, (len(drawn), len(self.momenta)))
        momenta = np.rint(words[:, self.momenta] * factor)
        words[:, self.momenta] = np.clip(momenta, 0, self.most)
        return words


def menus(layout: Any, seeds: int) -> tuple[Any, Any]:
    """A menu of cuts and as many bits, and the cuts that these bits stand for."""
    from trigger_ad.menu.file import Menu
    from trigger_ad.menu.integers import on_hardware

    rng = np.random.default_rng(seeds)
    own, hidden = (cuts(rng, name, seeds // 2) for name in ("cut", "L1"))
    bits = [
        {"name": f"bit_{seed['name']}", "bit": seed["name"], "prescale": seed["prescale"]}
        for seed in hidden
    ]
    found = []
    for lines in (own + bits, hidden):
        record = {"schema": "menu/1", "name": "bench", "seeds": lines}
        found.append(on_hardware(Menu.model_validate_json(json.dumps(record)), layout))
    return found[0], found[1]


def cuts(rng: np.random.Generator, name: str, number: int) -> list[dict[str, Any]]:
    """Seeds of one to three objects, missing momenta and sums, from low to high thresholds."""
    ranges = {"egamma": (8, 60), "muon": (3, 30), "jet": (20, 200), "met": (30, 150)}
    ranges["ht"] = (80, 450)
    seeds = []
    for place in range(number):
        kind = list(ranges)[place % len(ranges)]
        low, high = np.log(ranges[kind])
        objects = 1 if kind in ("met", "ht") else 1 + int(rng.integers(3))
        momenta = np.sort(np.exp(rng.uniform(low, high, objects)))[::-1].round(1).tolist()
        seed = {"name": f"{name}_{place}", "object": kind, "pt_gev": momenta}
        if kind == "ht":
            seed["jet_pt_gev"] = 30
        elif kind != "met":
            seed["eta"] = float(rng.choice([1.5, 2.1, 2.5]))
        seeds.append(seed | {"prescale": float(rng.choice([0, 1, 1, 1, 10, 2.5, 400]))})
    return seeds


if __name__ == "__main__":
    sys.exit(main())
