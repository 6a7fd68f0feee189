"""Events in any form that a notebook has them in, to hardware words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trigger_ad.errors import EventFileError, SchemaError
from trigger_ad.events.block import Block
from trigger_ad.events.particles import SLOTS, Particles
from trigger_ad.events.readers.reader import Settings
from trigger_ad.events.readers.sample import Sample, opened
from trigger_ad.events.tidy import tidy
from trigger_ad.events.units import Units, check_units, in_gev, refuse_mev
from trigger_ad.features.blocks import words_of_block
from trigger_ad.features.layout import Ports
from trigger_ad.features.words import Words

__all__ = ["Events", "words_of_events"]

#: Whatever can be scored.
Events: TypeAlias = (
    str | Path | Sequence[str | Path] | Sample | Block | Particles | Words | NDArray[Any]
)

_NAME = "the events"
_SLOTS = max(slots.stop for slots in SLOTS.values())


def words_of_events(
    events: Events, layout: Ports, units: Units = None
) -> Iterator[NDArray[np.int32]]:
    """Words of events, of files up to 65,536 at a time.

    Parameters
    ----------
    events : path, pattern, ``packaged:NAME``, list of these, or events in memory
        In memory: a sample of `open_events`, a block of it, particles (n, 19, 3 or 4) of floats,
        words (n, n_ports) of integers, or `Words`.
    layout : Ports
    units : {"GeV", "MeV"}, optional
        Of the momenta of files and arrays.

    Raises
    ------
    EventFileError
        If events cannot be read, are impossible, or come in another form; or units are unknown,
        or given for events that have theirs.
    SchemaError
        If words were made with another layout.
    """
    if isinstance(events, Words) and events.layout_hash != layout.hash:
        raise SchemaError(
            "hardware words",
            f"must have the layout {layout.hash[:12]} of the trigger",
            events.layout_hash[:12],
            "make the words again from the particles",
        )
    if units is not None and isinstance(events, Sample | Block | Words):
        raise EventFileError(
            "the units", "must be given where events are opened", units, "leave them out here"
        )
    check_units(units)
    for block in _blocks(events, units):
        yield words_of_block(block, layout).values


def _blocks(events: Events, units: Units) -> Iterator[Block]:
    if isinstance(events, Block):
        yield events
    elif isinstance(events, Sample):
        yield from events.blocks()
    elif isinstance(events, Particles | Words):
        yield _of_array(events.values, units)
    elif isinstance(events, np.ndarray):
        yield _of_array(events, units)
    else:
        yield from opened(_paths(events), Settings(units)).blocks()


def _paths(events: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    """Files by path, by pattern or by name; what is nothing of all that is refused here."""
    given: object = [events] if isinstance(events, str | Path) else events
    if not isinstance(given, list | tuple) or not given:
        raise _unknown(type(given).__name__ if given != [] else "an empty list")
    if not all(isinstance(one, str | Path) for one in given):
        raise _unknown(f"a {type(given).__name__} of other things")
    return given


def _of_array(values: NDArray[Any], units: Units) -> Block:
    """Particles or words, by their dimensions and types."""
    kind, shape = values.dtype.kind, values.shape
    if kind in "iu" and len(shape) == 2:
        return Block(words=values, name=_NAME)
    if kind == "f" and len(shape) == 3 and shape[1] == _SLOTS and shape[2] in (3, 4):
        return Block(particles=_particles(values, units), name=_NAME)
    raise _unknown(f"an array of {values.dtype} of shape {shape}")


def _particles(values: NDArray[Any], units: Units) -> NDArray[np.float32]:
    """Particles as a reader gives them, checked; the class of a slot need not be given."""
    found = np.full((*values.shape[:2], 4), np.nan, np.float32)
    found[..., : values.shape[2]] = values
    refuse_mev(found[..., 0], _NAME, units)
    found[..., 0] = in_gev(found[..., 0], units)
    return tidy(found, _NAME)


def _unknown(found: str) -> EventFileError:
    return EventFileError(
        _NAME,
        f"must be files, a sample, a block, particles (n, {_SLOTS}, 3 or 4) of floats "
        "or words (n, n_ports) of integers",
        found,
        "give one of these",
    )
