"""Blocks of events to hardware words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import EventFileError
from trigger_ad.events.block import Block
from trigger_ad.features.hardware import words_of
from trigger_ad.features.layout import Layout
from trigger_ad.features.words import Words, to_words

__all__ = ["words_of_block"]


def words_of_block(block: Block, layout: Layout) -> Words:
    """Words of events: as the file has them, by the hardware's integers, or from GeV and radians.

    Parameters
    ----------
    block : Block
    layout : Layout

    Raises
    ------
    EventFileError
        If a word or an integer of the hardware does not fit its port.
    """
    name = f"events {block.first} to {block.first + len(block)} of {block.name}"
    if block.words is not None:
        return Words(_checked(block.words, layout, name), layout.hash)
    assert block.particles is not None, "a block has one of the two"  # noqa: S101 - for mypy
    if not block.hardware:
        return to_words(block.particles, layout)
    return words_of(block.particles, block.hardware, layout, name)


def _checked(words: NDArray[np.integer], layout: Layout, name: str) -> NDArray[np.int32]:
    """Words of a file, before they are cast."""
    remedy = f"make them with the layout {layout.name}"
    fields = len(layout.fields)
    if words.ndim != 2 or words.shape[1] != fields or words.dtype.kind not in "iu":
        raise EventFileError(
            name,
            f"must have {fields} integers each, one for every port",
            f"{words.dtype} of the shape {words.shape}",
            remedy,
        )
    outside = (words < layout.minimum) | (words > layout.maximum)
    if outside.any():
        event, port = (int(i) for i in np.argwhere(outside)[0])
        field = layout.fields[port]
        raise EventFileError(
            name,
            f"must fit the {field.width} bits of {field.name}",
            f"{words[event, port]} in event {event}",
            remedy,
        )
    return words.astype(np.int32)
