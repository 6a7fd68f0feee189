"""Calibration of jets to the particles that they come from.

A jet loses the towers' energy below the thresholds and the charged particles that the field turns
out of its 9 x 9 towers. The factor is the inverse of the median of what is measured over the pT of
generator jets (anti-kT, 0.4, no neutrinos and muons) in crossings at pile-up 60 that nothing else
comes near, in a region of abs(eta) and a range of their pT. It is given at the measured pT of that
median, runs straight between two of them and is constant beyond. No rate was looked at.
"""

from __future__ import annotations

import numpy as np

from trigger_ad.generate.zerobias.grid import PER_GEV, Floats, Ints

__all__ = ["calibrated"]

#: End of a region in abs(eta): measured pT in GeV, and the factor there.
_FACTORS: dict[float, tuple[tuple[float, ...], tuple[float, ...]]] = {
    1.3: ((17.5, 27.5, 41, 65.5, 98, 146, 230), (1.377, 1.247, 1.189, 1.108, 1.097, 1.05, 1.013)),
    2.5: ((19.5, 29.6, 44, 68.5, 103, 147, 226), (1.255, 1.17, 1.109, 1.07, 1.055, 1.035, 1.012)),
    3.0: ((20.1, 31.5, 43.9, 70, 100.2, 144.8), (1.188, 1.083, 1.104, 1.065, 1.046, 1.01)),
    9.9: ((68.4, 101.2, 140), (1.079, 1.026, 1.027)),
}


def calibrated(et: Ints, eta: Floats) -> Ints:
    """Energies of jets in 1/16 GeV, calibrated.

    Parameters
    ----------
    et : (m,) int64
        As measured, in 1/16 GeV.
    eta : (m,) float64
    """
    factor = np.ones(len(et))
    low = 0.0
    for high, (pt, values) in _FACTORS.items():
        mine = (np.abs(eta) >= low) & (np.abs(eta) < high)
        factor[mine] = np.interp(et[mine] / PER_GEV, pt, values)
        low = high
    return np.round(et * factor).astype(np.int64)
