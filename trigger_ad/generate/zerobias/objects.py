"""The 19 slots of crossings from their towers and muons.

* **Jets** and **e/gamma**: `trigger_ad.generate.zerobias.jets`, with `calibration`, and `egamma`;
  of at least 15 and 3 GeV.
* **Muons**: those of the collisions as they are (`response`), pT >= 2 GeV.
* **Missing momentum**: minus the vector sum of the fine towers (abs(eta) < 3.045) above a
  threshold, which leaves out much of the pile-up: 2.5 GeV to abs(eta) 0.957, 2 GeV to 2.65, 4 GeV
  beyond. CMS has about these (``metPumLUT_2022_HCALOff_p5.txt`` of
  cms-data/L1Trigger-L1TCalorimeter) where 75 to 80 towers to abs(eta) 0.348 have energy; here they
  are 78 on average at pile-up 60. At least 1/16 GeV, so that no event is empty. Muons are not in
  it.

The hardest 4 e/gamma, 4 muons and 10 jets are kept. Momenta are rounded to 1/16 GeV and angles
to 1/1024.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trigger_ad.events.particles import CLASSES, SLOTS
from trigger_ad.generate.zerobias import egamma, jets
from trigger_ad.generate.zerobias.calibration import calibrated
from trigger_ad.generate.zerobias.grid import ETA, INNER, PER_GEV, PHI, Floats, Ints, Towers

__all__ = ["JET_PT", "MET_TOWER", "MUON_PT", "build"]

#: Least energy of a muon and of a calibrated jet, in GeV.
MUON_PT, JET_PT = 2.0, 15.0
#: What a tower in the missing momentum is above, in GeV, by row.
MET_TOWER: Floats = np.select(
    [np.abs(ETA[INNER]) < 0.957, np.abs(ETA[INNER]) < 2.65], [2.5, 2.0], 4.0
)
_ANGLE_GRID = 1024.0


def build(
    towers: Towers, muon_crossing: Ints, muons: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Objects of a batch of crossings, on the grid of event files.

    Parameters
    ----------
    towers : Towers
    muon_crossing : (m,) int64
    muons : (m, 3) float32
        pT in GeV, eta, phi.

    Returns
    -------
    (n, 19, 4) float32
        As in `trigger_ad.events.particles.Particles`.
    """
    out = np.zeros((len(towers.total), 19, 4))
    out[:, 0, 0], out[:, 0, 2] = missing(towers.total[:, INNER])
    out[:, 0, 3] = CLASSES["met"]
    for kind, found in (("egamma", egamma.find(towers)), ("jet", _jets(towers))):
        crossing, row, column, et = found
        _fill(out, crossing, np.stack([et / PER_GEV, ETA[row], PHI[column]], axis=1), kind)
    kept = muons[:, 0] >= MUON_PT
    _fill(out, muon_crossing[kept], muons[kept].astype(np.float64), "muon")
    return _on_grid(out)


def missing(inner: npt.NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Missing momentum, in GeV, and its azimuth, from the fine towers in 1/16 GeV."""
    columns = np.where(inner > (MET_TOWER * PER_GEV)[:, None], inner, 0).sum(axis=1)
    x, y = (-(columns * f(PHI)).sum(axis=1) / PER_GEV for f in (np.cos, np.sin))
    pt = np.hypot(x, y)
    some = pt >= 0.5 / PER_GEV
    return np.maximum(pt, 1 / PER_GEV), np.where(some, np.arctan2(y, x), 0.0)


def _jets(towers: Towers) -> tuple[Ints, Ints, Ints, Ints]:
    crossing, row, column, et = jets.find(towers.total)
    et = calibrated(et, ETA[row])
    kept = et >= JET_PT * PER_GEV
    return crossing[kept], row[kept], column[kept], et[kept]


def _fill(out: Floats, crossing: Ints, momenta: Floats, kind: str) -> None:
    """Put the objects of one kind into their slots, highest pT first, then in given order."""
    order = np.lexsort((-momenta[:, 0], crossing))
    crossing, momenta = crossing[order], momenta[order]
    rank = np.arange(len(crossing)) - np.searchsorted(crossing, crossing)
    slots = SLOTS[kind]
    kept = rank < slots.stop - slots.start
    where = crossing[kept], slots.start + rank[kept]
    out[(*where, slice(0, 3))] = momenta[kept]
    out[(*where, 3)] = CLASSES[kind]


def _on_grid(values: Floats) -> npt.NDArray[np.float32]:
    values[..., 0] = np.round(values[..., 0] * PER_GEV) / PER_GEV
    angles = np.round(values[..., 1:3] * _ANGLE_GRID)
    limit = np.floor(np.pi * _ANGLE_GRID)
    angles[..., 1] = np.clip(angles[..., 1], -limit, limit)
    values[..., 1:3] = angles / _ANGLE_GRID
    return values.astype(np.float32)
