"""Errors of a zero-bias rate from the finite library.

A crossing is driven by its hardest collision, and a library is much smaller than the number of
collisions drawn from it, so crossings that share their hardest collision are not independent.
`bootstrap` draws these collisions again, with all their crossings.

It covers the finite number of crossings and the finite number of hard collisions. It does not
cover soft collisions that crossings share besides their hardest ones (`shared` measures these),
the errors of the cross-sections, and the physics of the generator.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trigger_ad.events.strata import ONE, Strata
from trigger_ad.generate.zerobias.draws import Draws
from trigger_ad.generate.zerobias.grid import Floats, Ints

__all__ = ["bootstrap", "shared"]


def bootstrap(
    fires: npt.NDArray[np.bool_],
    identity: Ints,
    replicas: int,
    seed: int,
    stratum: Ints | None = None,
    strata: Strata = ONE,
) -> Floats:
    """Fractions of crossings that fire, in samples of the hardest collisions.

    Parameters
    ----------
    fires : (n, ...) bool
        Of each crossing, for any number of triggers.
    identity : (n,) int64
        Hardest collision, as in `Particles.parton_event`.
    replicas, seed : int
    stratum : (n,) int64, optional
        Place of each crossing in `strata`.
    strata : Strata

    Returns
    -------
    (replicas, ...) float64
        Of each stratum as many different collisions as there are, drawn with replacement.

    Raises
    ------
    ConfigError
        If a stratum has no crossings.
    """
    rng = np.random.default_rng(seed)
    table = fires.reshape(len(fires), -1)
    place = np.zeros(len(fires), np.int64) if stratum is None else strata.checked(stratum)
    strata.require(np.bincount(place, minlength=len(strata.names)), "the crossings")
    out = np.zeros((replicas, table.shape[1]))
    for number, probability in enumerate(strata.probabilities):
        mine = place == number
        out += probability * _replicas(rng, table[mine], identity[mine], replicas)
    return out.reshape(replicas, *fires.shape[1:])


def _replicas(
    rng: np.random.Generator, table: npt.NDArray[np.bool_], identity: Ints, replicas: int
) -> Floats:
    """Fractions within one stratum, (replicas, triggers)."""
    _, owner, counts = np.unique(identity, return_inverse=True, return_counts=True)
    fired = np.stack([np.bincount(owner, f, len(counts)) for f in table.T.astype(float)], axis=1)
    out = np.empty((replicas, table.shape[1]))
    for row in out:
        drawn = np.bincount(rng.integers(0, len(counts), len(counts)), minlength=len(counts))
        row[:] = drawn @ fired / (drawn @ counts)
    return out


def shared(fires: npt.NDArray[np.bool_], draws: Draws) -> float:
    """Variance of the fraction that fires, from all collisions that crossings share.

    To first order (Hoeffding's projection), with d the fire of a crossing less the mean and m
    the number of times that it has a collision l,
    ``sum over l of ((sum_i m_il d_i)^2 - sum_i m_il^2 d_i^2) / n^2``.
    The subtracted sum is what crossings alone give, so the estimate is unbiased for many
    crossings, scatters around 0 without sharing, and may be negative. The variance of
    independent crossings, p (1 - p) / n, comes on top.

    Parameters
    ----------
    fires : (n,) bool
    draws : Draws
        Collisions of the same crossings.
    """
    n = len(fires)
    away = fires - fires.mean()
    crossing = draws.crossing
    pair, times = np.unique(np.stack([draws.events, crossing]), axis=1, return_counts=True)
    term = times * away[pair[1]]
    per_collision = np.bincount(pair[0], term)
    return float(((per_collision**2).sum() - (term**2).sum()) / n**2)
