"""What leaves an event equally likely: turning it about the beam, and exchanging the beams.

Symmetric colliding beams and a detector without a preferred phi make both exact. Copies of
training events that differ by them cannot be learned by heart one by one, which matters for
the few events of the tail that decide whether the background estimate closes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Layout
from trigger_ad.features.words import present

__all__ = ["augment", "transform"]

Integers = NDArray[np.int32]


def transform(
    words: Integers, layout: Layout, turn: NDArray[Any], reflect: NDArray[np.bool_]
) -> Integers:
    """Turn and reflect events, exactly on the grid of the words.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of int32
        Hardware words.
    layout : Layout
    turn : ndarray (n_events,) of int
        Steps of the coarsest phi code of the layout, in either direction.
    reflect : ndarray (n_events,) of bool
        Whether eta changes its sign.

    Returns
    -------
    ndarray (n_events, n_fields) of int32
        Empty slots stay empty; eta at the negative end of its port goes to the positive end.
    """
    result = words.copy()
    there = present(words, layout)
    periods = [field.period for field in layout.fields if field.period]
    for index, field in enumerate(layout.fields):
        if field.quantity == "phi":
            step = field.period // min(periods)
            turned = (words[:, index] + step * turn) % field.period
            result[:, index] = np.where(there[:, index], turned, 0)
        elif field.quantity == "eta":
            mirrored = np.minimum(-words[:, index], field.maximum)
            result[:, index] = np.where(reflect & there[:, index], mirrored, words[:, index])
    return result


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
    turns = min(field.period for field in layout.fields if field.period)
    parts = [words]
    for _ in range(copies - 1):
        turn = rng.integers(0, turns, len(words))
        parts.append(transform(words, layout, turn, rng.random(len(words)) < 0.5))
    return np.concatenate(parts)
