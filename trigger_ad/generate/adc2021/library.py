"""Decays of b and c hadrons at rest, drawn once and boosted many times.

An unpolarised hadron decays without knowing of its event, so a table of decays in the rest
frame, boosted by numpy, replaces thousands of calls per event. Each use turns the decay by one
of the 48 symmetries of the cube, which leaves isotropy exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pythia8mc

from trigger_ad.storage.arrays import load_arrays
from trigger_ad.storage.outputs import atomic

__all__ = ["HEAVY", "DecayLibrary"]

_COMMON = (411, 421, 431, 4122, 511, 521, 531, 5122)
_RARE = (4132, 4232, 4332, 541, 5132, 5232, 5332)
HEAVY = _COMMON + _RARE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DecayLibrary:
    """Decays of all weakly decaying heavy hadrons.

    Attributes
    ----------
    first : dict of int to (int, int)
        PDG code of the hadron to its range of decays.
    offsets : (n_decays + 1,) int64
        Range of products of each decay.
    products : (n_products, 5) float64
        PDG code, px, py, pz, E in the rest frame, GeV.
    lepton : (n_decays, 4) float64
        Momentum and energy of the hardest electron or muon, zeros if there is none.
    flavour : (n_decays,) int64
        11, 13, or 0.
    """

    first: dict[int, tuple[int, int]]
    offsets: Ints
    products: Floats
    lepton: Floats
    flavour: Ints

    @classmethod
    def load(cls, path: Path) -> DecayLibrary:
        """Read the table that `write` left."""
        f = load_arrays(path, ("codes", "counts", "offsets", "products"))
        codes, counts = f["codes"], f["counts"]
        offsets, products = f["offsets"], f["products"].astype(np.float64)
        ends = np.cumsum(counts)
        first = {int(c): (int(e - n), int(e)) for c, n, e in zip(codes, counts, ends, strict=True)}
        code = np.abs(products[:, 0])
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        rows = np.flatnonzero((code == 11) | (code == 13))
        rows = rows[np.argsort(products[rows, 4], kind="stable")]
        lepton = np.zeros((len(offsets) - 1, 4))
        flavour = np.zeros(len(offsets) - 1, dtype=np.int64)
        lepton[owner[rows]] = products[rows, 1:]
        flavour[owner[rows]] = code[rows]
        return cls(first, offsets, products, lepton, flavour)


def _products(pythia: Any) -> list[tuple[float, ...]]:
    event = pythia.event
    return [
        (p.id(), p.px(), p.py(), p.pz(), p.e())
        for i in range(1, event.size())
        if (p := event[i]).isFinal()
    ]


def write(path: Path, seed: int, common: int = 8000, rare: int = 1000) -> None:
    """Draw the table and save it as NPZ.

    Parameters
    ----------
    path : Path
    seed : int
        1 to 900,000,000.
    common, rare : int
        Decays per frequent and per rare hadron.
    """
    pythia = pythia8mc.Pythia("", False)
    for line in (
        "Print:quiet = on",
        "ProcessLevel:all = off",
        "Random:setSeed = on",
        f"Random:seed = {seed}",
    ):
        pythia.readString(line)
    pythia.init()
    counts, lengths = [], []
    rows: list[tuple[float, ...]] = []
    for code in HEAVY:
        mass = pythia.particleData.m0(code)
        counts.append(common if code in _COMMON else rare)
        for _ in range(counts[-1]):
            pythia.event.reset()
            pythia.event.append(code, 1, 0, 0, 0.0, 0.0, 0.0, mass, mass)
            pythia.moreDecays()
            found = _products(pythia)
            lengths.append(len(found))
            rows.extend(found)
    with atomic(path) as temporary:
        np.savez_compressed(
            temporary,
            codes=np.array(HEAVY),
            counts=np.array(counts),
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            products=np.array(rows, dtype=np.float32),
        )
