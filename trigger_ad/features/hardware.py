"""Words of trigger objects whose hardware integers are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import EventFileError
from trigger_ad.features.layout import SLOTS, Layout
from trigger_ad.features.words import Words, to_words

__all__ = ["words_of"]


def words_of(
    particles: NDArray[np.float32],
    hardware: Mapping[str, NDArray[np.int32]],
    layout: Layout,
    name: str = "the events",
) -> Words:
    """Convert to words, by the hardware's integers where they are known.

    The integers of CMS are the words of this layout: momenta in 0.5 GeV, a muon's plus one,
    angles on the scales of the global trigger. Other kinds go through `to_words`.

    Parameters
    ----------
    particles : ndarray (n_events, 19, 3 or 4) of float32
        As for `to_words`.
    hardware : mapping of str to ndarray (n_events, slots, 3) of int32
        pT, eta and phi by kind; a slot whose pT is 0 is empty.
    layout : Layout
    name : str
        Of the events, for errors.

    Returns
    -------
    Words

    Raises
    ------
    EventFileError
        If an integer does not fit its port.
    """
    words = to_words(particles, layout)
    slots = words.values.reshape(len(particles), len(SLOTS), 3)
    for kind, codes in hardware.items():
        mine = [index for index, (_, other) in enumerate(SLOTS) if other == kind]
        slots[:, mine] = np.where(codes[..., :1] == 0, 0, codes)
    outside = (words.values < layout.minimum) | (words.values > layout.maximum)
    if outside.any():
        event, port = (int(i) for i in np.argwhere(outside)[0])
        field = layout.fields[port]
        raise EventFileError(
            name,
            f"must fit the {field.width} bits of {field.name}",
            f"{words.values[event, port]} in event {event}",
            "make the file with integers of the global trigger",
        )
    return words
