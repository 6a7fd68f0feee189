"""What region A is made of: its objects, and the seeds of a menu that take its events too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trigger_ad.features.layout import Ports
from trigger_ad.menu.figures import fraction, shares
from trigger_ad.menu.gain import Sample
from trigger_ad.menu.integers import IntegerMenu, IntegerSeed
from trigger_ad.menu.patterns import has
from trigger_ad.menu.record import ClassRow, CompositionRecord, SharedRow

__all__ = ["COUNTED", "MET_STEPS", "classes", "composition"]

#: Momentum in counts of 0.5 GeV from which objects of a kind are counted: 8, 3 and 30 GeV.
COUNTED = {"egamma": 16, "muon": 6, "jet": 60}

#: Missing momentum in counts of 0.5 GeV at which its classes begin: 30, 60 and 100 GeV.
MET_STEPS = (60, 120, 200)

#: Number of objects from which on events are one class.
_MANY = 3

_NAMES = {"egamma": "e/gamma", "muon": "muon", "jet": "jet", "met": "missing momentum"}

#: A group, a class of it, and the events of that class.
Class = tuple[str, str, NDArray[np.bool_]]


def composition(
    words: NDArray[Any], menu: IntegerMenu, seed: str, events: Sample
) -> CompositionRecord | None:
    """Classes of the events in region A, and what of them conventional seeds take.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
        Hardware words of the background of the test split.
    menu : IntegerMenu
    seed : str
        Name of the seed of region A.
    events : Sample
        The same events in the menu.

    Returns
    -------
    CompositionRecord or None
        None where no event is in A.
    """
    inside = has(events.patterns, menu.names.index(seed))
    if not inside.any():
        return None
    certain = _taken(menu, events)
    others = [(place, one) for place, one in enumerate(menu.seeds) if not one.anomaly]
    return CompositionRecord(
        effective_events=fraction(
            inside.astype(np.float64), events.clusters, events.drawn
        ).effective,
        pure=shares(events.untaken[:, None], inside, events.clusters, events.drawn)[0].record,
        classes=_classes(list(classes(words, menu.layout)), inside, certain, events),
        seeds=_seeds(others, inside, events),
    )


def classes(words: NDArray[Any], layout: Ports) -> Iterator[Class]:
    """Classes of events by their words; those of a group do not overlap and hold all events.

    By the kind with the largest momentum (of equal ones the first), by the number of objects of
    each kind, and by the missing momentum. Kinds that the layout does not have are left out.

    Parameters
    ----------
    words : ndarray (n_events, n_fields) of integers
    layout : Ports
        Of the words.
    """
    momenta = {kind: _momenta(words, layout, kind) for kind in _NAMES}
    known = {kind: found for kind, found in momenta.items() if found.shape[1]}
    largest = np.stack([found.max(axis=1) for found in known.values()], axis=1)
    leading = np.where(largest.any(axis=1), largest.argmax(axis=1), len(known))
    for place, name in enumerate([*(_NAMES[kind] for kind in known), "nothing"]):
        yield "hardest object", name, leading == place
    for kind in (kind for kind in COUNTED if kind in known):
        number = (known[kind] >= COUNTED[kind]).sum(axis=1)
        group = f"number of {_NAMES[kind]} from {COUNTED[kind] / 2:g} GeV"
        for size in range(_MANY):
            yield group, str(size), number == size
        yield group, f"{_MANY} or more", number >= _MANY
    if "met" in known:
        step = np.searchsorted(MET_STEPS, known["met"][:, 0], side="right")
        ends = [f"{low / 2:g} to {high / 2:g} GeV" for low, high in pairwise((0, *MET_STEPS))]
        for place, name in enumerate([*ends, f"from {MET_STEPS[-1] / 2:g} GeV"]):
            yield "missing momentum", name, step == place


def _momenta(words: NDArray[Any], layout: Ports, kind: str) -> NDArray[np.int64]:
    """Momenta of a kind in counts of 0.5 GeV, (n_events, n_slots); 0 of an empty slot."""
    columns = layout.columns("pt", kind)
    return np.maximum(words[:, columns].astype(np.int64) - layout.offset[columns], 0)


def _taken(menu: IntegerMenu, events: Sample) -> NDArray[np.bool_]:
    """Whether a conventional seed without prescale takes each event."""
    taken = np.zeros(len(events.untaken), np.bool_)
    for place, seed in enumerate(menu.seeds):
        if not seed.anomaly and seed.kept == 1:
            taken |= has(events.patterns, place)
    return taken


def _classes(
    found: list[Class], inside: NDArray[np.bool_], taken: NDArray[np.bool_], events: Sample
) -> tuple[ClassRow, ...]:
    passing = np.stack([of for _, _, of in found], axis=1).astype(np.float64)
    region = shares(passing, inside, events.clusters, events.drawn)
    left = inside & ~taken
    pure = shares(passing, left, events.clusters, events.drawn) if left.any() else ()
    rows = zip_longest(found, region, pure)
    return tuple(
        ClassRow(group=group, name=name, region=a.record, pure=b.record if b else None)
        for (group, name, _), a, b in rows
    )


def _seeds(
    others: list[tuple[int, IntegerSeed]], inside: NDArray[np.bool_], events: Sample
) -> tuple[SharedRow, ...]:
    if not others:
        return ()
    fires = np.stack([has(events.patterns, place) for place, _ in others], axis=1)
    kept = np.array([seed.kept for _, seed in others])
    both = np.concatenate([fires, fires * kept], axis=1)
    largest = np.concatenate([np.ones(len(kept)), kept])
    found = shares(both, inside, events.clusters, events.drawn, largest)
    pairs = zip(others, found[: len(others)], found[len(others) :], strict=True)
    return tuple(
        SharedRow(seed=seed.name, fires=fired.record, accepts=accepted.record)
        for (_, seed), fired, accepted in pairs
    )
