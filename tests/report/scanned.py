"""Scans of a small run: with a menu and pile-up, and of events without either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.run import small
from trigger_ad.config import Normalisation
from trigger_ad.events.readers import adc2021
from trigger_ad.run.folder.trigger import load_trigger
from trigger_ad.run.rates import scan

MENU = """schema: menu/1
name: two
seeds:
  - {name: L1_SingleJet60, object: jet, pt_gev: 60, prescale: 4}
  - {name: L1_AD_A, object: region, region: A}
"""


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scanned")
    small.finished_run(folder / "run")
    small.event_files(folder / "zero_bias", "zero_bias")
    small.event_files(folder / "filtered", "filtered")
    (folder / "menu.yaml").write_text(MENU)
    return folder


@pytest.fixture(scope="session")
def record(scanned: Path) -> dict[str, Any]:
    """Zero bias with pile-up, in Hz, with a menu."""
    return scan(
        scanned / "run",
        [str(scanned / "zero_bias/*.h5")],
        scanned / "full.json",
        menu=scanned / "menu.yaml",
        rate=Normalisation(colliding_bunches=2760),
    ).to_json()


@pytest.fixture(scope="session")
def bare(scanned: Path) -> dict[str, Any]:
    """Filtered events: no pile-up, no normalisation, no menu."""
    found = scan(scanned / "run", [str(scanned / "filtered/*.h5")], scanned / "bare.json")
    return found.to_json()


@pytest.fixture(scope="session")
def both_scores(scanned: Path) -> tuple[np.ndarray, np.ndarray]:
    """Both scores of all events of the scan."""
    paths = sorted((scanned / "zero_bias").glob("*.h5"))
    values = np.concatenate([adc2021.read(path).values for path in paths])
    one, two = load_trigger(scanned / "run").scores(values).values()
    return one, two
