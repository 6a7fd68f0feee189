"""Powers of two that bring the numbers of a vector to a spread of about one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import ConfigError
from trigger_ad.features.layout import Layout
from trigger_ad.features.settings import LayoutSettings
from trigger_ad.features.vectors.program import NAME, Scales, entries
from trigger_ad.features.words import port_types
from trigger_ad.ir.program import WORDS, Program

__all__ = ["FEWEST", "scales_of"]

#: Effective events whose object is there; a slot with fewer takes the spread of its whole entry.
FEWEST = 100

#: Events at a time.
_BLOCK = 16_384

Reals = NDArray[np.float64]


def scales_of(
    settings: LayoutSettings,
    layout: Layout,
    words: NDArray[np.int32],
    weights: NDArray[np.float32] | None = None,
) -> Scales:
    """Exponents 2^round(-log2 sigma) of all scaled entries.

    Sigma is the standard deviation of a number among the events in which its object is there.

    Parameters
    ----------
    settings : LayoutSettings
    layout : Layout
    words : ndarray (n_events, n_fields) of int32
        Of the calibrate split.
    weights : ndarray (n_events,) of float32, optional
        How much each event counts, if not alike.

    Raises
    ------
    ConfigError
        If fewer than `FEWEST` effective events have any object of an entry, or all its numbers
        are alike.
    """
    found = {}
    counts = np.ones(len(words)) if weights is None else weights.astype(np.float64)
    for key, entry, source, its in entries(settings, layout):
        if not entry.scaled:
            continue
        program = Program(NAME, port_types(layout), {"values": its.values, "there": its.there})
        lsb = 2.0 ** -source.signal(its.values).fraction
        found[key] = _exponents(_moments(program, words, counts), lsb, source.title)
    return found


def _moments(program: Program, words: NDArray[np.int32], counts: Reals) -> Reals:
    """Sums (4, size) over events with the object: w, w^2, w x and w x^2."""
    total: Reals = np.zeros((4, program.ports["values"].size))
    for start in range(0, len(words), _BLOCK):
        found = program.evaluate({WORDS: words[start : start + _BLOCK].astype(np.int64)})
        weights = found["there"] * counts[start : start + _BLOCK, None]
        values = found["values"].astype(np.float64)
        parts = (weights, weights**2, weights * values, weights * values**2)
        total += [part.sum(axis=0) for part in parts]
    return total


def _exponents(moments: Reals, lsb: float, title: str) -> tuple[int, ...]:
    together = moments.sum(axis=1, keepdims=True)
    effective = _effective(together)[0]
    if effective < FEWEST:
        raise ConfigError(
            title,
            f"must have its objects in {FEWEST} effective events of the calibrate split to be "
            "scaled",
            f"{effective:.0f}",
            "give more events, or leave scaled out",
        )
    whole = _sigma(together)[0]
    if not whole > 0:
        raise ConfigError(
            title,
            "must have different numbers in the calibrate split to be scaled",
            None,
            "leave scaled out",
        )
    own = np.where(_effective(moments) >= FEWEST, _sigma(moments), whole)
    sigmas = np.where(own > 0, own, whole)
    return tuple(round(-math.log2(sigma * lsb)) for sigma in sigmas)


def _effective(moments: Reals) -> Reals:
    weights, squares = moments[:2]
    return np.divide(weights**2, squares, out=np.zeros_like(weights), where=squares > 0)


def _sigma(moments: Reals) -> Reals:
    weights, _, first, second = moments
    safe = np.where(weights > 0, weights, 1.0)
    return np.sqrt(np.maximum(second / safe - (first / safe) ** 2, 0.0))
