"""Damaged event files are read or refused by a sentence: no traceback, no crash, no hang."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import uproot

from tests.events.readers import odd, odd_root
from trigger_ad.events.origin import Origin
from trigger_ad.events.particles import Particles
from trigger_ad.events.readers import adc2021

SCRIPT = Path(__file__).with_name("fuzz.py")
FEW = 4


def own(folder):
    """A file of this package, compressed."""
    events = Particles(odd.VALUES[:FEW].copy(), np.ones(FEW, np.uint8), odd.IDENTITY[:FEW])
    columns = {"pileup": odd.PILEUP[:FEW].astype(np.uint16)}
    adc2021.write(folder / "own.h5", events, Origin("filtered"), columns)
    return folder / "own.h5"


def latest(folder):
    """The newest format, with checksums."""
    options = {"fletcher32": True, "compression": "lzf", "chunks": (2, 19, 4)}
    columns = {"identity": odd.IDENTITY[:FEW], "pileup": odd.PILEUP[:FEW]}
    return odd.save(folder / "new.h5", options, odd.VALUES[:FEW], **columns, libver="latest")


def prepared(folder):
    """No compression, no checksum: most damage stays unseen unless the values are impossible."""
    return odd.PREPARED["prepared, in splits"](folder)


def nano(compression):
    def make(folder):
        tables = {name: column[:FEW] for name, column in odd_root.TABLES.items()}
        with uproot.recreate(folder / "e.root", compression=compression) as file:
            file["Events"] = tables
        return folder / "e.root"

    return make


@pytest.mark.parametrize(
    ("original", "first", "count"),
    [
        (own, 0, 100),
        (latest, 100, 100),
        (prepared, 200, 100),
        (nano(uproot.ZLIB(1)), 0, 150),
        (nano(None), 150, 150),
    ],
)
def test_damaged_files(tmp_path, original, first, count):
    done = subprocess.run(
        [sys.executable, SCRIPT, original(tmp_path), str(first), str(count)],
        capture_output=True,
        text=True,
        timeout=25 * count,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[3])},
    )
    *seeds, last = done.stdout.splitlines()
    assert done.returncode == 0, f"seed {seeds[-1] if seeds else last}: {done.stderr}"
    assert [*map(int, seeds)] == list(range(first, first + count))
    read, refused = map(int, last.split())
    assert read + refused == count
    assert min(read, refused) >= count // 50
