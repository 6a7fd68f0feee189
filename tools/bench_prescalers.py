"""Decisions of a prescaler: all fires at once against one at a time, and in chunks.

Both forms decide on the same crossings and must agree; the rule in Python takes fewer of them,
since it is slow. Time is that of the processor.

Usage: python tools/bench_prescalers.py [--fires 100000000] [--slow 300000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trigger_ad.trigger.prescaler import Prescaler
from trigger_ad.trigger.rule import Rule


def measure(prescaler: Prescaler, fires: int, slow: int) -> tuple[float, float, bool]:
    """Nanoseconds a fire of both forms, and whether they agree, in chunks as well."""
    fired = np.ones(fires, dtype=np.bool_)
    begin = time.process_time()
    accepts, _ = prescaler.accepts(fired, prescaler.start())
    fast = (time.process_time() - begin) / fires
    state, expected = prescaler.start(), []
    begin = time.process_time()
    for _ in range(slow):
        accept, state = prescaler.step(True, state)
        expected.append(accept)
    one = (time.process_time() - begin) / slow
    sizes = [fires // 3, fires // 3, fires - 2 * (fires // 3)]
    starts = prescaler.starts(sizes, sizes, prescaler.start())
    chunks = [prescaler.accepts(fired[:n], s)[0] for n, s in zip(sizes, starts[:3], strict=True)]
    equal = accepts[:slow].tolist() == expected
    equal &= np.array_equal(np.concatenate(chunks), accepts)
    return fast * 1e9, one * 1e9, equal


def main() -> int:
    """Print a table; 1 where two forms differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fires", type=int, default=100_000_000)
    parser.add_argument("--slow", type=int, default=300_000)
    options = parser.parse_args()
    differ = 0
    for rule in (Rule.CMS_COUNTER, Rule.ATLAS_RANDOM):
        for prescale in (100, 250, 10_000):
            fast, one, equal = measure(Prescaler(prescale, rule), options.fires, options.slow)
            differ += not equal
            print(
                f"{rule:32} PS {prescale / 100:6g}  {options.fires:,} fires in "
                f"{fast * options.fires / 1e9:.2f} s  {one / fast:6.0f} times one at a time  "
                f"{'equal' if equal else 'DIFFERENT'}",
                flush=True,
            )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
