"""Ways to decorrelate the two scores of a configuration, side by side: closure, AUC and SIC.

    python tools/compare_decorrelation.py models/double_ae/config.yaml --seeds 1 2 3

Trains the configuration without any term, with distance correlation, with the closure term, and
with both at fixed weights, each up to its closure, and compares them with the runs of the
configuration itself, whose multipliers hold closure at its target (`trigger-ad compare`). Weights
and target are those of the configuration. Its runs are trained too where OUT does not have them.
"""

import argparse
import sys
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.cli.main import main as trigger_ad
from trigger_ad.cli.progress import StageProgress
from trigger_ad.config import ClosureTerm, Config, Disco
from trigger_ad.run.stages import engine


def variants(base: Config) -> list[Config]:
    """Configurations in the order of what they add; the last is that of the base."""
    disco, closure = base.train.disco, base.train.closure
    off, fixed = Disco(weight=0), closure.model_copy(update={"target": None})
    none = ClosureTerm(**(closure.model_dump() | {"weight": 0.0, "target": None}))
    ways = {
        "none": (off, none),
        "disco": (disco, none),
        "closure": (off, fixed),
        "both": (disco, fixed),
    }
    unpublished = base.baselines.model_copy(
        update={"published": base.baselines.published.model_copy(update={"epochs": 0})}
    )
    return [
        base.model_copy(
            update={
                "name": f"{base.name}_{way}",
                "train": base.train.model_copy(update={"disco": first, "closure": second}),
                "baselines": unpublished,
            }
        )
        for way, (first, second) in ways.items()
    ] + [base]


def main() -> None:
    """Train what is missing and compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--out", type=Path, default=Path("runs/decorrelation"))
    options = parser.parse_args()
    folders = []
    with StageProgress() as progress:
        for variant in variants(configuration.load(options.config)):
            for seed in options.seeds:
                folder = options.out / f"{variant.name}_seed{seed}"
                seeded = variant.model_copy(update={"seed": seed})
                engine(seeded, folder).run(progress, only="closure")
                folders.append(folder)
    sys.argv = ["trigger-ad", "compare", *map(str, folders), "--out", str(options.out)]
    trigger_ad()


if __name__ == "__main__":
    main()
