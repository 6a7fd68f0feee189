"""The towers of the calorimeter.

=============  =========================  ==========================================
region         towers                     seen as
=============  =========================  ==========================================
abs(eta) <     70 x 72 of 0.087 x 2 pi/72 themselves; electromagnetic and hadronic
3.045                                     energy apart
up to 4.959    2 x 11 x 18 of 0.174 x     2 x 4 towers of the fine size that share its
               2 pi/18                    energy evenly; electromagnetic and hadronic
                                          energy together
=============  =========================  ==========================================

So the whole calorimeter is one grid of 114 x 72 towers. Energies are integers: transverse
energy in 1/32 GeV where collisions are summed, and then in 1/16 GeV, floored to 0.5 GeV in each
tower and each of its two parts and stopped at 255.5 GeV, as a trigger primitive would be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CELLS", "ETA", "INNER", "PER_GEV", "PHI", "ROWS", "Towers", "cells", "towers"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WIDTH = 0.087
_FINE, _PHI = 70, 72
_RINGS, _SECTORS = 11, 18
ROWS = _FINE + 4 * _RINGS
#: Number of towers, coarse ones counted once.
CELLS = _FINE * _PHI + 2 * _RINGS * _SECTORS
#: Rows of the grid with fine towers.
INNER = slice(2 * _RINGS, 2 * _RINGS + _FINE)
#: Centres of the rows and columns.
ETA: Floats = (np.arange(ROWS, dtype=np.float64) + 0.5 - ROWS / 2) * _WIDTH
PHI: Floats = (np.arange(_PHI) + 0.5) * 2 * np.pi / _PHI - np.pi
#: Energy units in a GeV after `towers`, and the saturation code of a part of a tower.
PER_GEV, _SATURATION = 16, 511


@dataclass(frozen=True)
class Towers:
    """Transverse energies of a batch of crossings, in 1/16 GeV.

    Attributes
    ----------
    total : (n, 114, 72) int32
        Both parts, the whole calorimeter; rows rise in eta, columns in phi.
    em, had : (n, 70, 72) int32
        The parts for abs(eta) < 3.045.
    """

    total: npt.NDArray[np.int32]
    em: npt.NDArray[np.int32]
    had: npt.NDArray[np.int32]


def cells(eta: Floats, phi: Floats) -> Ints:
    """Index of the tower, 0 to `CELLS` - 1, at some directions; -1 beyond abs(eta) 4.959."""
    turn = np.remainder(phi + np.pi, 2 * np.pi) / (2 * np.pi)
    row = np.floor(eta / _WIDTH).astype(np.int64) + ROWS // 2
    column = np.minimum((turn * _PHI).astype(np.int64), _PHI - 1)
    fine = (row - INNER.start) * _PHI + column
    high = row >= INNER.stop
    ring = np.where(high, row - INNER.stop, row) // 2
    coarse = (
        _FINE * _PHI + (np.where(high, _RINGS, 0) + ring) * _SECTORS + column // (_PHI // _SECTORS)
    )
    inside = (row >= 0) & (row < ROWS)
    return np.where(inside, np.where((row >= INNER.start) & ~high, fine, coarse), -1)


def _floored(sums: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Codes of 0.5 GeV from sums in 1/32 GeV."""
    return np.minimum(sums >> 4, _SATURATION)


def towers(em: npt.NDArray[np.int32], had: npt.NDArray[np.int32]) -> Towers:
    """Trigger towers from the sums of all collisions of each crossing.

    Parameters
    ----------
    em, had : (n, CELLS) int32
        In 1/32 GeV.
    """
    inner = _FINE * _PHI
    fine = [8 * _floored(part[:, :inner]).reshape(-1, _FINE, _PHI) for part in (em, had)]
    # an eighth of 0.5 GeV is one unit
    coarse = _floored(em[:, inner:] + had[:, inner:]).reshape(-1, 2, _RINGS, _SECTORS)
    spread = coarse.repeat(2, axis=2).repeat(_PHI // _SECTORS, axis=3)
    total = np.concatenate([spread[:, 0], fine[0] + fine[1], spread[:, 1]], axis=1)
    return Towers(total, *fine)
