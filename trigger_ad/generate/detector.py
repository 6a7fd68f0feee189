"""A CMS-like detector as per-particle efficiencies and resolutions.

==================  =========================  ==============================================
particle            reconstructed where        response
==================  =========================  ==============================================
electron            pT > 3, abs(eta) < 3.0     pT: 2.0 % + 12 %/sqrt(E) in quadrature;
                                               efficiency 95 % (90 % beyond eta 1.5)
muon                pT > 3, abs(eta) < 2.1     pT: 1.0 % + 0.01 % pT/GeV; efficiency 96 %
charged hadron      pT > 0.4, abs(eta) < 2.5   track, efficiency 95 %, pT: 1.0 % + 0.015 %
                                               pT/GeV; a missed track goes to the calorimeter
photon              E > 0.3, abs(eta) < 3      3 %/sqrt(E) + 0.5 %, angles 0.01
photon, forward     3 < abs(eta) < 5           150 %/sqrt(E) + 5 %, angles 0.05
neutral hadron      E > 1.0, abs(eta) < 3      110 %/sqrt(E) + 5 %, angles 0.03
hadron, forward     3 < abs(eta) < 5           200 %/sqrt(E) + 10 %, angles 0.05
neutrino            nowhere
==================  =========================  ==============================================

Energies are in GeV and the terms are added in quadrature. A charged particle below the tracker's
threshold is lost, an unreconstructed electron is a photon, an unreconstructed muon is lost.
Particles are massless after reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Stable", "Visible", "reconstruct"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NEUTRINOS = (12, 14, 16, 18)
_NEUTRAL_HADRONS = (130, 310, 2112, 3122, 3212, 3322)


@dataclass(frozen=True)
class Stable:
    """Stable particles of a batch of events.

    Attributes
    ----------
    event : (n,) int64, rising
        Index of the event within the batch.
    pdg : (n,) int64
    pt, eta, phi : (n,) float64
        GeV, 1, rad.
    """

    event: Ints
    pdg: Ints
    pt: Floats
    eta: Floats
    phi: Floats


@dataclass(frozen=True)
class Visible:
    """What the detector sees: `kind` is 2 electron, 3 muon, 0 anything else."""

    event: Ints
    kind: Ints
    photon: npt.NDArray[np.bool_]
    pt: Floats
    eta: Floats
    phi: Floats


def _calorimeter(energy: Floats, stochastic: Floats | float, constant: Floats | float) -> Floats:
    """Relative resolution: a stochastic and a constant term in quadrature."""
    return np.hypot(stochastic / np.sqrt(energy), constant)


def reconstruct(particles: Stable, rng: np.random.Generator) -> Visible:
    """Candidates seen by the detector for the stable particles of a batch."""
    code = np.abs(particles.pdg)
    aeta = np.abs(particles.eta)
    n = len(code)
    survives, spread, azimuth, polar = (
        rng.random(n),
        rng.standard_normal(n),
        rng.standard_normal(n),
        rng.standard_normal(n),
    )
    energy = particles.pt * np.cosh(np.minimum(aeta, 6.0))
    electron = (code == 11) & (particles.pt > 3) & (aeta < 3.0)
    electron &= survives < np.where(aeta < 1.5, 0.95, 0.90)
    muon = (code == 13) & (particles.pt > 3) & (aeta < 2.1) & (survives < 0.96)
    photon = ((code == 22) | (code == 11)) & ~electron
    hadron = (code > 100) & ~np.isin(code, _NEUTRINOS)
    charged = hadron & ~np.isin(code, _NEUTRAL_HADRONS)
    track = charged & (aeta < 2.5) & (particles.pt > 0.4) & (survives < 0.95)
    lost = charged & (aeta < 2.5) & (particles.pt <= 0.4)
    forward = aeta >= 3.0
    tower = hadron & ~track & ~lost & (energy > 1.0) & (aeta < 5)
    cluster = photon & (energy > 0.3) & (aeta < 5)

    resolution = np.zeros(n)
    angle = np.zeros(n)
    resolution[electron] = _calorimeter(energy[electron], 0.12, 0.02)
    resolution[muon] = np.hypot(0.01, 1e-4 * particles.pt[muon])
    resolution[track] = np.hypot(0.01, 1.5e-4 * particles.pt[track])
    for chosen, near, far in (
        (tower, (1.1, 0.05, 0.03), (2.0, 0.10, 0.05)),
        (cluster, (0.03, 0.005, 0.01), (1.5, 0.05, 0.05)),
    ):
        away = forward[chosen]
        resolution[chosen] = _calorimeter(
            energy[chosen], np.where(away, far[0], near[0]), np.where(away, far[1], near[1])
        )
        angle[chosen] = np.where(away, far[2], near[2])

    pt = particles.pt * (1.0 + resolution * spread)
    seen = (electron | muon | track | tower | cluster) & (pt > 0)
    kind = np.where(electron, 2, np.where(muon, 3, 0))
    phi = particles.phi + angle * azimuth
    return Visible(
        particles.event[seen],
        kind[seen].astype(np.int64),
        photon[seen],
        pt[seen],
        (particles.eta + angle * polar)[seen],
        np.remainder(phi[seen] + np.pi, 2 * np.pi) - np.pi,
    )
