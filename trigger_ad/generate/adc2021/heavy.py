"""Leptons from b and c hadrons: many decays of the hadrons of one event, from the table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

import numpy as np
import numpy.typing as npt

from trigger_ad.generate.adc2021.library import DecayLibrary

__all__ = ["decay"]

Floats = npt.NDArray[np.float64]

_CUBE = np.array(
    [
        [[s[i] if p[i] == j else 0.0 for j in range(3)] for i in range(3)]
        for p in permutations(range(3))
        for s in product((1.0, -1.0), repeat=3)
    ]
)
_LEPTON_PT = 22.0
_ISOLATION = 0.6  # looser than the detector's 0.45, which decides


def _boost(momentum: Floats, energy: Floats, parent: Floats, mass: Floats) -> Floats:
    """Rest-frame `momentum` (..., 3) and `energy` (...) in the frame where the parent moves."""
    gamma_beta = parent / mass[..., None]
    gamma = np.sqrt(1.0 + (gamma_beta**2).sum(-1))
    along = (gamma_beta * momentum).sum(-1)
    return np.asarray(momentum + gamma_beta * (energy + along / (gamma + 1.0))[..., None])


def _polar(momentum: Floats) -> tuple[Floats, Floats, Floats]:
    pt = np.maximum(np.hypot(momentum[..., 0], momentum[..., 1]), 1e-9)
    return pt, np.arcsinh(momentum[..., 2] / pt), np.arctan2(momentum[..., 1], momentum[..., 0])


def _near(columns: Floats, eta: float, phi: float) -> float:
    dphi = np.abs(columns[3] - phi)
    dphi = np.minimum(dphi, 2 * np.pi - dphi)
    near = (columns[2] - eta) ** 2 + dphi**2 < 0.09
    return float(columns[1][near & ~np.isin(np.abs(columns[0]), (12, 14, 16))].sum())


def decay(
    early: Floats, hadrons: Floats, library: DecayLibrary, times: int, rng: np.random.Generator
) -> Iterator[Floats]:
    """Stable particles of those of `times` decays that have a nearly isolated hard lepton.

    Parameters
    ----------
    early : (4, n) float64
        PDG code, pT, eta and phi of all other stable particles of the event.
    hadrons : (m, 5) float64
        PDG code, px, py, pz and mass of the hadrons to decay.

    Yields
    ------
    (4, n') float64
        As `early`, with the decay products.
    """
    ranges = np.array([library.first[abs(int(code))] for code in hadrons[:, 0]])
    drawn = rng.integers(ranges[:, 0], ranges[:, 1], size=(times, len(hadrons)))
    turned = rng.integers(0, len(_CUBE), size=drawn.shape)
    trial, which = np.nonzero(library.flavour[drawn])
    chosen = drawn[trial, which]
    lepton = library.lepton[chosen]
    rest = np.einsum("nij,nj->ni", _CUBE[turned[trial, which]], lepton[:, :3])
    pt, eta, phi = _polar(_boost(rest, lepton[:, 3], hadrons[which, 1:4], hadrons[which, 4]))
    limit = np.where(library.flavour[chosen] == 11, 2.55, 2.15)
    hard = np.flatnonzero((pt > _LEPTON_PT) & (np.abs(eta) < limit))
    done: set[int] = set()
    for i in hard:
        k = int(trial[i])
        if k in done or _near(early, eta[i], phi[i]) > _ISOLATION * pt[i]:
            continue
        new = _products(library, drawn[k], turned[k], hadrons)
        if _near(new, eta[i], phi[i]) - pt[i] < _ISOLATION * pt[i]:
            done.add(k)
            yield np.concatenate([early, new], axis=1)


def _products(
    library: DecayLibrary,
    drawn: npt.NDArray[np.int64],
    turned: npt.NDArray[np.int64],
    hadrons: Floats,
) -> Floats:
    parts = []
    for i, (n, t) in enumerate(zip(drawn, turned, strict=True)):
        rows = library.products[library.offsets[n] : library.offsets[n + 1]]
        pt, eta, phi = _polar(
            _boost(
                rows[:, 1:4] @ _CUBE[t].T,
                rows[:, 4],
                np.broadcast_to(hadrons[i, 1:4], (len(rows), 3)),
                np.broadcast_to(hadrons[i, 4], len(rows)),
            )
        )
        parts.append(np.stack([rows[:, 0], pt, eta, phi]))
    return np.concatenate(parts, axis=1)
