"""Splits by the identity of the parton-level event.

The split of an event is a pure function of its identity, its process and a seed, so it does not
depend on the order of the events, on chunks or on other events, and all events of one
parton-level event land in the same split. It does not depend on the stratum either: in each stratum
the collisions of it are split, so that a split has the same share of every stratum but for chance,
and a collision that leads events of two strata is in one split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from trigger_ad.errors import ConfigError
from trigger_ad.events.strata import Strata

__all__ = ["SPLITS", "assign", "require_strata", "splitmix64"]

#: Names of the splits, in order.
SPLITS = ("train", "validate", "calibrate", "threshold", "test")


def splitmix64(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Output function of SplitMix64 for the next state.

    Sebastiano Vigna, https://prng.di.unimi.it/splitmix64.c, in arithmetic modulo 2**64.

    Parameters
    ----------
    state : (n,) uint64

    Returns
    -------
    (n,) uint64
    """
    z = state + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def assign(
    parton_event: npt.NDArray[np.int64],
    process: npt.NDArray[np.uint8],
    seed: int,
    fractions: Mapping[str, float],
) -> npt.NDArray[np.int8]:
    """Split of each event.

    With h = splitmix64, the hash of an event is ``h(parton_event ^ h(process ^ h(seed)))``.
    The splits are consecutive ranges of it, in the order of `fractions`, that end at
    ``floor(2**53 * cumulative fraction)`` of its upper 53 bits.

    Parameters
    ----------
    parton_event : (n,) int64
    process : (n,) uint8
    seed : int
        0 to 2**64 - 1.
    fractions : mapping of str to float
        Share of each split, in the order of `SPLITS`. They sum to 1.

    Returns
    -------
    (n,) int8
        Index into the names in `fractions`.

    Raises
    ------
    ConfigError
        If a fraction is negative, or the fractions do not sum to 1.
    """
    shares = np.array(list(fractions.values()), dtype=np.float64)
    for name, share in fractions.items():
        if not share >= 0:
            raise ConfigError(
                f"split.{name}",
                "must be at least 0",
                share,
                "give the part of the events as a fraction",
            )
    if not abs(shares.sum() - 1) <= 1e-9:
        raise ConfigError(
            "the fractions of the splits",
            "must sum to 1",
            f"{shares.sum():g}",
            "change one of them",
        )
    if not 0 <= seed < 2**64:
        raise ConfigError(
            "the seed of the splits", "must be from 0 to 2**64 - 1", seed, "choose another number"
        )
    key = splitmix64(np.array([seed], dtype=np.uint64))
    key = splitmix64(np.arange(256, dtype=np.uint64) ^ key)[process]
    hashed = splitmix64(parton_event.astype(np.int64).view(np.uint64) ^ key) >> np.uint64(11)
    ends = np.floor(np.cumsum(shares)[:-1] * 2.0**53).astype(np.uint64)
    return np.searchsorted(ends, hashed, side="right").astype(np.int8)


def require_strata(
    split: npt.NDArray[np.int8],
    stratum: npt.NDArray[np.integer],
    strata: Strata,
    names: Sequence[str],
) -> None:
    """Refuse splits of which one has nothing of a stratum, whose part it then could not estimate.

    Parameters
    ----------
    split : (n,) int8
        From `assign`.
    stratum : (n,) integers
        Places in `strata`.
    strata : Strata
    names : sequence of str
        Of the splits.

    Raises
    ------
    ConfigError
        Names the first such split and stratum.
    """
    size = len(strata.names)
    place = split.astype(np.int64) * size + strata.checked(stratum)
    table = np.bincount(place, minlength=size * len(names)).reshape(-1, size)
    for name, events in zip(names, table, strict=True):
        strata.require(events, f"the split {name}")
