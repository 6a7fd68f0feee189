"""Streams of crossings that show every part of the trigger, for comparing its forms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.trigger.registers import Registers
from trigger_ad.trigger.stream import LOAD_GAP, Stream

__all__ = ["stream"]

#: Parts of the clocks without collisions; clocks between two writes of the registers, and
#: between two luminosity sections, on the average.
GAPS, BETWEEN_LOADS, BETWEEN_SECTIONS = 0.1, 400, 1500


def stream(words: NDArray[np.int32], registers: Registers, seed: int) -> Stream:
    """Turn events into crossings: with gaps, changing registers and luminosity sections.

    The registers given are written first. Later writes move the thresholds by a few LSB and
    raise and lower the prescales by orders of magnitude, so that counters are above their
    prescale; some come in the crossing in which a section begins, some with a region switched
    off, and some too soon after the one before, which must be ignored.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of int32
        One event for each crossing that has collisions.
    registers : Registers
    seed : int

    Returns
    -------
    Stream
        Of n_events crossings with, and about a ninth as many without collisions.
    """
    rng = np.random.default_rng(seed)
    crossings = round(len(words) / (1 - GAPS))
    valid = np.zeros(crossings, dtype=np.bool_)
    valid[rng.permutation(crossings)[: len(words)]] = True
    found = words[rng.integers(0, len(words), size=crossings)]
    found[valid] = words
    load = rng.random(crossings) < 1 / BETWEEN_LOADS
    load[0] = True
    too_soon = np.flatnonzero(load)[::7] + rng.integers(1, LOAD_GAP)
    load[too_soon[too_soon < crossings]] = True
    section = rng.random(crossings) < 1 / BETWEEN_SECTIONS
    section |= load & (rng.random(crossings) < 0.1)
    writes = [registers]
    writes += [_other(registers, rng) for _ in range(np.count_nonzero(load) - 1)]
    return Stream(found, valid, load, section, tuple(writes))


def _other(registers: Registers, rng: np.random.Generator) -> Registers:
    regions = len(registers.prescale)
    prescale = 100 * 10 ** rng.integers(0, 4, size=regions) + rng.integers(0, 100, size=regions)
    prescale[rng.random(regions) < 0.1] = 0
    moved = registers.thresholds + rng.integers(-3, 4, size=len(registers.thresholds))
    enable = rng.random(regions) < 0.9
    return Registers(tuple(moved.tolist()), tuple(prescale.tolist()), tuple(enable.tolist()))
