"""Electrons and photons: electromagnetic clusters of two towers.

A seed is a tower with at least 2 GeV of electromagnetic energy that is the largest of the 3 x 3
around it (equal ones as for jets). The cluster is the seed and the largest of the four towers at
its sides. It is kept if

* its energy is at least 3 GeV,
* the hadronic energy of the seed is at most 1/8 of the electromagnetic one, as in the barrel of
  CMS, which asks for 1/16 in its endcaps
  (CMSSW, ``Stage2Layer2ClusterAlgorithmFirmwareImp1::idHoverE``), and
* the energy of the other 23 of the 5 x 5 towers around the seed, less that of the 24 towers
  around these for the pile-up, is at most the larger of 3 GeV and 1/4 of its own. CMS has
  vetoes on the shape of clusters in this place, made to keep 99 % of the electrons; 1/4 keeps
  96 % of those of W and Z above 20 GeV at pile-up 60, 1/8 keeps 88 %.

Clusters are centred on their seed, within abs(eta) 2.74, where all 7 x 7 towers are fine. They
are in jets as well, as in a Level-1 trigger.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trigger_ad.generate.zerobias.grid import INNER, PER_GEV, Ints, Towers
from trigger_ad.generate.zerobias.jets import largest

__all__ = ["PT", "SEED", "find"]

#: Least energy of a seed and of a cluster, in GeV.
SEED, PT = 2.0, 3.0
_ISOLATION, _SHARE, _HADRONIC = 3.0, 4, 8
_REACH = 3
_SIDES = ((2, 3), (3, 2), (3, 4), (4, 3))


def find(towers: Towers) -> tuple[Ints, Ints, Ints, Ints]:
    """Clusters of a batch of crossings.

    Returns
    -------
    crossing, row, column, et : (m,) int64
        Seeds, rows counted from the edge of the whole grid, and energies in 1/16 GeV.
    """
    em, had = (
        np.pad(part, ((0, 0), (0, 0), (_REACH, _REACH)), mode="wrap")
        for part in (towers.em, towers.had)
    )
    size = (2 * _REACH + 1,) * 2
    middle = towers.em[:, _REACH : towers.em.shape[1] - _REACH]
    seeds = np.nonzero(middle >= SEED * PER_GEV)
    near = sliding_window_view(em, size, axis=(1, 2))[seeds]
    chosen = largest(near[:, 2:5, 2:5])
    crossing, row, column = (index[chosen] for index in seeds)
    near = near[chosen]
    behind = sliding_window_view(had, size, axis=(1, 2))[crossing, row, column]
    side = np.argmax([near[:, r, c] for r, c in _SIDES], axis=0)
    rows, columns = np.array(_SIDES)[side].T
    n = np.arange(len(near))
    et = near[:, 3, 3] + near[n, rows, columns]
    hadronic = behind[:, 3, 3] + behind[n, rows, columns]
    both = near + behind
    inner = both[:, 1:6, 1:6].sum(axis=(1, 2))
    isolation = inner - et - hadronic - (both.sum(axis=(1, 2)) - inner)
    kept = (et >= PT * PER_GEV) & (behind[:, 3, 3] * _HADRONIC <= near[:, 3, 3])
    kept &= (isolation <= _ISOLATION * PER_GEV) | (isolation * _SHARE <= et)
    return crossing[kept], row[kept] + INNER.start + _REACH, column[kept], et[kept].astype(np.int64)
