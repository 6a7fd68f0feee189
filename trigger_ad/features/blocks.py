"""Blocks of events to hardware words."""

from __future__ import annotations

import numpy as np

from trigger_ad.events.block import Block
from trigger_ad.features.hardware import words_of
from trigger_ad.features.layout import Ports
from trigger_ad.features.words import Words, check_words, to_words

__all__ = ["words_of_block"]


def words_of_block(block: Block, layout: Ports) -> Words:
    """Words of events: as the file has them, by the hardware's integers, or from GeV and radians.

    Parameters
    ----------
    block : Block
    layout : Ports

    Raises
    ------
    EventFileError
        If a word or an integer of the hardware does not fit its port.
    """
    name = f"events {block.first} to {block.first + len(block)} of {block.name}"
    if block.words is not None:
        check_words(block.words, layout, name, f"make them with the layout {layout.name}")
        return Words(block.words.astype(np.int32), layout.hash)
    assert block.particles is not None, "a block has one of the two"  # noqa: S101 - for mypy
    if not block.hardware:
        return to_words(block.particles, layout)
    return words_of(block.particles, block.hardware, layout, name)
