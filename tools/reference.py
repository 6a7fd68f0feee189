"""Make the samples at pile-up 60 of which figures are quoted, and of these the packaged ones.

    python tools/reference.py runs/reference                     # 45 minutes on two cores
    python tools/reference.py runs/reference --packaged samples  # and the first parts of them

The library of collisions, zero bias drawn in the strata of `tools/strata.yaml`, and crossings with
one of the signals. A killed call goes on where it was, and files that are there stay. The
packaged files are the first events of these.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from first_events import first_events

from trigger_ad.events.packaged import START
from trigger_ad.generate.zerobias import Pileup, generate
from trigger_ad.generate.zerobias.signals import SIGNALS
from trigger_ad.generate.zerobias.strata import load
from trigger_ad.run.progress import StageProgress

PILEUP = Pileup((60.0,))
SEED = 20501
COLLISIONS, CROSSINGS, SIGNAL = 240_000, 1_000_000, 20_000
PACKAGED = {"zero_bias": 160_000, START: 30_000, **{f"zero_bias_{name}": 4_250 for name in SIGNALS}}


def main() -> None:
    """Make what is not there."""
    parser = argparse.ArgumentParser(description="Samples at pile-up 60 for figures.")
    parser.add_argument("out", type=Path, help="folder of the samples and of their library")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--packaged", type=Path, help="folder of the first parts of them")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with StageProgress() as progress:
        for signal in (None, *SIGNALS):
            _make(options.out, signal, options.workers, progress)
    print(f"{options.out}: {(time.monotonic() - start) / 60:.0f} minutes")
    if options.packaged:
        for name, events in PACKAGED.items():
            source = options.out / f"{'zero_bias' if name == START else name}.h5"
            first_events(source, events, options.packaged / f"{name}.h5")


def _make(folder: Path, signal: str | None, workers: int, progress: StageProgress) -> None:
    name = "zero_bias" if signal is None else f"zero_bias_{signal}"
    out = folder / f"{name}.h5"
    if out.exists():
        return
    generate(
        PILEUP,
        CROSSINGS if signal is None else SIGNAL,
        SEED if signal is None else SEED + 1 + SIGNALS.index(signal),
        workers,
        out,
        folder / "library.npz",
        COLLISIONS,
        progress=lambda done, total: progress(name, done / total, f"{done:,} of {total:,}"),
        signal=signal,
        strata=load(Path(__file__).with_name("strata.yaml")) if signal is None else None,
    )


if __name__ == "__main__":
    main()
