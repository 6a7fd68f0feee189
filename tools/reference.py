"""Make the samples at pile-up 60 of which figures are quoted, and of these the packaged ones.

    python tools/reference.py runs/reference                     # hours on two cores
    python tools/reference.py runs/reference --packaged samples  # and the first parts of them

The library of collisions, zero bias drawn in the strata of `tools/strata.yaml`, and crossings with
one of the signals; then, from a library and a seed of its own, `zero_bias_tail.h5` in the strata of
`tools/strata_tail.yaml`, for figures at a few kHz. A killed call goes on where it was, and files
that are there stay. The packaged files are the first events of the others.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
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
TAIL_SEED, TAIL = 20601, 2_500_000
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
        for job in jobs(options.out):
            if not job.out.exists():
                make(job, options.workers, progress)
    print(f"{options.out}: {(time.monotonic() - start) / 60:.0f} minutes")
    if options.packaged:
        for name, events in PACKAGED.items():
            source = options.out / f"{'zero_bias' if name == START else name}.h5"
            first_events(source, events, options.packaged / f"{name}.h5")


@dataclass(frozen=True)
class Job:
    """One file of crossings: how many, from which library, and in the strata of which file."""

    out: Path
    library: Path
    crossings: int
    seed: int
    signal: str | None = None
    strata: str | None = None


def jobs(folder: Path) -> list[Job]:
    """Files in the order in which they are made."""
    library = folder / "library.npz"
    return [
        Job(folder / "zero_bias.h5", library, CROSSINGS, SEED, strata="strata.yaml"),
        *(
            Job(folder / f"zero_bias_{name}.h5", library, SIGNAL, SEED + 1 + place, signal=name)
            for place, name in enumerate(SIGNALS)
        ),
        Job(
            folder / "zero_bias_tail.h5",
            folder / "library_tail.npz",
            TAIL,
            TAIL_SEED,
            strata="strata_tail.yaml",
        ),
    ]


def make(job: Job, workers: int, progress: StageProgress) -> None:
    """Generate one file."""
    name = job.out.stem
    generate(
        PILEUP,
        job.crossings,
        job.seed,
        workers,
        job.out,
        job.library,
        COLLISIONS,
        progress=lambda done, total: progress(name, done / total, f"{done:,} of {total:,}"),
        signal=job.signal,
        strata=load(Path(__file__).with_name(job.strata)) if job.strata else None,
    )


if __name__ == "__main__":
    main()
