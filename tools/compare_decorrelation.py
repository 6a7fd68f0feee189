"""Ways to decorrelate the two scores of a configuration, side by side: closure, AUC, SIC, cost.

    python tools/compare_decorrelation.py models/double_ae/config.yaml --seeds 1 2 3

Writes a configuration for each way and compares them with `trigger-ad compare`: without any term,
with distance correlation, with the closure term, with both at fixed weights, and with both where
multipliers hold closure at its target. Weights and target are those of the configuration.
"""

import argparse
import sys
from pathlib import Path

from trigger_ad import config as configuration
from trigger_ad.cli.main import main as trigger_ad
from trigger_ad.config import ClosureTerm, Config, Disco
from trigger_ad.files import write_text


def variants(base: Config) -> dict[str, Config]:
    """Configurations by name, in the order of what they add."""
    disco, closure = base.train.disco, base.train.closure
    off, fixed = Disco(weight=0), closure.model_copy(update={"target": None})
    none = ClosureTerm(**(closure.model_dump() | {"weight": 0.0, "target": None}))
    ways = {
        "none": (off, none),
        "disco": (disco, none),
        "closure": (off, fixed),
        "both": (disco, fixed),
        "target": (disco, closure),
    }
    return {
        way: base.model_copy(
            update={
                "name": f"{base.name}_{way}",
                "train": base.train.model_copy(update={"disco": first, "closure": second}),
            }
        )
        for way, (first, second) in ways.items()
    }


def main() -> None:
    """Write the configurations and compare them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--out", type=Path, default=Path("runs/decorrelation"))
    options = parser.parse_args()
    paths = []
    for name, variant in variants(configuration.load(options.config)).items():
        paths.append(options.out / f"{name}.yaml")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        write_text(paths[-1], configuration.dump(variant))
    seeds = [str(seed) for seed in options.seeds]
    sys.argv = ["trigger-ad", "compare", *map(str, paths), "--out", str(options.out), "--seeds"]
    sys.argv += seeds
    trigger_ad()


if __name__ == "__main__":
    main()
