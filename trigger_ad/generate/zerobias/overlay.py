"""Crossings: the deposits of all their collisions, summed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.grid import Ints, Towers, towers
from trigger_ad.generate.zerobias.library import Library

__all__ = ["overlay"]


def overlay(library: Library, draws: Draws) -> tuple[Towers, Ints, npt.NDArray[np.float32]]:
    """Towers, crossing of each muon, and muons of some crossings.

    Energies are whole numbers, so their sums do not depend on the order of the collisions.
    """
    crossing = draws.crossing
    mixture = csr_array(
        (np.ones(len(crossing), np.int32), (crossing, draws.events)),
        shape=(len(draws.collisions), len(library)),
    )
    summed = towers((mixture @ library.em).toarray(), (mixture @ library.had).toarray())
    counts = np.diff(library.muon_offsets)[draws.events]
    starts = library.muon_offsets[draws.events]
    before = np.cumsum(counts) - counts
    chosen = np.repeat(starts - before, counts) + np.arange(counts.sum())
    return summed, np.repeat(crossing, counts), library.muons[chosen]
