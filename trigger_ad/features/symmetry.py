"""What leaves an event equally likely: turning it about the beam, exchanging the beams, a mirror.

Symmetric colliding beams and a detector without a preferred phi make the first two exact. The
mirror is a plane that contains the beam, phi to -phi; what the words hold does not tell an event
from its mirror image as far as parity is conserved. Copies of training events that differ by turns
and exchanges cannot be learned by heart one by one, which matters for the few events of the tail
that decide whether the background estimate closes.

A code stands for ``code * lsb`` in every azimuth, fine or coarse. So codes 0 of all grids lie at
the same angle, a turn by one step of the coarsest grid is a whole number of steps of the others,
and ``code`` to ``-code`` modulo the period maps each grid onto itself and every angle between two
objects to its opposite. Reversing the codes of each grid, ``period - 1 - code``, would not: the
middles of the bins of two grids are not the same angles.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Layout, Ports
from trigger_ad.features.words import present

__all__ = ["augment", "transform", "turns"]

Integers = NDArray[np.int32]


def turns(layout: Ports) -> int:
    """Steps in which every azimuth of a layout comes around together; 0 where there is none.

    Examples
    --------
    >>> from trigger_ad.features.layout import Field
    >>> grids = ((144, "jet_phi"), (576, "muon_phi"))
    >>> fields = [Field(name, "", "phi", 10, period=period) for period, name in grids]
    >>> turns(Ports("two grids", tuple(fields)))
    144
    """
    return math.gcd(*(field.period for field in layout.fields if field.quantity == "phi"))


def transform(
    words: Integers,
    layout: Ports,
    turn: NDArray[Any],
    reflect: NDArray[np.bool_],
    mirror: NDArray[np.bool_] | None = None,
) -> Integers:
    """Turn and reflect events, exactly on the grid of the words.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of int32
        Hardware words.
    layout : Ports
    turn : ndarray (n_events,) of int
        Steps of `turns`, in either direction.
    reflect : ndarray (n_events,) of bool
        Whether eta changes its sign.
    mirror : ndarray (n_events,) of bool, optional
        Whether phi changes its sign, before the event is turned.

    Returns
    -------
    ndarray (n_events, n_fields) of int32
        Empty slots stay empty; eta at the negative end of its port goes to the positive end.
    """
    result = words.copy()
    there = present(words, layout)
    steps = turns(layout)
    for index, field in enumerate(layout.fields):
        if field.quantity == "phi" and field.period:
            angle = words[:, index] if mirror is None else _mirrored(words[:, index], mirror)
            turned = (angle + field.period // steps * turn) % field.period
            result[:, index] = np.where(there[:, index], turned, 0)
        elif field.quantity == "eta":
            opposite = np.minimum(-words[:, index], field.maximum)
            result[:, index] = np.where(reflect & there[:, index], opposite, words[:, index])
    return result


def _mirrored(angle: Integers, mirror: NDArray[np.bool_]) -> Integers:
    return np.where(mirror, -angle, angle)


def augment(words: Integers, layout: Layout, copies: int, seed: int) -> Integers:
    """Events followed by transformed copies of them.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of int32
    layout : Layout
    copies : int
        How often each event is in the result; the first copy is the event itself.
    seed : int
        Of the angles and reflections.

    Returns
    -------
    ndarray (copies * n_events, n_fields) of int32
    """
    rng = np.random.default_rng(seed)
    steps = max(turns(layout), 1)
    parts = [words]
    for _ in range(copies - 1):
        turn = rng.integers(0, steps, len(words))
        parts.append(transform(words, layout, turn, rng.random(len(words)) < 0.5))
    return np.concatenate(parts)
