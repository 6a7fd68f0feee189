"""Freeze the records of a small run: what this version writes, later ones must read.

They go to tests/frozen/.

    python tools/regenerate_frozen.py RUN tests/frozen/NAME

A frozen folder is made once for every version of a schema and never changed afterwards.
"""

import argparse
import shutil
from pathlib import Path

#: Everything that is read back by a later stage, by the emulator or by the report.
KEPT = (
    "config.yaml",
    "manifest.json",
    "rates.json",
    "closure.json",
    "validation.json",
    "resources.json",
    "golden.npz",
    "model/double/float.npz",
    "model/double/quantized.npz",
    "model/double/network.npz",
    "model/double/scores.json",
    "model/double/history.json",
)


def main() -> None:
    """Copy the records of a finished run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    for name in KEPT:
        target = options.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(options.run / name, target)


if __name__ == "__main__":
    main()
