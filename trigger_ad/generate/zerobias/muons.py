"""What the muon system makes of muons and of hadrons that decay to muons in flight.

**Decays in flight.** A charged pion or kaon of transverse momentum pT decays within a transverse
distance L of the beam with the probability ``1 - exp(-L m / (c tau pT))``, and to a muon in a
fraction B of the cases. L ends where hadrons shower: at the calorimeter, 1.29 m from the beam or
3.15 m along it. The muon keeps the direction, and of the momentum a part that is uniform between
the square of the ratio of the masses of muon and hadron, and 1: a two-body decay without spin.

=======  ==========  ===========  ==========
hadron   m, GeV      c tau, m     B
=======  ==========  ===========  ==========
pion     0.13957     7.8045       0.99988
kaon     0.49368     3.711        0.6356
=======  ==========  ===========  ==========

Three-body decays of kaons (3.4 %) and long-lived neutral kaons (1.3 % of the muons from decays
above 3 GeV) are left out. So are hadrons that pass the calorimeter: ten interaction lengths lie
before the second station, and candidates of the quality that seeds of one muon ask for have three.

**Reach.** CMS sees muons of J/psi with pT > 3.3 GeV for abs(eta) < 1.3, p > 2.9 GeV to 2.2 and
pT > 0.8 GeV to 2.4 (Eur. Phys. J. C 71 (2011) 1575), in one station. Behind the first lie 93 cm of
iron in the barrel, and 120 cm in the endcap, before the third: 1.06 and 1.37 GeV at 11.4 MeV/cm.

**Momentum.** Level-1 momenta are scaled up until 90 % of the muons of a true momentum pass a
threshold of its value. In the endcap a measured pT becomes ``1.13 pT / (1 - 0.015 pT)``, with
pT <= 20 GeV in the denominator (CMSSW, ``PtAssignmentEngine2017::scale_pt``, tables of 2022), in
the barrel ``1.17 pT`` (``L1TMuonBarrelKalmanAlgo::ptLUT``). If 1/pT is normal, the 90 % say how
wide: ``(0.13 + 0.015 pT) / 1.2816`` of itself in the endcap, to 32 GeV, and ``0.17 / 1.2816`` in
the barrel. That is the resolution here. The overlap is as the endcap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.grid import Floats, Ints

__all__ = ["EFFICIENCY", "LEAST", "decays", "measured", "reaches", "respond"]

#: Least true pT of a muon that can be seen, in GeV, and part of those that are.
LEAST, EFFICIENCY = 1.5, 0.95
_EDGE = 2.4
_RADIUS, _LENGTH = 1.29, 3.15
_MUON = 0.10566
#: PDG code: mass in GeV, c tau in m, part of the decays that give one muon and a neutrino.
_HADRONS = {211: (0.13957, 7.8045, 0.99988), 321: (0.49368, 3.711, 0.6356)}
_BARREL, _BARREL_SCALE = 0.83, 1.17
_SCALE, _SLOPE, _LAST = 1.13, 0.015, 20.0
_NORMAL_90 = 1.2816
#: The largest pT of the muon trigger, in GeV.
_LARGEST = 255.5


def respond(particles: Stable, rng: np.random.Generator) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Muons of the trigger.

    Returns
    -------
    event : (m,) int64, rising
    muons : (m, 3) float32
        pT in GeV, eta, phi.
    """
    of, pt = decays(particles, rng)
    prompt = np.flatnonzero((np.abs(particles.pdg) == 13) & (particles.pt > LEAST))
    of, pt = np.concatenate([prompt, of]), np.concatenate([particles.pt[prompt], pt])
    eta = particles.eta[of]
    seen = np.flatnonzero(reaches(pt, eta) & (rng.random(len(of)) < EFFICIENCY))
    seen = seen[np.argsort(of[seen], kind="stable")]
    of, eta = of[seen], eta[seen]
    columns = measured(pt[seen], eta, rng), eta, particles.phi[of]
    return particles.event[of], np.stack(columns, axis=1).astype(np.float32)


def decays(particles: Stable, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Hadrons that decay to muons of at least `LEAST`, and the pT of these in GeV."""
    code, aeta = np.abs(particles.pdg), np.abs(particles.eta)
    reach = np.minimum(_RADIUS, _LENGTH / np.sinh(np.maximum(aeta, 0.1)))
    found, momenta = [np.zeros(0, np.int64)], [np.zeros(0)]
    for hadron, (mass, length, part) in _HADRONS.items():
        mine = np.flatnonzero((code == hadron) & (particles.pt > LEAST) & (aeta < _EDGE))
        pt = particles.pt[mine]
        chance = -part * np.expm1(-reach[mine] * mass / (length * pt))
        least = (_MUON / mass) ** 2
        muon = pt * (least + (1 - least) * rng.random(len(mine)))
        kept = (rng.random(len(mine)) < chance) & (muon > LEAST)
        found.append(mine[kept])
        momenta.append(muon[kept])
    return np.concatenate(found), np.concatenate(momenta)


def reaches(pt: Floats, eta: Floats) -> npt.NDArray[np.bool_]:
    """Whether muons get through the calorimeter and the magnet to the third station."""
    aeta = np.abs(eta)
    regions = [aeta < 1.3, aeta < 2.2, aeta < _EDGE]
    enough = [pt > 4.36, pt * np.cosh(np.minimum(aeta, _EDGE)) > 4.27, pt > 1.1]
    return np.select(regions, enough, False)


def measured(pt: Floats, eta: Floats, rng: np.random.Generator) -> Floats:
    """Level-1 pT of muons, in GeV, from their true one."""
    barrel = np.abs(eta) < _BARREL
    most = _SLOPE * _SCALE * _LAST / (1 - _SLOPE * _LAST)
    above = np.where(barrel, _BARREL_SCALE, _SCALE + np.minimum(_SLOPE * pt, most)) - 1
    curvature = 1 + above / _NORMAL_90 * rng.standard_normal(len(pt))
    found = pt / np.maximum(curvature, pt / _LARGEST)
    scale = np.where(barrel, _BARREL_SCALE, _SCALE / (1 - _SLOPE * np.minimum(found, _LAST)))
    return np.minimum(scale * found, _LARGEST)
