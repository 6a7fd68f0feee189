"""What a collision leaves in the calorimeter and in the muon system.

The resolutions are those of `trigger_ad.generate.detector`; a Level-1 trigger has no
tracker, so charged hadrons are measured by the calorimeter and muons by their own chambers
(`trigger_ad.generate.zerobias.muons`).

==============  =================================  ======================================
particle        seen where                         response
==============  =================================  ======================================
photon,         E > 0.3, abs(eta) < 3.045          3 %/sqrt(E) + 0.5 %, angles 0.01
electron        the same, forward to 4.959         150 %/sqrt(E) + 5 %, angles 0.05
hadron          E > 1, abs(eta) < 3.045            110 %/sqrt(E) + 5 %, angles 0.03
                the same, forward to 4.959         200 %/sqrt(E) + 10 %, angles 0.05
neutrino        nowhere
==============  =================================  ======================================

Energies are in GeV and the terms are added in quadrature. A charged particle with pT < 0.735 GeV
and abs(eta) < 1.48 curls up in the field of 3.8 T before it reaches the calorimeter at 1.29 m;
others reach it turned in azimuth (`bending`). A third of the hadrons leave nothing in the
electromagnetic part, the others a share that is uniform between 0 and 1. Each particle hits one
tower. Muons leave nothing in the calorimeter, and hadrons that decay to muons in flight leave all
they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trigger_ad.generate.detector import Stable
from trigger_ad.generate.zerobias.grid import CELLS, Floats, Ints, cells
from trigger_ad.generate.zerobias.muons import respond as respond_muons

__all__ = ["VERSION", "Deposits", "respond"]

#: Of what collisions leave: a library of another one is refused.
VERSION = 2

_INVISIBLE = (12, 13, 14, 16, 18)
_NEUTRAL = (22, 130, 310, 2112, 3122, 3212, 3322)
_PER_GEV = 32
_LARGEST = 2**16 - 1
_FORWARD = 3.045
#: Field in T; distance of the calorimeter from the beam, and along it, in m.
_FIELD, _RADIUS, _LENGTH = 3.8, 1.29, 3.15


@dataclass(frozen=True)
class Deposits:
    """Towers and muons of some collisions.

    Attributes
    ----------
    event, cell : (n,) int64
        Collision and tower, rising.
    em, had : (n,) uint16
        Transverse energy in 1/32 GeV.
    muon_event : (m,) int64, rising
    muons : (m, 3) float32
        pT in GeV, eta, phi.
    events : int
        How many collisions, those that leave nothing among them.
    """

    event: Ints
    cell: Ints
    em: npt.NDArray[np.uint16]
    had: npt.NDArray[np.uint16]
    muon_event: Ints
    muons: npt.NDArray[np.float32]
    events: int

    def of(self, chosen: Ints) -> Deposits:
        """Those of some collisions, rising, which are numbered anew."""
        number = np.full(self.events, -1)
        number[chosen] = np.arange(len(chosen))
        event, muon_event = number[self.event], number[self.muon_event]
        seen, muon = event >= 0, muon_event >= 0
        return Deposits(
            event[seen],
            self.cell[seen],
            self.em[seen],
            self.had[seen],
            muon_event[muon],
            self.muons[muon],
            len(chosen),
        )

    @classmethod
    def joined(cls, parts: Sequence[Deposits]) -> Deposits:
        """Those of some parts, which are numbered on."""
        first = np.cumsum([0, *(part.events for part in parts)])
        starts = list(zip(parts, first[:-1], strict=True))
        return cls(
            np.concatenate([part.event + start for part, start in starts]),
            np.concatenate([part.cell for part in parts]),
            np.concatenate([part.em for part in parts]),
            np.concatenate([part.had for part in parts]),
            np.concatenate([part.muon_event + start for part, start in starts]),
            np.concatenate([part.muons for part in parts]),
            int(first[-1]),
        )


def respond(particles: Stable, events: int, rng: np.random.Generator) -> Deposits:
    """Response to the stable particles of a batch of `events` collisions."""
    event, cell, em, had = _calorimeter(particles, rng)
    muon_event, muons = respond_muons(particles, rng)
    key, inverse = np.unique(event * CELLS + cell, return_inverse=True)
    parts = [
        np.minimum(np.round(np.bincount(inverse, et, len(key)) * _PER_GEV), _LARGEST)
        for et in (em, had)
    ]
    some = parts[0] + parts[1] > 0
    return Deposits(
        key[some] // CELLS,
        key[some] % CELLS,
        parts[0][some].astype(np.uint16),
        parts[1][some].astype(np.uint16),
        muon_event,
        muons,
        events,
    )


def _calorimeter(particles: Stable, rng: np.random.Generator) -> tuple[Ints, Ints, Floats, Floats]:
    """Collision, tower and the two transverse energies of each particle that is seen."""
    code, aeta = np.abs(particles.pdg), np.abs(particles.eta)
    energy = particles.pt * np.cosh(np.minimum(aeta, 10.0))
    light = (code == 22) | (code == 11)
    curls = ~np.isin(code, _NEUTRAL) & (particles.pt < 0.735) & (aeta < 1.48)
    seen = (energy > np.where(light, 0.3, 1.0)) & (aeta < 5.2) & ~np.isin(code, _INVISIBLE) & ~curls
    light, energy, aeta = light[seen], energy[seen], aeta[seen]
    near = np.where(light[:, None], (0.03, 0.005, 0.01), (1.1, 0.05, 0.03))
    far = np.where(light[:, None], (1.5, 0.05, 0.05), (2.0, 0.10, 0.05))
    stochastic, constant, angle = np.where((aeta < _FORWARD)[:, None], near, far).T
    n = len(energy)
    spread, polar, azimuth = (rng.standard_normal(n) for _ in range(3))
    et = particles.pt[seen] * (1 + np.hypot(stochastic / np.sqrt(energy), constant) * spread)
    share = np.where(light, 1.0, np.where(rng.random(n) < 1 / 3, 0.0, rng.random(n)))
    phi = particles.phi[seen] + bending(particles.pdg[seen], particles.pt[seen], aeta)
    cell = cells(particles.eta[seen] + angle * polar, phi + angle * azimuth)
    kept = (et > 0) & (cell >= 0)
    et, share = et[kept], share[kept]
    return particles.event[seen][kept], cell[kept], et * share, et * (1 - share)


def bending(pdg: Ints, pt: Floats, aeta: Floats) -> Floats:
    """Azimuth at the calorimeter less that at the vertex, 0 for neutral particles.

    The sign of the code stands for that of the charge, which is right for hadrons but a few
    hyperons; for leptons it is the opposite, which turns them the other way.

    In the barrel, at a radius R, its sine is ``0.3 B R / (2 pT)``; in the endcap, at z, it is
    ``0.3 B z / (2 pz)``, also of particles that turn more than once.
    """
    turns = 0.15 * _FIELD / pt
    barrel = np.arcsin(np.minimum(turns * _RADIUS, 1.0))
    along = turns * _LENGTH / np.sinh(np.maximum(aeta, 0.1))
    angle = np.where(aeta < np.arcsinh(_LENGTH / _RADIUS), barrel, along)
    return np.asarray(np.where(np.isin(np.abs(pdg), _NEUTRAL), 0.0, -np.sign(pdg) * angle))
